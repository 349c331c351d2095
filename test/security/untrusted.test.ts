/**
 * Files written by another person never decide which program runs, where data goes, or where a credential is
 * sent. Each test prepares an attack and looks for its trace.
 */
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, afterEach, before, beforeEach, describe, test} from 'node:test'
import {inventedKey, loadConfig} from '../../src/lib/config.js'
import {shippedBinaries} from '../../src/lib/embedded/binaries.js'
import {startHostile, type Hostile} from '../fault/hostile.js'
import {fin, postgres, type FinRun, type Postgres} from '../servers.js'
import {ordinaryAccount} from '../servers/account.js'

const isRoot = process.getuid?.() === 0
const onlyAsRoot = {skip: isRoot ? false : 'only root can give a file to another account'}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fin-untrusted-'))
  chmodSync(folder, 0o1777) // a planted program may run under any account
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const at = (...parts: string[]) => join(folder, ...parts)

/** Makes a data folder with "PostgreSQL" programs that leave a trace. */
function plantServer(dataDir: string): {home: string; server: string} {
  const home = join(dataDir, 'postgres')
  const server = join(home, `server-${shippedBinaries().version}`)
  mkdirSync(join(server, 'bin'), {recursive: true})
  mkdirSync(join(server, 'lib'))
  mkdirSync(join(home, 'cluster'))
  mkdirSync(join(home, 'cluster', 'data'), {mode: 0o700})
  writeFileSync(join(home, 'cluster', 'data', 'PG_VERSION'), `${shippedBinaries().major}\n`)
  writeFileSync(join(home, 'cluster', 'password'), 'pw\n', {mode: 0o600})
  for (const name of ['postgres', 'initdb'])
    writeFileSync(join(server, 'bin', name), `#!/bin/sh\nid > ${at('TRACE')}\n`, {mode: 0o755})
  return {home, server}
}

/** Gives a path and everything below it to another account; links are not followed. */
function chownAll(path: string): void {
  const {uid, gid} = ordinaryAccount()
  lchownSync(path, uid, gid)
  if (!statSync(path).isDirectory()) return
  for (const below of readdirSync(path, {recursive: true, encoding: 'utf8'}))
    lchownSync(join(path, below), uid, gid)
}

/** Runs fin so that it would use the embedded server of a data folder. */
function embedded(args: string[], env: Record<string, string | undefined>): Promise<FinRun> {
  return fin(args, {cwd: folder, env: {FIN_EMBEDDED: undefined, ...env}, timeoutMs: 60_000})
}

function assertRefused(run: FinRun, why: RegExp): void {
  assert.equal(run.code, 2, `${run.stdout}\n${run.stderr}`)
  assert.match(run.stderr, why)
  assert.match(run.stderr, /FIN_DATA_DIR|Remove|DATABASE_URL|chmod|Use the folder/)
  assert.equal(existsSync(at('TRACE')), false, 'the planted program ran')
}

