/**
 * Each credential variable: set, of a plausible shape, and not refused by its provider. Never the secret
 * itself.
 */
import {credentialsOf, type Config, type Credential} from '../../config.js'
import {counted} from '../../text.js'
import type {Database} from '../../db/database.js'
import {keyless, type Provider} from '../../define.js'
import {fingerprint} from '../../limits/access.js'
import {attention, broken, notSet, ok, type Check} from './check.js'

interface RestRow {
  provider: string
  credential: string
  kind: 'wait' | 'spent' | 'stop'
  until: string | null
  why: string
  fingerprint: string | null
}

const placeholder =
  /^(your|my|some|insert|enter|paste|change|replace|example|dummy|todo|none|null|undefined|xxx+|\*+$|<|\.\.\.)/i

/** One check per variable, provider by provider. Without a database, what providers refused is not known. */
export async function checkCredentials(
  config: Config,
  providers: readonly Provider[],
  database: Database | undefined,
  now: Date,
): Promise<Check[]> {
  const rests =
    database === undefined
      ? []
      : await database.query<RestRow>('select_resting_credentials', [now.toISOString()]).catch(() => [])
  return providers.flatMap((provider) =>
    checksOf(
      provider,
      credentialsOf(provider, config),
      rests.filter((rest) => rest.provider === provider.name),
    ).map((check) => ({...check, provider: provider.name})),
  )
}

function checksOf(provider: Provider, set: readonly Credential[], rests: readonly RestRow[]): Check[] {
  const declared = Object.entries(provider.credentials ?? {})
  if (declared.length === 0)
    return [
      atRest(
        provider.name,
        rests.find(({credential}) => credential === keyless),
      ) ?? ok(provider.name, 'needs no key'),
    ]
  return declared.map(([label, variable]) => {
    const credential = set.find((one) => one.label === label)
    if (credential === undefined)
      return (
        (set.length === 0
          ? atRest(
              provider.name,
              rests.find((rest) => rest.credential === keyless),
            )
          : undefined) ?? missing(variable, provider, set)
      )
    return (
      misshapen(credential, set) ??
      atRest(
        variable,
        rests.find(
          (rest) =>
            rest.credential === label &&
            (rest.fingerprint === null || rest.fingerprint === fingerprint(credential.secret)),
        ),
      ) ??
      ok(variable, 'set')
    )
  })
}

function missing(variable: string, provider: Provider, set: readonly Credential[]): Check {
  if (set.length > 0)
    return notSet(variable, `not set; ${counted(set.length, 'other key is', 'other keys are')}`)
  const nextStep = `Set ${variable} in the environment or in .env.`
  return provider.keyless
    ? notSet(variable, 'not set; asked without a key, within narrower limits', nextStep)
    : notSet(variable, 'not set: this provider cannot be asked', nextStep)
}

function misshapen({secret, variable, label}: Credential, set: readonly Credential[]): Check | undefined {
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
  const twin = set.find((other) => other.label !== label && other.secret === secret)
  return twin && twin.variable < variable
    ? attention(
        variable,
        `set, the same key as ${twin.variable}`,
        'Unset one of them: a key that is counted twice is refused sooner.',
      )
    : undefined
}

function atRest(name: string, rest: RestRow | undefined): Check | undefined {
  if (rest === undefined) return undefined
  const until = rest.until === null ? '' : ` until ${rest.until}`
  if (rest.kind === 'stop' && rest.until !== null)
    return attention(
      name,
      `shut out${until}: ${rest.why}`,
      'Nothing to do: it is tried again then. Until then what was saved by other means can be given with --input FILE.',
    )
  if (rest.kind === 'stop')
    return broken(
      name,
      `refused${until}: ${rest.why}`,
      'Put another key there, or see to its access on the site of the provider; a changed key is tried at once.',
    )
  return attention(name, `rests${until}: ${rest.why}`, 'Nothing to do: it is used again then.')
}
