/**
 * The built program as a uid without an account, with exactly the environment of the manifests, with an empty
 * one, and with HOME or SHELL missing or empty: every command starts.
 */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {after, before, describe, test} from 'node:test'
import {parse} from 'yaml'
import {root} from '../paths.js'
import {fullTest} from '../size.js'
import {postgres, type Postgres} from '../servers.js'

const uid = 10001
const isRoot = process.getuid?.() === 0
const answer = '{"observations":[{"date":"2026-01-01","value":"101.5"}]}'

type Environment = Record<string, string>
type Check = [args: string[], expected: {code: number; stdout?: RegExp; stderr?: RegExp}]

/** The commands that every environment must run: they need no server, credential or network. */
const offline: Check[] = [
  [['--version'], {code: 0, stdout: /^fin\//}],
  [['--help'], {code: 0, stdout: /ingest/}],
  [['help', 'ingest', 'cpi'], {code: 0, stdout: /USAGE/}],
  [['nonsense'], {code: 2, stderr: /nonsense/}],
  [['schedule', 'list', '--csv'], {code: 0, stdout: /ingest cpi/}],
  [['ingest', 'cpi', '--input', '-', '--dry-run', '--ndjson'], {code: 0, stdout: /"cpi_value":"101.5"/}],
]

/** The commands that a pod with a database must run. */
const withDatabase: Check[] = [
  [['db', 'init'], {code: 0}],
  [['ingest', 'cpi', '--input', '-'], {code: 0, stderr: /cpi/}],
  [['export', 'cpi', '--ndjson'], {code: 0, stdout: /101\.5/}],
  [['query', 'gaps', '--json'], {code: 0, stdout: /^\[/}],
  [['runs', '--json'], {code: 0, stdout: /"unit":"cpi"/}],
  [['status', '--json'], {code: 0, stdout: /"cpi"/}],
  [['quota', '--json'], {code: 0, stdout: /fred/}],
  [['doctor', '--json'], {code: 0, stdout: /"check":"database","provider":null,"state":"ok"/}],
]

/** The variables of every container of the manifests, and whether a Secret fills them. */
function manifestVariables(): {name: string; value?: string}[][] {
  const folder = join(root, 'k8s', 'cronjobs')
  return readdirSync(folder).map((file) => {
    const manifest = parse(readFileSync(join(folder, file), 'utf8')) as {
      spec: {
        jobTemplate: {
          spec: {
            template: {
              spec: {
                securityContext: {runAsUser: number}
                containers: {env: {name: string; value?: string}[]}[]
              }
            }
          }
        }
      }
    }
    const pod = manifest.spec.jobTemplate.spec.template.spec
    assert.equal(pod.securityContext.runAsUser, uid, file)
    return pod.containers[0]!.env
  })
}

describe('a uid without an account', {skip: isRoot ? false : 'only root can become another uid'}, () => {
  let server: Postgres
  let folder: string
  let tree: string
  let databaseUrl: string

  before(async () => {
    server = await postgres()
    databaseUrl = await server.database('any_uid')
    folder = mkdtempSync(join(tmpdir(), 'fin-any-uid-'))
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'empty'), {mode: 0o755})
    tree = isOpen(root) ? root : copied(join(folder, 'fin'))
    assert.doesNotMatch(readFileSync('/etc/passwd', 'utf8'), new RegExp(`^[^:]*:[^:]*:${uid}:`, 'm'))
  })
  after(async () => {
    rmSync(folder, {recursive: true, force: true})
    await server.stop()
  })

  function runAll(checks: readonly Check[], env: Environment, program = 'run.js'): void {
    for (const [args, {code, stdout = /(?:)/, stderr = /(?:)/}] of checks) {
      const done = spawnSync(process.execPath, [join(tree, 'bin', program), ...args], {
        uid,
        gid: uid,
        cwd: join(folder, 'empty'),
        env,
        input: answer,
        encoding: 'utf8',
        timeout: 60_000,
      })
      const printed = `fin ${args.join(' ')}: ${done.status}\n${done.stdout}\n${done.stderr}`
      assert.equal(done.status, code, printed)
      assert.match(done.stdout, stdout, printed)
      assert.match(done.stderr, stderr, printed)
      assert.doesNotMatch(done.stderr, /unexpected|passwd|ENOENT/, printed)
    }
  }

  test('runs with exactly the environment of the manifests', () => {
    const kinds = new Map(
      manifestVariables().map((variables) => {
        const set = variables.filter(({value}) => value !== undefined)
        return [JSON.stringify(set), Object.fromEntries(set.map(({name, value}) => [name, value!]))]
      }),
    )
    assert.ok(kinds.size > 0)
    for (const fixed of kinds.values()) {
      // The image sets these; the Secret holds the address of the database.
      const env = {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        NODE_ENV: 'production',
        ...fixed,
        DATABASE_URL: databaseUrl,
      }
      runAll([...offline, ...withDatabase], env)
    }
  })

  test('runs with an empty environment', () => runAll(offline, {}))

  for (const [name, env] of Object.entries<Environment>({
    'HOME, but no SHELL': {HOME: '/tmp'},
    'SHELL, but no HOME': {SHELL: '/bin/sh'},
    'both empty': {HOME: '', SHELL: ''},
    'a HOME that does not exist': {HOME: '/nowhere/at/all'},
  }))
    test(`runs with ${name}`, () => runAll(offline, env))

  test('runs with a HOME that cannot be written, and says what cannot be stored there', () => {
    const home = join(folder, 'empty')
    for (const env of [{HOME: home}, {HOME: home, XDG_CACHE_HOME: '/proc/none', XDG_DATA_HOME: home}])
      runAll(
        [
          ...offline,
          [['ingest', 'cpi', '--help'], {code: 0, stdout: /USAGE/}],
          [['autocomplete', 'script', 'bash'], {code: 0, stdout: /FIN_AC_BASH_SETUP_PATH/}],
        ],
        env,
      )
    runAll([...withDatabase.slice(0, -1)], {HOME: home, DATABASE_URL: databaseUrl})
    const own = {HOME: home, DATABASE_URL: databaseUrl}
    runAll(
      [
        [['doctor', '--json'], {code: 1, stdout: /"check":"data folder","provider":null,"state":"broken"/}],
        [
          ['autocomplete', 'bash'],
          {code: 2, stderr: /fin: cannot make the folder .*: permission denied\n {2}Correct its/},
        ],
        [
          ['autocomplete', 'zsh', '--refresh-cache'],
          {code: 2, stderr: /fin: cannot make the folder .*: permission/},
        ],
        [['ingest', 'cpi', '--plan'], {code: 0, stdout: /FRED_API_KEY/}],
      ],
      own,
    )
  })

  fullTest('the sources run, too', {timeout: 120_000}, async () => {
    for (const env of [{}, {HOME: '', SHELL: ''}, {HOME: join(folder, 'empty')}])
      runAll([[['--help'], {code: 0, stdout: /ingest/}]], {...env, PATH: process.env['PATH']!}, 'dev.js')
  })

  test('reports that the embedded database needs an account', () => {
    const home = join(folder, 'data')
    mkdirSync(home)
    chmodSync(home, 0o1777)
    runAll([[['db', 'start'], {code: 2, stderr: /needs an account, and uid 10001 has none/}]], {
      FIN_DATA_DIR: join(home, 'fin'),
    })
  })
})

/** Whether every account may enter a folder and read its files. */
function isOpen(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & (at === path ? 0o005 : 0o001)) !== (at === path ? 0o005 : 0o001)) return false
    if (dirname(at) === at) return true
  }
}

/** The built program, in a folder that every account may enter. */
function copied(to: string): string {
  for (const part of [
    'bin',
    'dist',
    'src',
    'sql',
    'initdb',
    'crontab',
    'k8s',
    'package.json',
    'oclif.manifest.json',
    'node_modules',
  ])
    cpSync(join(root, part), join(to, part), {recursive: true, verbatimSymlinks: true})
  return to
}
