/**
 * The documents are correct where a test can check it: links and paths lead to files, and a function is
 * in the file that its line names. layout.test.ts checks the picture of the folders.
 */
import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join, parse} from 'node:path'
import {test} from 'node:test'
import {anchorsOf, blocksOf, documents, proseOf, textOf} from './documents.js'
import {root} from './paths.js'

const texts = new Map(documents().map((document) => [document, textOf(document)]))

/** The targets of the links of a text, without other sites. */
function linksOf(text: string): string[] {
  return [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
}

test('every relative link leads to a file and to a heading in it', () => {
  const broken: string[] = []
  for (const [document, text] of texts)
    for (const link of linksOf(text)) {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? document : join(dirname(document), path)
      if (!existsSync(join(root, file))) broken.push(`${document}: ${link}`)
      else if (anchor !== undefined && !anchorsOf(texts.get(file) ?? textOf(file)).has(anchor))
        broken.push(`${document}: ${link} is not a heading`)
    }
  assert.deepEqual(broken, [])
})

test('the image, the preparation and the documents name one version of Node', () => {
  const read = (file: string) => readFileSync(join(root, file), 'utf8')
  assert.match(read('Dockerfile'), /^ARG NODE_IMAGE=node:24-slim$/m)
  assert.match(read('README.md'), /Node(\.js)? 24/)
  assert.deepEqual(read('bin/prepare').match(/nvm install \d+/g), ['nvm install 24', 'nvm install 24'])
})

test('every path of the repository that a document names exists', () => {
  const missing: string[] = []
  for (const [document, text] of texts) {
    const invented = new Set(
      blocksOf(text).flatMap(({file}) => (file === undefined ? [] : [parse(file).name])),
    )
    const pattern =
      /(?<![\w./$~-])(?:src|test|bin|sql|initdb|docs|bench|k8s|crontab)\/[\w./-]*(?:[<*{][^\s`|)]*)?/g
    for (const [path] of text.matchAll(pattern)) {
      // for `src/lib/providers/<name>.ts` only the folder can exist
      const known = /[<*{]/.test(path) ? dirname(path.replace(/[<*{].*$/, 'x')) : path.replace(/[./]+$/, '')
      if (!existsSync(join(root, known)) && !invented.has(parse(known).name))
        missing.push(`${document}: ${path}`)
    }
  }
  assert.deepEqual(missing, [])
})

test('a function in a row of a table is in a file that the row links to', () => {
  const missing: string[] = []
  for (const [document, text] of texts)
    for (const row of proseOf(text).split('\n')) {
      const files = linksOf(row).filter((link) => link.endsWith('.ts'))
      if (!row.startsWith('|') || files.length === 0) continue
      const code = files.map((file) => readFileSync(join(root, dirname(document), file), 'utf8')).join('\n')
      for (const [, name = ''] of row.matchAll(/`(\w+)\(\)`/g))
        if (!new RegExp(`\\b${name}\\b`).test(code))
          missing.push(`${document}: ${name}() in ${files.join(', ')}`)
    }
  assert.deepEqual(missing, [])
})

test('every npm script that a document names exists', () => {
  const {scripts} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const [document, text] of texts)
    for (const [, name = ''] of text.matchAll(/\bnpm (?:run )?((?<=run )[\w:-]+|test)/g))
      assert.ok(name in scripts, `${document}: npm has no script "${name}"`)
})
