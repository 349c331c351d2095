/** Folders of fin are private whatever the umask, and root's server runs as an account of its own. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, test} from 'node:test'
import {createRequire} from 'node:module'
import {makeAccount, serverAccount, sharedName} from '../../src/lib/embedded/account.js'
import {embeddedPaths} from '../../src/lib/embedded/paths.js'
import {preparePaths} from '../../src/lib/embedded/prepare.js'
import {stopEmbedded} from '../../src/lib/embedded/server.js'
import {loadConfig} from '../../src/lib/config.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {makeFolder} from '../../src/lib/folders.js'
import {root} from '../paths.js'
import {fin} from '../servers.js'

const isRoot = process.getuid?.() === 0
const hasAccount = /^fin:/m.test(readFileSync('/etc/passwd', 'utf8'))
const onlyAsRoot = {skip: isRoot ? false : 'only root runs the server as another account'}
const onlyWithoutAccount = {
  skip: onlyAsRoot.skip || (hasAccount && 'this machine has the account fin already'),
}

let folder: string
let umask: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fin-private-'))
  chmodSync(folder, 0o711)
  umask = process.umask()
})
afterEach(() => {
  process.umask(umask)
  rmSync(folder, {recursive: true, force: true})
})
const at = (...parts: string[]) => join(folder, ...parts)
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

const passwd = (...lines: string[]) => ['root:x:0:0:root:/root:/bin/sh', ...lines].join('\n')
const nobody = 'nobody:x:65534:65534::/:/sbin/nologin'
const postgres = 'postgres:x:101:101::/:/bin/sh'

describe("the account of root's server", () => {
  test("is fin's own if there is one, and a person of that name does not count", () => {
    const own = 'fin:x:998:997::/nonexistent:/usr/sbin/nologin'
    const uidOf = (...lines: string[]) => serverAccount(passwd(...lines)).uid
    assert.equal(uidOf(nobody, postgres, own), 998)
    assert.equal(uidOf(nobody, postgres, 'fin:x:1000:1000::/home/fin:/bin/sh'), 65534)
    assert.equal(uidOf('fin:x:0:0::/:/bin/sh', postgres), 101)
    assert.equal(uidOf('ann:x:1000:1000::/home/ann:/bin/sh'), 1000)
    assert.throws(() => serverAccount(passwd()), NeedsPerson)
    assert.equal(sharedName({uid: 998, gid: 997}, passwd(nobody, own)), undefined)
    assert.equal(sharedName({uid: 65534, gid: 65534}, passwd(nobody, own)), 'nobody')
    assert.equal(sharedName({uid: 5, gid: 5}, passwd(nobody)), 'uid 5')
  })

  test('is made with useradd --system; a failure is reported', async () => {
    const before = process.env['PATH']
    const notices: string[] = []
    const log = {notice: (text: string) => void notices.push(text)}
    try {
      process.env['PATH'] = `${folder}:${before}`
      const script = (text: string) => writeFileSync(at('useradd'), `#!/bin/sh\n${text}\n`, {mode: 0o755})
      script(`echo "$@" > ${at('args')}; echo "useradd: cannot open /etc/passwd" >&2; exit 1`)
      await makeAccount(log, () => passwd(nobody))
      assert.match(readFileSync(at('args'), 'utf8'), /^--system .*--no-create-home .* fin$/m)
      script(
        `echo x >> ${at('tries')}; echo "useradd: cannot lock /etc/passwd; try again later." >&2; exit 1`,
      )
      await makeAccount(log, () => passwd(nobody))
      assert.equal(readFileSync(at('tries'), 'utf8'), 'x\n'.repeat(10), 'another process may hold the lock')
      script('exit 0')
      await makeAccount(log, () => passwd(nobody))
    } finally {
      process.env['PATH'] = before
    }
    assert.match(
      notices[0]!,
      /^the embedded database runs as \w+, because the account fin cannot be made: .*cannot open/,
    )
    assert.match(notices[1]!, /try again later/)
    assert.match(notices[2]!, /useradd made none/)
    assert.equal(notices.length, 3)
  })

  test('that other services may use is shown by doctor', onlyWithoutAccount, async () => {
    const env = {FIN_DATA_DIR: at('data'), FIN_EMBEDDED: undefined}
    try {
      const started = await fin(['db', 'start'], {env})
      assert.equal(started.code, 0, started.stderr)
      assert.match(
        started.stderr,
        /^the embedded database runs as \w+, because the account fin cannot be made: /m,
      )
      const again = await fin(['db', 'start'], {env})
      assert.doesNotMatch(again.stderr, /cannot be made/)
      const checks = (await fin(['doctor', '--ndjson'], {env})).stdout
      assert.match(checks, /"check":"server account".*"state":"attention".*other programs of that account/)
    } finally {
      await stopEmbedded(loadConfig({FIN_DATA_DIR: at('data')}, '/'))
      rmSync(embeddedPaths(at('data')).folder, {recursive: true, force: true})
    }
  })
})

describe('a folder of fin', () => {
  test('is private although the umask allows everything', async () => {
    process.umask(0)
    makeFolder(at('a', 'b'))
    assert.deepEqual([modeOf(at('a')), modeOf(at('a', 'b'))], ['700', '700'])
    const {cacheFolder} = createRequire(import.meta.url)(join(root, 'bin', 'compile-cache.js')) as {
      cacheFolder(env: Record<string, string>): string | undefined
    }
    mkdirSync(at('cache'), {mode: 0o700})
    assert.ok(cacheFolder({XDG_CACHE_HOME: at('cache')}))
    assert.equal(modeOf(at('cache', 'fin')), '700')
    chmodSync(at('cache', 'fin'), 0o755)
    assert.ok(cacheFolder({XDG_CACHE_HOME: at('cache')}))
    assert.equal(modeOf(at('cache', 'fin')), '700', 'one of ours is narrowed')
    chmodSync(at('cache', 'fin'), 0o777)
    assert.equal(cacheFolder({XDG_CACHE_HOME: at('cache')}), undefined, 'others may have put code there')
  })

  test('of the server is private, and one that an earlier version made is narrowed', async () => {
    process.umask(0)
    const env = {FIN_DATA_DIR: at('share', 'fin'), FIN_EMBEDDED: undefined}
    const expected = isRoot ? '711' : '700'
    try {
      assert.equal((await fin(['db', 'start'], {env})).code, 0)
      const server = embeddedPaths(at('share', 'fin')).folder
      assert.deepEqual([at('share'), at('share', 'fin'), server].map(modeOf), [expected, expected, expected])
      assert.equal((await fin(['db', 'stop'], {env})).code, 0)
      for (const path of [at('share', 'fin'), server]) chmodSync(path, 0o755)
      assert.equal((await fin(['db', 'start'], {env})).code, 0)
      assert.deepEqual([at('share', 'fin'), server].map(modeOf), [expected, expected])
      assert.equal((await fin(['db', 'stop'], {env})).code, 0)
      for (const path of [at('share', 'fin'), server]) chmodSync(path, 0o755)
      writeFileSync(at('share', 'fin', 'mine'), '')
      assert.equal((await fin(['db', 'start'], {env})).code, 0)
      assert.deepEqual([at('share', 'fin'), server].map(modeOf), ['755', expected], "it is not fin's alone")
    } finally {
      await stopEmbedded(loadConfig({FIN_DATA_DIR: at('share', 'fin')}, '/'))
      rmSync(embeddedPaths(at('share', 'fin')).folder, {recursive: true, force: true})
    }
  })

  const prepare = (folder: string, account?: {uid: number; gid: number}) => {
    const paths = {cluster: '', data: '', password: '', log: '', lock: '', account}
    preparePaths({...paths, folder, sockets: join(folder, 'run')}, at('data'), () => {})
  }

  test('that the user chose or widened keeps its mode', () => {
    process.umask(0)
    mkdirSync(at('data'), {mode: 0o755})
    prepare(at('data', 'postgres'))
    assert.deepEqual([at('data'), at('data', 'postgres')].map(modeOf), ['755', '700'], 'empty')
    prepare(at('data', 'postgres'))
    assert.equal(modeOf(at('data')), '755', 'on every start')
  })

  test('that another account owns keeps its mode, and the server starts', onlyAsRoot, () => {
    process.umask(0)
    mkdirSync(at('data', 'postgres'), {recursive: true, mode: 0o755})
    chownSync(at('data'), 65534, 65534)
    prepare(at('data', 'postgres'))
    assert.deepEqual([at('data'), at('data', 'postgres')].map(modeOf), ['755', '700'])
  })

  test('of data may be entered by the account of a server in it, not beside it', onlyAsRoot, () => {
    process.umask(0)
    for (const path of [at('data'), at('data-2', 'postgres')]) mkdirSync(path, {recursive: true, mode: 0o755})
    symlinkSync(at('data-2', 'postgres'), at('data', 'postgres'))
    prepare(at('data-2', 'postgres'), {uid: 65534, gid: 65534})
    assert.deepEqual([at('data'), at('data-2', 'postgres')].map(modeOf), ['700', '711'])
  })

  test('has no file that others may write, whatever makes it', async () => {
    process.umask(0)
    const home = at('home')
    mkdirSync(home, {mode: 0o700})
    const env = {HOME: home, XDG_CACHE_HOME: undefined, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined}
    assert.equal((await fin(['autocomplete', 'bash'], {env})).code, 0)
    assert.equal(modeOf(join(home, '.cache', 'fin')), '700')
    assert.equal(statSync(join(home, '.cache', 'fin', 'autocomplete')).mode & 0o022, 0)
  })
})
