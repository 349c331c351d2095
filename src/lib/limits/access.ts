/**
 * With what, and within which limits, a provider may be asked: its usable credentials, and its limits as the
 * user's settings have them.
 */
import {createHash} from 'node:crypto'
import {type Config, type Credential, credentialsOf} from '../config.js'
import {keyless, type Limit, type LimitSetting, type Provider} from '../define.js'
import {NeedsPerson} from '../errors.js'

export interface Access {
  /**
   * Labels that may be used, in the order of the provider; of those that stand for the same key only the
   * first.
   */
  labels: readonly string[]
  /** Digest of each label's key; none for keyless. */
  fingerprints: ReadonlyMap<string, string>
  /** Limits in force. */
  limits: readonly Limit[]
  /**
   * Every label under which this provider was ever counted: what limits of an address or a user add together.
   */
  everyLabel: readonly string[]
}

/** First 8 hex digits of a digest: tells that a key was changed, and nothing about the key. */
export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8)
}

/**
 * Numbered keys serve every request by turns. A key with a name of its own (`news`) is kept for what asks for
 * it by that name, unless the provider has named keys only. Throws NeedsPerson when there is no key, or not
 * the one asked for.
 */
export function accessOf(provider: Provider, config: Config, only?: string): Access {
  const declared = Object.keys(provider.credentials ?? {})
  const everyLabel = [...declared, keyless]
  if (declared.length === 0 || (only === keyless && provider.keyless))
    return without(provider, config, everyLabel)
  const asked = only === undefined ? generalLabels(declared) : [only]
  if (only !== undefined && !declared.includes(only)) throw unknownLabel(provider, only, declared)
  const usable = credentialsOf(provider, config).filter(({label}) => asked.includes(label))
  if (usable.length > 0) return keyed(provider, config, everyLabel, usable)
  if (provider.keyless && only === undefined) return without(provider, config, everyLabel)
  const what =
    only === undefined
      ? `${provider.name} needs a key, and none is set`
      : `${provider.name} is to be asked with key ${only}, which is not set`
  throw new NeedsPerson(what, {
    provider: provider.name,
    nextStep: `Set ${variablesOf(provider, asked)} (in the environment or in .env).`,
  })
}

/**
 * Every credential that is set, named ones too; keyless where none is. Undefined when the provider cannot be
 * asked at all.
 */
export function wholeAccess(provider: Provider, config: Config): Access | undefined {
  const everyLabel = [...Object.keys(provider.credentials ?? {}), keyless]
  const found = credentialsOf(provider, config)
  if (found.length > 0) return keyed(provider, config, everyLabel, found)
  return provider.keyless || everyLabel.length === 1 ? without(provider, config, everyLabel) : undefined
}

/**
 * What is wrong with the settings of a provider, so that nothing can be asked of it; undefined: nothing. Keys
 * need not be set.
 */
export function misconfigured(provider: Provider, config: Config): NeedsPerson | undefined {
  try {
    withSettings(provider, provider.limits, config)
    return undefined
  } catch (error) {
    if (error instanceof NeedsPerson) return error
    throw error
  }
}

/**
 * The label under which the key of a label is counted: the first that stands for the same key, since a
 * provider counts keys and not variables. Throws NeedsPerson for a label that the provider does not have.
 */
export function countedAs(provider: Provider, config: Config, label: string): string {
  const declared = Object.keys(provider.credentials ?? {})
  const known = provider.keyless || declared.length === 0 ? [...declared, keyless] : declared
  if (!known.includes(label)) throw unknownLabel(provider, label, known)
  const set = credentialsOf(provider, config)
  const own = set.find((credential) => credential.label === label)
  return own === undefined ? label : firstOf(own, set).label
}

function firstOf({secret}: Credential, set: readonly Credential[]): Credential {
  const print = fingerprint(secret)
  return set.find((credential) => fingerprint(credential.secret) === print)!
}

function unknownLabel(provider: Provider, label: string, known: readonly string[]): NeedsPerson {
  return new NeedsPerson(`${provider.name} has no credential "${label}"`, {
    provider: provider.name,
    nextStep: `Use one of: ${known.join(', ')}.`,
  })
}

/** The environment variables of some labels, as a sentence names them. */
export function variablesOf(provider: Provider, labels: readonly string[]): string {
  return labels.map((label) => provider.credentials?.[label] ?? label).join(' or ')
}

/** The labels that serve any request. */
export function generalLabels(labels: readonly string[]): readonly string[] {
  const numbered = labels.filter((label) => /^\d+$/.test(label))
  return numbered.length > 0 ? numbered : labels
}

function keyed(
  provider: Provider,
  config: Config,
  everyLabel: readonly string[],
  usable: readonly Credential[],
): Access {
  const set = credentialsOf(provider, config)
  const each = [...new Set(usable.map((credential) => firstOf(credential, set)))]
  return {
    labels: each.map(({label}) => label),
    fingerprints: new Map(each.map(({label, secret}) => [label, fingerprint(secret)])),
    limits: withSettings(provider, provider.limits, config),
    everyLabel,
  }
}

function without(provider: Provider, config: Config, everyLabel: readonly string[]): Access {
  return {
    labels: [keyless],
    fingerprints: new Map(),
    limits: withSettings(provider, provider.keylessLimits ?? provider.limits, config),
    everyLabel,
  }
}

/** The limits with the numbers that the user set. Throws NeedsPerson for a value that is no limit. */
function withSettings(provider: Provider, limits: readonly Limit[], config: Config): readonly Limit[] {
  const all = [...limits, ...(provider.accounting?.plans?.(config.env) ?? [])]
  return (provider.settings ?? []).reduce<readonly Limit[]>((held, setting) => {
    const value = config.env[setting.variable]?.trim()
    if (value === undefined || value === '') return held
    const requests = amount(provider, setting, value)
    return held.map((limit) => (isSetBy(setting, limit) ? {...limit, requests} : limit))
  }, all)
}

function isSetBy(setting: LimitSetting, limit: Limit): boolean {
  return (
    setting.per === limit.per &&
    (setting.credential === undefined || setting.credential === limit.credential) &&
    (setting.unit ?? 'requests') === (limit.unit ?? 'requests') &&
    (setting.of === undefined || setting.of === limit.of)
  )
}

function amount(provider: Provider, setting: LimitSetting, value: string): number {
  const parsed =
    /^\d{1,12}$/.test(value) || (setting.unit === 'usd' && /^\d{1,9}\.\d{1,6}$/.test(value))
      ? Number(value)
      : 0
  if (parsed > 0) return parsed
  throw new NeedsPerson(`${setting.variable} is "${value.slice(0, 40)}", which is no limit`, {
    provider: provider.name,
    nextStep: `Set it to ${setting.unit === 'usd' ? 'an amount' : 'a whole number'} above zero (${setting.doc}), or remove it.`,
  })
}
