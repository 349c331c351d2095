/** The one place that removes secrets from text: addresses, messages, headers, recordings, bodies in errors. */
import type {Config} from '../config.js'
import type {Provider} from '../define.js'

/** Returns the text without any secret. */
export type Redact = (text: string) => string

const mark = '***'
/** Below this a "secret" is a word that occurs everywhere; nobody issues such keys. */
const shortest = 4

const secretVariable = /(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|BEARER)(_|$)/i
const dsnPassword = /([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@"']*):([^\s/?#"']+)@/gi
const secretName = 'api[_-]?key|x_cg_(?:demo|pro)_api_key|access_token|refresh_token|token|client_secret|secret|password|passwd'
const inAddress = new RegExp(`([?&;](?:${secretName})=)[^&\\s"'<>#;]+`, 'gi')
const inJson = new RegExp(`("(?:${secretName})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi')
const inHeader = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi
const secretHeader = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-cg-(demo|pro)-api-key|x-finnhub-(token|secret))$/i

/**
 * Knows every secret of the settings: credential variables of any provider by their name, those of `provider` by its
 * declaration, passwords inside connection addresses; each raw, URL-encoded, JSON-escaped and in base64.
 */
export function createRedact(config: Config, provider?: Provider): Redact {
  const forms = secretForms(secretsOf(config, provider))
  const known = forms.length === 0 ? undefined : new RegExp(forms.map(escape).join('|'), 'g')
  return (text) => {
    const plain = known === undefined ? text : text.replace(known, mark)
    return plain.replace(dsnPassword, `$1:${mark}@`).replace(inAddress, `$1${mark}`).replace(inJson, `$1"${mark}"`).replace(inHeader, `$1 ${mark}`)
  }
}

/** Headers as they may be shown and kept: those that carry secrets or sessions are masked by name, the others by content. */
export function redactHeaders(headers: Readonly<Record<string, string>>, redact: Redact): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secretHeader.test(name) ? mark : redact(value)]))
}

function secretsOf(config: Config, provider: Provider | undefined): Set<string> {
  const declared = new Set(Object.values(provider?.credentials ?? {}))
  const secrets = new Set<string>()
  for (const [variable, value] of Object.entries(config.env)) {
    if (value === undefined) continue
    if (declared.has(variable) || secretVariable.test(variable)) secrets.add(value.trim())
    const password = value.includes('://') && URL.canParse(value) ? new URL(value).password : ''
    if (password !== '') secrets.add(password).add(safely(decodeURIComponent, password))
  }
  return secrets
}

function secretForms(secrets: Iterable<string>): string[] {
  // Longest first, so that a form never leaves the tail of a longer one behind.
  return [...new Set([...secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length)
}

/** Every way in which a secret may be written: raw, URL-encoded, JSON-escaped, base64. Empty for what is too short to be one. */
export function formsOf(secret: string): string[] {
  if (secret.length < shortest) return []
  const encoded = safely(encodeURIComponent, secret)
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64')
  return [...new Set([
    secret, encoded, encoded.replaceAll('%20', '+'), encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({s: secret}).toString().slice(2), JSON.stringify(secret).slice(1, -1),
    base64, base64.replace(/=+$/, ''), bytes.toString('base64url'),
  ])]
}

function safely(change: (text: string) => string, text: string): string {
  try {
    return change(text)
  } catch {
    return text
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
