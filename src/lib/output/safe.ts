/**
 * Makes text from a provider safe to print. A terminal carries out control sequences: colours, the window's
 * title, the clipboard (OSC 52), links (OSC 8), and a carriage return that overwrites the line.
 */

/**
 * C0 without tab and newline, DEL, C1, bidirectional controls, invisible separators and tags, the byte order
 * mark, lone surrogates.
 */
const dangerous =
  // eslint-disable-next-line no-control-regex -- the pattern must match control characters
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu
const lineBreaks = /[\t\n]/g

function visible(character: string): string {
  const code = character.codePointAt(0) as number
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return `\\u${code > 0xffff ? `{${code.toString(16)}}` : code.toString(16).padStart(4, '0')}`
}

/** Text cut to `limit` characters, because a provider may put text of any length into a message. */
export function bounded(text: string, limit = 4_000): string {
  return text.length > limit ? `${text.slice(0, limit)}... (${text.length - limit} characters more)` : text
}

/**
 * Text of several lines for a terminal: tab and newline stay, every other control becomes a visible
 * character.
 */
export function safeText(text: string): string {
  return text.replace(dangerous, visible)
}

/** Text for one cell or one line of a terminal. */
export function safeLine(text: string): string {
  return safeText(text).replace(lineBreaks, visible)
}

/**
 * JSON text that is safe for a terminal: the same data, with every control character written as an escape.
 */
export function safeJson(json: string): string {
  // In JSON text these characters occur inside strings only, where an escape has the same meaning.
  return json.replace(dangerous, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/**
 * Replaces the parts of a message that look like a secret in an address or a header. It is the last check
 * before output. Each pattern is bounded, so that its time is linear in the length of the text.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?!user:password@)[^\s/?#@]+@/gi, '$1***@')
    .replace(/([?&](?:[\w-]*(?:key|token|secret|password|auth|signature))=)[^&\s"']+/gi, '$1***')
    .replace(/(\bbearer\s+)[\w.~+/=-]{8,}/gi, '$1***')
}
