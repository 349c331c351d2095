/** Reads settings from the environment and a `.env` file in the working folder; flags override both. */
import {createHash} from 'node:crypto'
import {userInfo} from 'node:os'
import {join, resolve} from 'node:path'
import type {Provider} from './define.js'
import {brokenText, type EnvFile, readEnvFile} from './env-file.js'
import {NeedsPerson} from './errors.js'
import {safeText} from './output/safe.js'
import {isLoopback} from './proxy.js'
import {shownZone} from './shown-zone.js'

export interface Config {
  /** PostgreSQL 14 or later; absent: the embedded server. */
  databaseUrl: string | undefined
  /**
   * `never` makes a missing DATABASE_URL an error, so that no pod stores data in a database that is lost with
   * it.
   */
  embedded: 'auto' | 'never'
  redisUrl: string | undefined
  kafkaBrokers: readonly string[]
  /** Origin of a simulator, without a trailing slash. */
  simulatorUrl: string | undefined
  /** Folder of the embedded database. */
  dataDir: string
  /** Folder of the user's lists, such as manual overrides of a mapper. */
  configDir: string
  /** Origin of the data; one database never holds both. */
  origin: 'real' | 'simulated'
  /** The zone in which instants are shown to the user. */
  readonly zone: string
  /** The working folder, in which a `.env` file is looked for. */
  folder: string
  /** The `.env` file of the working folder; undefined if there is none. */
  envFile: EnvFile | undefined
  /** Every variable, `.env` included; holds the credentials and limit settings. */
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Reads the environment once. A variable that is set but empty counts as not set. Reports a `.env` file that
 * is ignored.
 */
export function loadConfig(
  processEnv: Readonly<Record<string, string | undefined>> = process.env,
  folder = workingFolder(),
  warn: (text: string) => void = warnOnStderr,
): Config {
  const envFile = readEnvFile(join(folder, '.env'))
  if (envFile) warnAboutFile(envFile, warn)
  const env: Record<string, string | undefined> = {...envFile?.settings, ...processEnv}
  for (const name of Object.keys(env)) if (env[name]?.trim() === '') env[name] = undefined
  const simulatorUrl = simulatorOf(
    unquoted(env['FIN_SIMULATOR_URL']),
    unquoted(processEnv['FIN_SIMULATOR_URL']),
  )
  const embedded = unquoted(env['FIN_EMBEDDED']) ?? 'auto'
  if (embedded !== 'auto' && embedded !== 'never')
    throw new NeedsPerson(`FIN_EMBEDDED is "${embedded}"`, {
      nextStep: 'Set it to "never", or leave it unset to use the embedded server.',
    })
  const home = env['HOME'] ?? homeOfAccount()
  let zone: string | undefined
  return {
    databaseUrl: unquoted(env['DATABASE_URL']),
    embedded,
    redisUrl: unquoted(env['REDIS_URL']),
    kafkaBrokers: (unquoted(env['KAFKA_BROKERS']) ?? '')
      .split(',')
      .map((broker) => broker.trim())
      .filter(Boolean),
    simulatorUrl,
    dataDir: resolve(
      env['FIN_DATA_DIR'] ?? join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'fin'),
    ),
    configDir: resolve(env['FIN_CONFIG_DIR'] ?? join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'fin')),
    origin: simulatorUrl === undefined ? 'real' : 'simulated',
    get zone() {
      return (zone ??= shownZone(env, warn))
    },
    folder,
    envFile,
    env,
  }
}

/**
 * The value without the blanks and quotes around it, which `docker run --env-file` and `kubectl create secret
 * --from-env-file` keep; undefined if nothing is left.
 */
function unquoted(value: string | undefined): string | undefined {
  const text = value
    ?.trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim()
  return text === '' ? undefined : text
}

function warnAboutFile(envFile: EnvFile, warn: (text: string) => void): void {
  const {path, ignored, brokenLines} = envFile
  if (ignored !== undefined) warn(`${path} is ignored: ${ignored}`)
  if (brokenLines.length > 0) warn(`${path}: ${brokenText(envFile)}`)
}

/** The home folder of the account; `/`, as in a container, for a uid that has no account. */
function homeOfAccount(): string {
  try {
    return userInfo().homedir || '/'
  } catch {
    return '/'
  }
}

function warnOnStderr(text: string): void {
  process.stderr.write(`warning: ${safeText(text)}\n`)
}

function workingFolder(): string {
  try {
    return process.cwd()
  } catch (error) {
    throw new NeedsPerson('the working folder is gone', {
      nextStep: 'Change to a folder that exists.',
      cause: error,
    })
  }
}

/**
 * The origin of the simulator. A `.env` file can name only this machine, because it may be a copy from
 * another user.
 */
function simulatorOf(value: string | undefined, ofProcess: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const origin = httpOrigin('FIN_SIMULATOR_URL', value)
  if (value !== ofProcess && !isLoopback(new URL(origin).hostname))
    throw new NeedsPerson('FIN_SIMULATOR_URL in .env names another machine', {
      nextStep:
        'Set it in the environment, or name an address of this machine, such as http://127.0.0.1:4010.',
    })
  return origin
}

function httpOrigin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new NeedsPerson(`${name} is not an http address`, {
      nextStep: `Set it like ${name}=http://127.0.0.1:4010`,
    })
  if (url.username !== '' || url.password !== '')
    throw new NeedsPerson(`${name} holds a user name or a password`, {
      nextStep: 'Remove them: fin does not sign in there.',
    })
  return url.href.replace(/\/+$/, '')
}

/** One credential that is set; its secret must never be shown. */
export interface Credential {
  label: string
  variable: string
  secret: string
}

/** An invented secret: 32 lower-case letters and digits, the form that the strictest provider requires. */
export function inventedKey(variable: string): string {
  return `${inventedPrefix}${createHash('sha256').update(variable).digest('hex')}`.slice(0, 32)
}

const inventedPrefix = 'simulated'

/**
 * The credentials of a provider that are set, in the order of its labels. With simulated data each secret is
 * replaced by an invented one, and one is invented if none is set. A secret that begins with `simulated` is
 * already invented.
 */
export function credentialsOf(provider: Provider, config: Config): Credential[] {
  const declared = Object.entries(provider.credentials ?? {})
  const found = declared.flatMap(([label, variable]) => {
    const secret = config.env[variable]?.trim()
    return secret ? [{label, variable, secret}] : []
  })
  if (config.origin === 'real') return found
  const [first] = declared
  if (found.length === 0 && first && !provider.keyless)
    return [{label: first[0], variable: first[1], secret: inventedKey(first[1])}]
  return found.map((one) =>
    one.secret.startsWith(inventedPrefix) ? one : {...one, secret: inventedKey(one.variable)},
  )
}
