/** Node, the data folder, and the settings. */
import {accessSync, constants, existsSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Config} from '../../config.js'
import {counted} from '../../text.js'
import {settingsOf, type Provider} from '../../define.js'
import {misconfigured} from '../../limits/access.js'
import {didYouMean} from '../../output/suggest.js'
import {attention, broken, ok, type Check} from './check.js'

/** The settings that fin reads; any other variable that begins with FIN_ is a slip of the pen. */
const known = [
  'FIN_SIMULATOR_URL',
  'FIN_DATA_DIR',
  'FIN_EMBEDDED',
  'FIN_TIME_ZONE',
  'FIN_CONTACT',
  'FIN_CONFIG_DIR',
]
/** Read by oclif, by the tests and by the quickstart. */
const others = /^FIN_(TEST_\w+|QUICKSTART_\w+|SOAK|CACHE_DIR|BINPATH|DISABLE_THEME|NPM_REGISTRY|REDIRECTED)$/

export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
    ? ok('node', version)
    : broken('node', version, 'Install Node 20.19 or later.')
}

/** The data folder, or the nearest folder above it that exists, must take new files. */
export function checkDataFolder({dataDir}: Config): Check {
  let folder = dataDir
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const nextStep = `Let FIN_DATA_DIR name a folder that you may write to, or correct the rights of ${folder}.`
  if (!statSync(folder).isDirectory()) return broken('data folder', `${folder} is no folder`, nextStep)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return ok('data folder', folder === dataDir ? dataDir : `${dataDir} (made when first needed)`)
  } catch {
    return broken('data folder', `${folder} cannot be written to`, nextStep)
  }
}

/** The `.env` of the working folder: which one is read, why it is ignored, and who else may read it. */
export function checkEnvFile({envFile}: Config): Check[] {
  if (envFile === undefined) return []
  const {path, ignored, settings} = envFile
  if (ignored !== undefined)
    return [
      attention('.env', `${path} is ignored: ${ignored}`, 'Make it your own file of mode 600, or remove it.'),
    ]
  const mode = statSync(path).mode & 0o777
  return (mode & 0o077) === 0
    ? [ok('.env', `${path}: ${counted(Object.keys(settings).length, 'setting')}`)]
    : [attention('.env', `other users may open it (mode ${mode.toString(8)})`, 'Run: chmod 600 .env')]
}

/** Names in the environment that look like a setting and are none. Values are never shown. */
export function checkSettings({env}: Config, providers: readonly Provider[]): Check[] {
  const ours = providers.flatMap((provider) => [
    ...Object.values(provider.credentials ?? {}),
    ...settingsOf(provider).map(({variable}) => variable),
  ])
  const set = Object.keys(env).filter((name) => env[name] !== undefined)
  const unknown = set.filter(
    (name) => name.startsWith('FIN_') && !known.includes(name) && !others.test(name) && !ours.includes(name),
  )
  const prefixes = new Set(ours.map(prefixOf))
  const misspelt = set.filter(
    (name) =>
      !ours.includes(name) &&
      /KEY|TOKEN|SECRET|PER_/.test(name) &&
      prefixes.has(prefixOf(name)) &&
      !name.startsWith('FIN_'),
  )
  return [...unknown, ...misspelt].map((name) => {
    const near = didYouMean(name, name.startsWith('FIN_') ? known : ours)
    return attention(
      `setting ${name}`,
      'fin does not read it',
      near === undefined
        ? 'Remove it, or see the README for the settings there are.'
        : `Did you mean ${near}?`,
    )
  })
}

/** Settings of providers whose values fin itself refuses: nothing is asked of such a provider. */
export function checkValues(config: Config, providers: readonly Provider[]): Check[] {
  return providers.flatMap((provider) => {
    const refused = misconfigured(provider, config)
    return refused === undefined
      ? []
      : [
          {
            ...broken(`settings of ${provider.name}`, refused.message, refused.nextStep ?? 'Correct it.'),
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
