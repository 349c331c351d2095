/**
 * Determines the access to a provider: its usable credentials, and its limits with the settings of the user.
 */
import {createHash} from 'node:crypto'
import {type Config, type Credential, credentialsOf} from '../config.js'
import {keyless, type Limit, type LimitSetting, type Provider} from '../define.js'
import {NeedsPerson} from '../errors.js'

export interface Access {
  /** Labels that may be used, in the order of the provider; only the first of those with the same secret. */
  labels: readonly string[]
  /** Label -> digest of its secret; empty for keyless. */
  fingerprints: ReadonlyMap<string, string>
  /** Limits in force. */
  limits: readonly Limit[]
  /** Every label under which requests may be counted: limits of an address or a user add them together. */
  everyLabel: readonly string[]
}

/** First 8 hex digits of a digest: shows that a secret was changed, and reveals nothing of it. */
export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8)
}

/**
 * The access with the general credentials, or with the given one. Numbered credentials serve any request. A
 * named credential (`news`) serves only requests that name it, unless the provider has named credentials
 * only. Throws NeedsPerson if no credential is set, or the given one is not.
 */
export function accessOf(provider: Provider, config: Config, credential?: string): Access {
  const declared = Object.keys(provider.credentials ?? {})
  const everyLabel = [...declared, keyless]
  if (declared.length === 0 || (credential === keyless && provider.keyless))
    return keylessAccess(provider, config, everyLabel)
  const wanted = credential === undefined ? generalLabels(declared) : [credential]
  if (credential !== undefined && !declared.includes(credential))
    throw unknownLabel(provider, credential, declared)
  const usable = credentialsOf(provider, config).filter(({label}) => wanted.includes(label))
  if (usable.length > 0) return keyedAccess(provider, config, everyLabel, usable)
  if (provider.keyless && credential === undefined) return keylessAccess(provider, config, everyLabel)
  const what =
    credential === undefined
      ? `${provider.name} needs a key, and none is set`
      : `${provider.name}: the requested key ${credential} is not set`
  throw new NeedsPerson(what, {
    provider: provider.name,
    nextStep: `Set ${variablesOf(provider, wanted)} (in the environment or in .env).`,
  })
}

/**
 * The access with every credential that is set, named ones included, or keyless if none is set. Undefined if
 * the provider needs a credential and none is set.
 */
export function wholeAccess(provider: Provider, config: Config): Access | undefined {
  const everyLabel = [...Object.keys(provider.credentials ?? {}), keyless]
  const found = credentialsOf(provider, config)
  if (found.length > 0) return keyedAccess(provider, config, everyLabel, found)
  return provider.keyless || everyLabel.length === 1 ? keylessAccess(provider, config, everyLabel) : undefined
}

/**
 * The problem of a provider's settings that prevents every request; undefined if there is none. Credentials
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
 * The label under which a credential is counted: the first label with the same secret, because a provider
 * counts secrets and not variables. Throws NeedsPerson for a label that the provider does not have.
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

/** The environment variables of some labels, as text for a message. */
export function variablesOf(provider: Provider, labels: readonly string[]): string {
  return labels.map((label) => provider.credentials?.[label] ?? label).join(' or ')
}

/** The labels of the credentials that serve any request: the numbered ones, or all if none is numbered. */
export function generalLabels(labels: readonly string[]): readonly string[] {
  const numbered = labels.filter((label) => /^\d+$/.test(label))
  return numbered.length > 0 ? numbered : labels
}

function keyedAccess(
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

function keylessAccess(provider: Provider, config: Config, everyLabel: readonly string[]): Access {
  return {labels: [keyless], fingerprints: new Map(), limits: limitsOf(provider, config, keyless), everyLabel}
}

/** The limits in force for requests with a label, with the numbers that the user set. */
export function limitsOf(provider: Provider, config: Config, label: string): readonly Limit[] {
  const declared = label === keyless ? (provider.keyless?.limits ?? provider.limits) : provider.limits
  return withSettings(provider, declared, config)
}

/** The limits with the numbers that the user set. Throws NeedsPerson for a value that is not a limit. */
function withSettings(provider: Provider, limits: readonly Limit[], config: Config): readonly Limit[] {
  const all = [...limits, ...(provider.accounting?.plans?.(config.env) ?? [])]
  return (provider.settings ?? []).reduce<readonly Limit[]>((current, setting) => {
    const value = config.env[setting.variable]?.trim()
    if (value === undefined || value === '') return current
    const requests = amount(provider, setting, value)
    return current.map((limit) => (isSetBy(setting, limit) ? {...limit, requests} : limit))
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
  throw new NeedsPerson(`${setting.variable} is "${value.slice(0, 40)}", which is not a limit`, {
    provider: provider.name,
    nextStep: `Set it to ${setting.unit === 'usd' ? 'an amount' : 'a whole number'} above zero (${setting.doc}), or remove it.`,
  })
}
