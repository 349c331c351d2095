/** Checks Node, the data folder, and the settings. */
import {accessSync, constants, existsSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Config} from '../../config.js'
import {brokenText} from '../../env-file.js'
import {readZones, wrongZoneText} from '../../shown-zone.js'
import {pluralize} from '../../text.js'
import {settingsOf, type Provider} from '../../define.js'
import {ownName, sharedName} from '../../embedded/account.js'
import {embeddedPaths} from '../../embedded/paths.js'
import {misconfigured} from '../../limits/access.js'
import {didYouMean} from '../../output/suggest.js'
import {attention, broken, notSet, ok, type Check} from './check.js'

/** The settings that fin reads. Any other variable that begins with FIN_ is misspelled. */
const known = [
  'FIN_SIMULATOR_URL',
  'FIN_DATA_DIR',
  'FIN_EMBEDDED',
  'FIN_TIME_ZONE',
  'FIN_CONTACT',
  'FIN_CONFIG_DIR',
]
/** Variables that oclif, the tests and the quickstart read. */
const others = /^FIN_(TEST_\w+|QUICKSTART_\w+|SOAK|CACHE_DIR|BINPATH|DISABLE_THEME|NPM_REGISTRY|REDIRECTED)$/

export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
    ? ok('node', version)
    : broken('node', version, 'Install Node 20.19 or later.')
}

/** Checks that new files can be made in the data folder, or in the nearest folder above it that exists. */
export function checkDataFolder({dataDir}: Config): Check {
  let folder = dataDir
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const nextStep = `Set FIN_DATA_DIR to a folder that you may write to, or correct the permissions of ${folder}.`
  if (!statSync(folder).isDirectory()) return broken('data folder', `${folder} is not a folder`, nextStep)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return ok('data folder', folder === dataDir ? dataDir : `${dataDir} (fin makes it on first use)`)
  } catch {
    return broken('data folder', `${folder} cannot be written to`, nextStep)
  }
}

/**
 * Checks the account of root's embedded server: any program of the same account can change every row. No
 * check for any other user, whose server runs as that user.
 */
export function checkServerAccount({dataDir, databaseUrl}: Config): Check[] {
  if (databaseUrl !== undefined || process.getuid?.() !== 0) return []
  const {account, data, sockets, log} = embeddedPaths(dataDir)
  if (account === undefined || !existsSync(data)) return []
  const other = sharedName(account)
  if (other === undefined) return [ok('server account', `${ownName}, an account of its own`)]
  return [
    attention(
      'server account',
      `the embedded database runs as ${other}, so that other programs of that account can change its data`,
      `Give it an account of its own: fin db stop; useradd --system ${ownName}; chown -R ${ownName}: ${data} ${sockets} ${log}`,
    ),
  ]
}

/**
 * Checks the `.env` of the working folder: which file is read or ignored, whether all its lines are settings,
 * and whether other users may read it.
 */
export function checkEnvFile({envFile, folder}: Config): Check[] {
  if (envFile === undefined)
    return [
      notSet('.env', `there is none in ${folder}`, 'Nothing to do if your settings are in the environment.'),
    ]
  const {path, encoding, ignored, settings, brokenLines} = envFile
  if (ignored !== undefined)
    return [
      attention('.env', `${path} is ignored: ${ignored}`, 'Make it your own file of mode 600, or remove it.'),
    ]
  const mode = statSync(path).mode & 0o777
  const count = pluralize(Object.keys(settings).length, 'setting')
  const faults = [
    ...(brokenLines.length > 0
      ? [
          attention(
            '.env',
            `${path}: ${brokenText(envFile)}`,
            'Correct them, or begin them with # if they are comments.',
          ),
        ]
      : []),
    ...((mode & 0o077) === 0
      ? []
      : [
          attention('.env', `other users may open ${path} (mode ${mode.toString(8)})`, 'Run: chmod 600 .env'),
        ]),
  ]
  const read = `${path}: ${count}${encoding === 'UTF-8' ? '' : `, in ${encoding}`}`
  return faults.length > 0 ? faults : [ok('.env', read)]
}

/** Checks the variables that name the zone of shown times. */
export function checkShownZone({env}: Config): Check[] {
  const {zone, wrong} = readZones(env)
  if (wrong.length === 0) return [ok('time zone', zone)]
  return wrong.map((one) =>
    attention('time zone', wrongZoneText(one), 'Use a name like Asia/Seoul, America/New_York or UTC.'),
  )
}

/** Finds names in the environment that look like a setting but are not read. It never shows values. */
export function checkSettings({env}: Config, providers: readonly Provider[]): Check[] {
  const declared = providers.flatMap((provider) => [
    ...Object.values(provider.credentials ?? {}),
    ...settingsOf(provider).map(({variable}) => variable),
  ])
  const set = Object.keys(env).filter((name) => env[name] !== undefined)
  const unknown = set.filter(
    (name) =>
      name.startsWith('FIN_') && !known.includes(name) && !others.test(name) && !declared.includes(name),
  )
  const prefixes = new Set(declared.map(prefixOf))
  const misspelt = set.filter(
    (name) =>
      !declared.includes(name) &&
      /KEY|TOKEN|SECRET|PER_/.test(name) &&
      prefixes.has(prefixOf(name)) &&
      !name.startsWith('FIN_'),
  )
  return [...unknown, ...misspelt].map((name) => {
    const near = didYouMean(name, name.startsWith('FIN_') ? known : declared)
    return attention(
      `setting ${name}`,
      'fin does not read it',
      near === undefined ? 'Remove it, or see docs/settings.md for all settings.' : `Did you mean ${near}?`,
    )
  })
}

/** Finds settings of providers with an invalid value. fin sends no request to such a provider. */
export function checkValues(config: Config, providers: readonly Provider[]): Check[] {
  return providers.flatMap((provider) => {
    const error = misconfigured(provider, config)
    return error === undefined
      ? []
      : [
          {
            ...broken(`settings of ${provider.name}`, error.message, error.nextStep ?? 'Correct it.'),
            provider: provider.name,
          },
        ]
  })
}

function prefixOf(variable: string): string {
  return variable
    .split('_')
    .slice(0, variable.startsWith('ALPHA_') ? 2 : 1)
    .join('_')
}