describe('a .env file', () => {
  /** Each creates `.env`; `ignored` is the reason, undefined for a file that counts. */
  const files: Record<
    string,
    {make(file: string): void; ignored?: RegExp; options?: {skip: string | boolean}}
  > = {
    'of the caller, mode 600': {make: (file) => chmodSync(file, 0o600)},
    'of the caller that others may read': {make: (file) => chmodSync(file, 0o644)},
    'that every account may write': {
      make: (file) => chmodSync(file, 0o666),
      ignored: /may write it \(mode 666\)/,
    },
    'that the group may write': {
      make: (file) => chmodSync(file, 0o620),
      ignored: /may write it \(mode 620\)/,
    },
    'that a link of the caller leads to': {
      make(file) {
        writeFileSync(at('real'), settings(), {mode: 0o600})
        rmSync(file)
        symlinkSync(at('real'), file)
      },
    },
    'that a link leads to and every account may write': {
      make(file) {
        writeFileSync(at('real'), settings())
        chmodSync(at('real'), 0o606)
        rmSync(file)
        symlinkSync(at('real'), file)
      },
      ignored: /may write it/,
    },
    'of another account': {
      make: chownAll,
      ignored: /belongs to another account \(uid \d+\)/,
      options: onlyAsRoot,
    },
    'that a link of another account leads to': {
      make(file) {
        writeFileSync(at('real'), settings(), {mode: 0o600})
        rmSync(file)
        symlinkSync(at('real'), file)
        const {uid, gid} = ordinaryAccount()
        lchownSync(file, uid, gid)
      },
      ignored: /a link that another account made/,
      options: onlyAsRoot,
    },
  }
  const settings = () => `FIN_DATA_DIR=${at('planted')}\nFRED_API_KEY=abcdef0123456789abcdef0123456789\n`

  for (const [name, {make, ignored, options = {}}] of Object.entries(files))
    test(`${name} ${ignored ? 'is ignored, and fin says why' : 'counts'}`, options, async () => {
      writeFileSync(at('.env'), settings())
      make(at('.env'))
      const env = {FIN_DATA_DIR: undefined, HOME: at('home')}
      const status = await embedded(['db', 'status', '--json'], env)
      assert.equal(status.code, 0, status.stderr)
      const {folder: used} = JSON.parse(status.stdout) as {folder: string}
      const doctor = await fin(['doctor', '--json'], {cwd: folder, env: {...env, FIN_EMBEDDED: 'never'}})
      const checks = JSON.parse(doctor.stdout) as {check: string; state: string; found: string}[]
      const found = checks.find(({check}) => check === '.env')
      if (ignored) {
        assert.match(used, /home\/\.local\/share\/fin/)
        assert.match(status.stderr, /^warning: .*\.env is ignored: /)
        assert.match(status.stderr, ignored)
        assert.equal(found?.state, 'attention')
        assert.match(found.found, ignored)
        assert.equal(checks.find(({check}) => check === 'FRED_API_KEY')?.state, 'not set')
      } else {
        assert.equal(used, at('planted', 'postgres'))
        assert.equal(status.stderr, '')
        assert.equal(checks.find(({check}) => check === 'FRED_API_KEY')?.state, 'ok')
      }
    })

  test('that is ignored sets no folder and no address', () => {
    const places = {
      DATABASE_URL: 'postgresql://somewhere/else',
      FIN_CONFIG_DIR: '/planted',
      FIN_SIMULATOR_URL: 'http://127.0.0.1:1',
      XDG_DATA_HOME: '/planted',
      REDIS_URL: 'redis://somewhere',
      HOME: '/planted',
    }
    writeFileSync(
      at('.env'),
      Object.entries(places)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    chmodSync(at('.env'), 0o646)
    const warnings: string[] = []
    const config = loadConfig({HOME: '/home/me'}, folder, (text) => warnings.push(text))
    assert.deepEqual(
      [config.databaseUrl, config.configDir, config.simulatorUrl, config.dataDir, config.redisUrl],
      [undefined, '/home/me/.config/fin', undefined, '/home/me/.local/share/fin', undefined],
    )
    assert.equal(warnings.length, 1)
    assert.deepEqual(Object.keys(config.env), ['HOME'])
  })

  test('that is ignored and names the database ends a command that would create a database', async () => {
    writeFileSync(at('.env'), 'DATABASE_URL=postgresql://fin@db.example/fin\n')
    chmodSync(at('.env'), 0o664)
    const run = await embedded(['status'], {FIN_DATA_DIR: undefined, HOME: at('home')})
    assert.equal(run.code, 2, run.stderr)
    assert.match(run.stderr, /sets the database, but it is ignored/)
    assert.equal(existsSync(at('home')), false)
  })

  test('cannot run a program from the folder that it names', async () => {
    plantServer(at('planted'))
    writeFileSync(at('.env'), settings())
    chmodSync(at('.env'), 0o666)
    // A home in which no file can be created: an embedded server of the caller does not start here.
    assertRefused(await embedded(['status'], {FIN_DATA_DIR: undefined, HOME: '/proc/none'}), /cannot be made/)
  })
})

describe('a data folder', () => {
  test('in which the home of the server is a link is refused', async () => {
    plantServer(at('elsewhere'))
    mkdirSync(at('data'))
    symlinkSync(at('elsewhere', 'postgres'), at('data', 'postgres'))
    assertRefused(
      await embedded(['status'], {FIN_DATA_DIR: at('data')}),
      /postgres is not safe: it is a link/,
    )
  })

  test('that is a link itself is refused', async () => {
    plantServer(at('elsewhere'))
    symlinkSync(at('elsewhere'), at('data'))
    assertRefused(await embedded(['status'], {FIN_DATA_DIR: at('data')}), /data is not safe: it is a link/)
  })

  test('whose cluster is a link is refused, and the target of the link keeps its owner', async () => {
    const {home} = plantServer(at('data'))
    rmSync(join(home, 'cluster', 'data'), {recursive: true})
    mkdirSync(at('secret'))
    symlinkSync(at('secret'), join(home, 'cluster', 'data'))
    if (isRoot) {
      const {uid, gid} = ordinaryAccount()
      lchownSync(join(home, 'cluster', 'data'), uid, gid)
    }
    assertRefused(await embedded(['status'], {FIN_DATA_DIR: at('data')}), /data is not safe: it is a link/)
    assert.equal(statSync(at('secret')).uid, process.getuid?.())
  })

  for (const file of ['postgres.log', 'postgres.log.1', 'start.lock'])
    test(`whose ${file} is a link is refused, and the target of the link stays unchanged`, async () => {
      const {home} = plantServer(at('data'))
      if (isRoot) chownAll(join(home, 'cluster', 'data'))
      writeFileSync(at('precious'), 'x'.repeat(1000))
      symlinkSync(at('precious'), join(home, file))
      assertRefused(await embedded(['db', 'start'], {FIN_DATA_DIR: at('data')}), /is not safe: it is a link/)
      assert.equal(statSync(at('precious')).size, 1000)
    })

  test('whose password others may read is refused', async () => {
    const {home} = plantServer(at('data'))
    if (isRoot) chownAll(join(home, 'cluster', 'data'))
    chmodSync(join(home, 'cluster', 'password'), 0o644)
    assertRefused(
      await embedded(['status'], {FIN_DATA_DIR: at('data')}),
      /password is not safe: other accounts may read it/,
    )
  })

  test('whose socket belongs to another account gets no password', onlyAsRoot, async () => {
    const {home} = plantServer(at('data'))
    chownAll(join(home, 'cluster', 'data'))
    mkdirSync(join(home, 'run'))
    lchownSync(join(home, 'run'), 12345, 12345)
    assertRefused(
      await embedded(['status'], {FIN_DATA_DIR: at('data')}),
      /run is not safe: it belongs to another account/,
    )
  })

  test('below a folder in which every account may rename is refused', async () => {
    mkdirSync(at('open'))
    chmodSync(at('open'), 0o777)
    plantServer(at('open', 'data'))
    assertRefused(
      await embedded(['db', 'start'], {FIN_DATA_DIR: at('open', 'data')}),
      /other accounts may write .*open \(mode 777\)/,
    )
  })

  test('with a program that others may write is refused, and the error names the fix', async () => {
    const {home, server} = plantServer(at('data'))
    if (isRoot) chownAll(join(home, 'cluster', 'data'))
    chmodSync(join(server, 'bin', 'postgres'), 0o777)
    const run = await embedded(['db', 'start'], {FIN_DATA_DIR: at('data')})
    assertRefused(run, /bin\/postgres is not safe: other accounts may write .*\(mode 777\)/)
    assert.match(run.stderr, /Remove .*server-/)
  })

  test('that came with an archive is refused: fin did not ship its programs', async () => {
    const {home} = plantServer(at('data'))
    if (isRoot) chownAll(join(home, 'cluster', 'data'))
    const run = await embedded(['status'], {FIN_DATA_DIR: at('data')})
    assertRefused(run, /bin\/\w+ is not safe: it is not the file that fin ships/)
    assert.match(run.stderr, /Remove .*server-/)
  })

  test('that came with a clone is refused: others may read its cluster', async () => {
    const {home} = plantServer(at('data'))
    if (isRoot) chownAll(join(home, 'cluster', 'data'))
    chmodSync(join(home, 'cluster', 'data'), 0o755)
    assertRefused(
      await embedded(['status'], {FIN_DATA_DIR: at('data')}),
      /data is not safe: other accounts may read it/,
    )
  })

  test('with a link from its programs to another folder is refused', async () => {
    const {home, server} = plantServer(at('data'))
    if (isRoot) chownAll(join(home, 'cluster', 'data'))
    symlinkSync('/tmp/libpq.so.5', join(server, 'lib', 'libpq.so.5'))
    assertRefused(
      await embedded(['db', 'start'], {FIN_DATA_DIR: at('data')}),
      /libpq\.so\.5 is not safe: it is a link/,
    )
  })

  for (const [part, mode] of [
    ['', 0o777],
    ['postgres', 0o777],
    ['postgres', 0o773],
    ['postgres/cluster', 0o757],
  ] as const)
    test(`of which others may write "${part}" (mode ${mode.toString(8)}) is refused, and its mode stays`, async () => {
      const {home} = plantServer(at('data'))
      if (isRoot) chownAll(join(home, 'cluster', 'data'))
      chmodSync(at('data', part), mode)
      const run = await embedded(['status'], {FIN_DATA_DIR: at('data')})
      assertRefused(run, /other accounts may write/)
      assert.match(run.stderr, /chmod go-w/)
      assert.equal(statSync(at('data', part)).mode & 0o7777, mode)
    })

  test('that is a sticky folder of all accounts is used, and its mode stays', async () => {
    mkdirSync(at('shared'))
    chmodSync(at('shared'), 0o1777)
    const run = await embedded(['db', 'status', '--json'], {FIN_DATA_DIR: at('shared')})
    assert.equal(run.code, 0, run.stderr)
    assert.equal(statSync(at('shared')).mode & 0o7777, 0o1777)
  })

  test('below links of the caller is used; below a link of another account it is refused', async () => {
    mkdirSync(at('real'))
    symlinkSync(at('real'), at('mine'))
    const used = await embedded(['db', 'status', '--json'], {FIN_DATA_DIR: at('mine', 'data')})
    assert.equal(used.code, 0, used.stderr)
    if (!isRoot) return
    const {uid, gid} = ordinaryAccount()
    symlinkSync(at('mine'), at('hop'))
    lchownSync(at('mine'), uid, gid)
    assertRefused(
      await embedded(['db', 'start'], {FIN_DATA_DIR: at('hop', 'data')}),
      /mine belongs to another account/,
    )
  })

  for (const part of ['', 'postgres', 'postgres/cluster', 'postgres/cluster/password'])
    test(`of which "${part}" belongs to another account is refused`, onlyAsRoot, async () => {
      const {home} = plantServer(at('data'))
      chownAll(join(home, 'cluster', 'data'))
      const {uid, gid} = ordinaryAccount()
      lchownSync(at('data', part), uid, gid)
      assertRefused(
        await embedded(['status'], {FIN_DATA_DIR: at('data')}),
        /belongs to another account \(uid \d+\)/,
      )
    })

  for (const part of ['', 'bin', 'bin/initdb', 'lib'])
    test(`whose program "${part}" belongs to another account is refused`, onlyAsRoot, async () => {
      const {home, server} = plantServer(at('data'))
      chownAll(join(home, 'cluster', 'data'))
      const {uid, gid} = ordinaryAccount()
      lchownSync(join(server, part), uid, gid)
      assertRefused(await embedded(['db', 'start'], {FIN_DATA_DIR: at('data')}), /belongs to another account/)
    })

  test('whose cluster belongs to root is refused: root never runs a server', onlyAsRoot, async () => {
    plantServer(at('data'))
    assertRefused(await embedded(['status'], {FIN_DATA_DIR: at('data')}), /would run as root/)
  })
})

describe('a credential with simulated data', () => {
  /** Every way of signing in: a parameter, a header of the provider, a bearer token. */
  const real = {
    FRED_API_KEY: 'realfredkey0123456789abcdefghijk',
    ALPHA_VANTAGE_API_KEY_1: 'REALALPHAVANTAGE',
    COINGECKO_API_KEY_1: 'CG-realcoingeckokey',
    FINNHUB_API_KEY_1: 'realfinnhubkey012345',
    NEWSAPI_API_KEY_1: 'feedfacefeedfacefeedfacefeedface',
    X_BEARER_TOKEN_1: 'AAAAAAAAAAreal%2Ftoken',
    TRUTH_SOCIAL_TOKEN: 'real-truth-social-token',
  }
  const commands = [
    ['cpi'],
    ['top-gainers'],
    ['coingecko-global'],
    ['market-news-finnhub'],
    ['market-news', '--limit', '1'],
    ['x-profiles', '--limit', '1'],
    ['truth-trends'],
  ]
  let server: Postgres
  let hostile: Hostile
  before(async () => {
    server = await postgres()
    hostile = await startHostile()
  })
  after(async () => {
    await hostile.close()
    await server.stop()
  })

  test('is invented, whatever is set', async () => {
    const env = {
      ...real,
      FIN_SIMULATOR_URL: hostile.url,
      DATABASE_URL: await server.withSchema('keys', 'simulated'),
    }
    for (const args of commands) {
      const before = hostile.asked.length
      const {stderr} = await fin(['ingest', ...args, '--dry-run', '--force'], {env})
      assert.ok(hostile.asked.length > before, `${args.join(' ')} sent no request: ${stderr}`)
    }
    const sent = decodeURIComponent(JSON.stringify(hostile.asked))
    for (const [variable, secret] of Object.entries(real)) {
      assert.ok(!sent.includes(secret) && !sent.includes(decodeURIComponent(secret)), `${variable} was sent`)
      assert.ok(sent.includes(inventedKey(variable)), `${variable}: no invented credential was sent`)
    }
  })

  test('that begins with "simulated" is sent, so that a refusal can be simulated', async () => {
    const env = {
      X_BEARER_TOKEN_1: 'simulated-revoked',
      FIN_SIMULATOR_URL: hostile.url,
      DATABASE_URL: await server.withSchema('keys', 'simulated'),
    }
    await fin(['ingest', 'x-profiles', '--limit', '1', '--dry-run', '--force'], {env})
    assert.equal(hostile.asked.at(-1)?.headers.authorization, 'Bearer simulated-revoked')
  })

  for (const url of ['http://192.0.2.1:4010', 'https://simulator.example', 'http://127.0.0.1.evil.example'])
    test(`${url} is not taken from a file`, async () => {
      writeFileSync(at('.env'), `FIN_SIMULATOR_URL=${url}\n`, {mode: 0o600})
      const refused = await fin(['quota'], {cwd: folder})
      assert.equal(refused.code, 2)
      assert.match(refused.stderr, /FIN_SIMULATOR_URL in \.env names another machine/)
      assert.equal(loadConfig({FIN_SIMULATOR_URL: url}, folder).simulatorUrl, url)
    })

  for (const url of ['http://127.0.0.1:4010', 'http://localhost:4010', 'http://[::1]:4010'])
    test(`${url} is taken from a file of the caller`, () => {
      writeFileSync(at('.env'), `FIN_SIMULATOR_URL=${url}\n`, {mode: 0o600})
      assert.equal(loadConfig({}, folder).simulatorUrl, url)
    })
})

describe('a package.json in a data folder', () => {
  for (const [name, plugins] of Object.entries({
    linked: (evil: string) => [{type: 'link', name: 'evil', root: evil}],
    'installed by the user': () => [{type: 'user', name: 'evil', tag: 'latest'}],
  }))
    test(`loads no plugin: ${name}`, async () => {
      const data = at('share', 'fin')
      const evil = join(data, 'node_modules', 'evil')
      mkdirSync(join(evil, 'lib'), {recursive: true})
      writeFileSync(
        join(data, 'package.json'),
        JSON.stringify({name: 'x', oclif: {schema: 1, plugins: plugins(evil)}}),
      )
      writeFileSync(
        join(evil, 'package.json'),
        JSON.stringify({name: 'evil', version: '1.0.0', oclif: {hooks: {init: './lib/hook'}}}),
      )
      writeFileSync(
        join(evil, 'lib', 'hook.js'),
        `exports.default = async () => require('fs').writeFileSync(${JSON.stringify(at('TRACE'))}, '')`,
      )
      for (const env of [{XDG_DATA_HOME: at('share'), FIN_DATA_DIR: undefined}, {FIN_DATA_DIR: data}])
        for (const args of [['--help'], ['schedule', 'list'], ['runs', '--help']]) {
          const run = await fin(args, {env})
          assert.equal(run.code, 0, run.stderr)
          assert.equal(existsSync(at('TRACE')), false, `fin ${args.join(' ')} ran the hook`)
        }
    })
})
