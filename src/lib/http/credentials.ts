/** Which secret a label stands for, and a stand-in for the ledger where a command keeps none. */
import {credentialsOf, type Config} from '../config.js'
import type {Clock} from '../clock.js'
import type {Provider} from '../define.js'
import {NeedsPerson, QuotaSpent} from '../errors.js'
import type {Ledger} from '../limits/ledger.js'

export const keyless = 'keyless'
const hourMs = 3_600_000

/**
 * The secret of a label; undefined for `keyless`. Throws `NeedsPerson` when the label's variable is not set.
 */
export function secretOf(provider: Provider, label: string, config: Config): string | undefined {
  if (label === keyless) return undefined
  const found = credentialsOf(provider, config).find((credential) => credential.label === label)
  if (found) return found.secret
  const variable = provider.credentials?.[label]
  throw new NeedsPerson(
    variable ? `${provider.name}: ${variable} is not set` : `${provider.name} has no credential "${label}"`,
    {
      provider: provider.name,
      nextStep: variable
        ? `Set ${variable} in the environment or in .env.`
        : `Its credentials: ${Object.keys(provider.credentials ?? {}).join(', ') || 'none'}.`,
    },
  )
}

/**
 * Counts nothing, and remembers refusals for this process only: for a check that must work without a
 * database.
 */
export function withoutLedger(config: Config, clock: Clock): Pick<Ledger, 'reserve' | 'rest'> {
  const rests = new Map<string, {until: Date | undefined; why: string}>()
  return {
    async reserve({provider, only}) {
      const labels = credentialsOf(provider, config)
        .filter(({label, secret}, at, all) =>
          only === undefined ? all.findIndex((one) => one.secret === secret) === at : label === only,
        )
        .map(({label}) => label)
      if (labels.length === 0 && only === undefined && (provider.keyless || !provider.credentials))
        labels.push(keyless)
      if (labels.length === 0)
        secretOf(provider, only ?? Object.keys(provider.credentials ?? {})[0] ?? keyless, config)
      const resting = (label: string) => {
        const rest = rests.get(label)
        return rest !== undefined && (rest.until === undefined || rest.until > clock.now())
      }
      const label = labels.find((one) => !resting(one))
      if (label !== undefined)
        return {
          label,
          goAt: clock.now(),
          started: async () => {},
          finish: async () => {},
          giveBack: async () => {},
        }
      const rest = rests.get(labels[0]!)!
      throw new (rest.until ? QuotaSpent : NeedsPerson)(`${provider.name}: ${rest.why}`, {
        provider: provider.name,
        until: rest.until,
      })
    },
    async rest(_provider, label, refusal) {
      const until =
        refusal.next === 'stop'
          ? undefined
          : (refusal.until ?? new Date(clock.now().getTime() + (refusal.next === 'wait' ? 1_000 : hourMs)))
      rests.set(label, {until, why: refusal.why})
    },
  }
}
