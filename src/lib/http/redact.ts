/** Removes secrets from every text: addresses, messages, headers, recordings, bodies in errors. */
import type {Config} from '../config.js'
import type {Provider} from '../define.js'

/** Returns the text without any secret. */
export type Redact = (text: string) => string

const mark = '***'
/** A shorter "secret" would match ordinary words; no provider issues such keys. */
const shortest = 4

/** Keys that a provider publishes, and placeholders: words that anyone knows, and that occur in any text. */
const publicWords = new Set(
  'apikey api_key changeme demo example free guest none null public sample secret test token'.split(' '),
)

const secretVariable = /(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|BEARER)(_|$)/i
/** It starts at `://`, and no part of it holds a slash, so that each character is read once. */
const dsnPassword = /(:\/\/[^\s:/?#@"']*):[^\s/?#"']+@/g
const secretName =
  'api[_-]?key|x_cg_(?:demo|pro)_api_key|access_token|refresh_token|token|client_secret|secret|password|passwd'
const inAddress = new RegExp(`([?&;](?:${secretName})=)[^&\\s"'<>#;]+`, 'gi')
const inJson = new RegExp(`("(?:${secretName})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi')
const inHeader = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi
const secretHeader =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-cg-(demo|pro)-api-key|x-finnhub-(token|secret))$/i

/**
 * Returns a function that removes every secret of the settings: variables with the name of a credential,
 * those that `provider` declares, and passwords inside connection addresses. It finds each escaped form, and
 * base64.
 */
export function createRedact(config: Config, provider?: Provider): Redact {
  // Longest first, so that no part of a longer secret remains.
  const patterns = [...secretsOf(config, provider)]
    .sort((a, b) => b.length - a.length)
    .map(patternOf)
    .filter((pattern) => pattern !== undefined)
  const known = patterns.length === 0 ? undefined : new RegExp(patterns.join('|'), 'g')
  return (text) => {
    const plain = known === undefined ? text : text.replace(known, mark)
    return plain
      .replace(dsnPassword, `$1:${mark}@`)
      .replace(inAddress, `$1${mark}`)
      .replace(inJson, `$1"${mark}"`)
      .replace(inHeader, `$1 ${mark}`)
  }
}

/**
 * Headers without secrets: those that carry secrets or sessions are masked by name, the others by content.
 */
export function redactHeaders(
  headers: Readonly<Record<string, string>>,
  redact: Redact,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretHeader.test(name) ? mark : redact(value)]),
  )
}

function secretsOf(config: Config, provider: Provider | undefined): Set<string> {
  const declared = new Set(Object.values(provider?.credentials ?? {}))
  const secrets = new Set<string>()
  for (const [variable, value] of Object.entries(config.env)) {
    if (value === undefined) continue
    if (declared.has(variable) || secretVariable.test(variable)) secrets.add(value.trim())
    // The address of a proxy may come without its `http://`.
    const address = /^https?_proxy$/i.test(variable) && !value.includes('://') ? `http://${value}` : value
    for (const password of passwordsIn(address))
      secrets.add(password).add(safely(decodeURIComponent, password))
  }
  return secrets
}

/**
 * The passwords of a connection address: in front of its host, which may be empty for a socket, or in its
 * query, as pg accepts them.
 */
function passwordsIn(value: string): string[] {
  const address = value.replace('@/', '@localhost/')
  if (!address.includes('://') || !URL.canParse(address)) return []
  const {password, searchParams} = new URL(address)
  return [password, searchParams.get('password') ?? ''].filter((text) => text !== '')
}

/**
 * A pattern of every form of a secret: raw, URL-encoded (also twice), escaped for JSON (also inside JSON),
 * with HTML entities, and in base64. Undefined for a text that is too short or too common to be a secret.
 */
function patternOf(secret: string): string | undefined {
  if (secret.length < shortest || publicWords.has(secret.toLowerCase())) return undefined
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64')
  return [
    partsOf(secret)
      .map((part, at, parts) => anyForm(part, parts[at - 1]?.startsWith('\\') === true))
      .join(''),
    ...[base64, base64.replace(/=+$/, ''), bytes.toString('base64url')].map(escape),
  ].join('|')
}

const entities: Readonly<Record<string, string>> = {
  '&': 'amp',
  '"': 'quot',
  '<': 'lt',
  '>': 'gt',
  "'": 'apos',
}

/** The characters of a secret; backslashes that follow one another are one part. */
function partsOf(secret: string): string[] {
  return secret.match(/\\+|[^\\]/gsu) ?? []
}

/**
 * A pattern of every form of one part. Letters and digits are never escaped. Any other character may be,
 * because PHP and Ruby escape more than JSON requires. `follows`: the part before it is backslashes.
 *
 * Backslashes match only from the first of a run, so that a long run is read once. Those before `part` belong
 * to it, or to the part before it.
 */
function anyForm(part: string, follows: boolean): string {
  if (/[A-Za-z0-9]/.test(part)) return part
  const character = part.startsWith('\\') ? '\\' : part
  const anyCase = (hex: string) =>
    hex.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`)
  const code = character.codePointAt(0) ?? 0
  const units = [...Array(character.length).keys()]
    .map((at) => `u${anyCase(character.charCodeAt(at).toString(16).padStart(4, '0'))}`)
    .join('\\\\+')
  const inUrl = [...Buffer.from(character)]
    .map((byte) => `%(?:25)*${anyCase(byte.toString(16).padStart(2, '0'))}`)
    .join('')
  const runs = (count: string) => (follows ? '' : `(?<!\\\\)\\\\${count}`)
  const forms = [
    character === '\\' ? `${runs('+')}(?:${units})?` : `${runs('*')}${escape(character)}`,
    inUrl,
    ...(character === '\\' ? [] : [`${runs('+')}${units}`]),
    `&#0*${code};`,
    `&#[xX]0*${anyCase(code.toString(16))};`,
    ...(entities[character] === undefined ? [] : [`&${entities[character]};`]),
    ...(character === ' ' ? ['\\+'] : []),
  ]
  return `(?:${forms.join('|')})${character === '\\' ? '+' : ''}`
}

/** True if the text holds the secret in any form. */
export function quotes(text: string, secret: string): boolean {
  const pattern = patternOf(secret)
  return pattern !== undefined && new RegExp(pattern).test(text)
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
