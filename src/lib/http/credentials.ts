/** Finds the secret of a credential. */
import {credentialsOf, type Config} from '../config.js'
import {keyless, type Provider} from '../define.js'
import {NeedsPerson} from '../errors.js'

/** The secret of a credential; undefined for `keyless`. Throws `NeedsPerson` if its variable is not set. */
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
