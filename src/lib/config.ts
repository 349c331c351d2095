/** Settings from the environment and a `.env` file in the working folder; flags win over both. */
import {readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join, resolve} from 'node:path'
import {parse as parseDotenv} from 'dotenv'
import type {Provider} from './define.js'
import {messageOf, NeedsPerson} from './errors.js'

export interface Config {
  /** PostgreSQL 14 or later; absent: the embedded server. */
  databaseUrl: string | undefined
  /** `never` makes a missing DATABASE_URL an error, so that no pod fills a private database and loses it. */
  embedded: 'auto' | 'never'
  redisUrl: string | undefined
  kafkaBrokers: readonly string[]
  /** Origin of a simulator, without a trailing slash. */
  simulatorUrl: string | undefined
  /** Embedded database, recordings, caches of the user. */
  dataDir: string
  /** The user's own lists, such as manual overrides of a mapper. */
  configDir: string
  /** Data from the simulator never shares a database with real data. */
  world: 'real' | 'simulated'
  /** The zone in which instants are shown to this user. */
  zone: string
  /** Every variable, `.env` included: where credentials and limit settings are looked up. */
  env: Readonly<Record<string, string | undefined>>
}

/** Reads the environment once. A variable that is set but empty counts as not set. */
export function loadConfig(
  processEnv: Readonly<Record<string, string | undefined>> = process.env,
  folder = workingFolder(),
): Config {
  const env: Record<string, string | undefined> = {...envFile(join(folder, '.env')), ...processEnv}
  for (const name of Object.keys(env)) if (env[name]?.trim() === '') env[name] = undefined
  const simulatorUrl =
    env['FIN_SIMULATOR_URL'] === undefined
      ? undefined
      : httpOrigin('FIN_SIMULATOR_URL', env['FIN_SIMULATOR_URL'])
  const embedded = env['FIN_EMBEDDED'] ?? 'auto'
  if (embedded !== 'auto' && embedded !== 'never')
    throw new NeedsPerson(`FIN_EMBEDDED is "${embedded}"`, {
      nextStep: 'Set it to "never", or leave it unset to use the embedded server.',
    })
  return {
    databaseUrl: env['DATABASE_URL'],
    embedded,
    redisUrl: env['REDIS_URL'],
    kafkaBrokers: (env['KAFKA_BROKERS'] ?? '')
      .split(',')
      .map((broker) => broker.trim())
      .filter(Boolean),
    simulatorUrl,
    dataDir: resolve(
      env['FIN_DATA_DIR'] ??
        join(env['XDG_DATA_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'share'), 'fin'),
    ),
    configDir: resolve(
      env['FIN_CONFIG_DIR'] ??
        join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config'), 'fin'),
    ),
    world: simulatorUrl === undefined ? 'real' : 'simulated',
    get zone() {
      return env['FIN_TIME_ZONE'] ?? env['TZ'] ?? zoneOfMachine()
    },
    env,
  }
}

/** The zone of this machine; UTC where the system names none. */
function zoneOfMachine(): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone === 'Etc/Unknown' ? 'UTC' : zone
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
 * What the file sets; nothing where there is none. One that is there and cannot be read is no reason to go on
 * without its keys.
 */
function envFile(file: string): Record<string, string> {
  try {
    return parseDotenv(readFileSync(file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new NeedsPerson(`the settings in ${file} cannot be read: ${messageOf(error)}`, {
      nextStep: 'Make it a file that you may read, or remove it.',
      cause: error,
    })
  }
}

function httpOrigin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new NeedsPerson(`${name} is not an http address`, {
      nextStep: `Set it like ${name}=http://127.0.0.1:4010`,
    })
  if (url.username !== '' || url.password !== '')
    throw new NeedsPerson(`${name} holds a user name or a password`, {
      nextStep: 'Leave them out: it is asked without a sign-in.',
    })
  return url.href.replace(/\/+$/, '')
}

/** One usable way to sign in: its label, and the secret that must never be shown. */
export interface Credential {
  label: string
  variable: string
  secret: string
}

/**
 * What a simulator accepts where no key is set: 32 lower-case letters and digits, as the strictest provider
 * wants them.
 */
const madeUpKey = 'simulated'.padEnd(32, '0')

/**
 * The credentials of a provider that are set, in the order of its labels. The simulated world needs none: one
 * is made up there.
 */
export function credentialsOf(provider: Provider, config: Config): Credential[] {
  const found: Credential[] = []
  for (const [label, variable] of Object.entries(provider.credentials ?? {})) {
    const secret = config.env[variable]?.trim()
    if (secret) found.push({label, variable, secret})
  }
  const [first] = Object.entries(provider.credentials ?? {})
  if (found.length === 0 && first && config.world === 'simulated' && !provider.keyless)
    found.push({label: first[0], variable: first[1], secret: madeUpKey})
  return found
}
