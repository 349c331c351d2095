/**
 * Checks each credential variable: it is set, has a plausible form, and is not refused by its provider. No
 * result holds a secret.
 */
import {credentialsOf, type Config, type Credential} from '../../config.js'
import {pluralize} from '../../text.js'
import type {Database} from '../../db/database.js'
import {keyless, type Provider} from '../../define.js'
import {fingerprint} from '../../limits/access.js'
import {attention, broken, notSet, ok, type Check} from './check.js'

interface CooldownRow {
  provider: string
  credential: string
  kind: 'wait' | 'spent' | 'stop'
  until: string | null
  why: string
  fingerprint: string | null
}

const placeholder =
  /^(your|my|some|insert|enter|paste|change|replace|example|dummy|todo|none|null|undefined|xxx+|\*+$|<|\.\.\.)/i

/** One check per variable, in the order of the providers. Without a database, refusals are not known. */
export async function checkCredentials(
  config: Config,
  providers: readonly Provider[],
  database: Database | undefined,
  now: Date,
): Promise<Check[]> {
  const cooldowns =
    database === undefined
      ? []
      : await database.query<CooldownRow>('select_resting_credentials', [now.toISOString()]).catch(() => [])
  return providers.flatMap((provider) =>
    checksOf(
      provider,
      credentialsOf(provider, config),
      cooldowns.filter((cooldown) => cooldown.provider === provider.name),
    ).map((check) => ({...check, provider: provider.name})),
  )
}

function checksOf(
  provider: Provider,
  set: readonly Credential[],
  cooldowns: readonly CooldownRow[],
): Check[] {
  const declared = Object.entries(provider.credentials ?? {})
  if (declared.length === 0)
    return [
      inCooldown(
        provider.name,
        cooldowns.find(({credential}) => credential === keyless),
      ) ?? ok(provider.name, 'needs no key'),
    ]
  return declared.map(([label, variable]) => {
    const credential = set.find((one) => one.label === label)
    if (credential === undefined)
      return (
        (set.length === 0
          ? inCooldown(
              provider.name,
              cooldowns.find((cooldown) => cooldown.credential === keyless),
            )
          : undefined) ?? missing(variable, provider, set)
      )
    return (
      malformed(credential, set) ??
      inCooldown(
        variable,
        cooldowns.find(
          (cooldown) =>
            cooldown.credential === label &&
            (cooldown.fingerprint === null || cooldown.fingerprint === fingerprint(credential.secret)),
        ),
      ) ??
      ok(variable, 'set')
    )
  })
}

function missing(variable: string, provider: Provider, set: readonly Credential[]): Check {
  if (set.length > 0)
    return notSet(variable, `not set; ${pluralize(set.length, 'other key is', 'other keys are')} set`)
  const nextStep = `Set ${variable} in the environment or in .env.`
  return provider.keyless
    ? notSet(variable, 'not set; requests are sent without a key, within narrower limits', nextStep)
    : notSet(variable, 'not set: no request can be sent to this provider', nextStep)
}

/** A warning for a secret that is probably not a key; undefined if its form is plausible. */
function malformed({secret, variable, label}: Credential, set: readonly Credential[]): Check | undefined {
  if (/^["'].*["']$/.test(secret))
    return attention(variable, 'set, in quotes', `Remove the quotes from ${variable}.`)
  if (/[\s\p{Cc}]/u.test(secret))
    return attention(variable, 'set, with a blank inside', `Copy the key into ${variable} again.`)
  if (placeholder.test(secret) || secret.length < 6)
    return attention(
      variable,
      'set, and looks like a placeholder',
      `Put the key of the provider into ${variable}.`,
    )
  const duplicate = set.find((other) => other.label !== label && other.secret === secret)
  return duplicate && duplicate.variable < variable
    ? attention(
        variable,
        `set, the same key as ${duplicate.variable}`,
        'Unset one of them: fin uses this key once, so the second variable has no effect.',
      )
    : undefined
}

/** The check of a credential in its cooldown; undefined if it has none. */
function inCooldown(name: string, cooldown: CooldownRow | undefined): Check | undefined {
  if (cooldown === undefined) return undefined
  const until = cooldown.until === null ? '' : ` until ${cooldown.until}`
  if (cooldown.kind === 'stop' && cooldown.until !== null)
    return attention(
      name,
      `blocked by the provider${until}: ${cooldown.why}`,
      'Nothing to do: fin tries it again after that. To import an answer saved elsewhere, use --input FILE.',
    )
  if (cooldown.kind === 'stop')
    return broken(
      name,
      `refused${until}: ${cooldown.why}`,
      'Set another key, or check its access on the site of the provider. fin tries a changed key immediately.',
    )
  return attention(name, `cooldown${until}: ${cooldown.why}`, 'Nothing to do: fin uses it again after that.')
}
