/**
 * Text from a provider, made harmless for where it is shown. A terminal runs what it is sent: colours, the
 * window's title, the clipboard (OSC 52), links (OSC 8), a carriage return that overwrites what stood there.
 */

/**
 * C0 without tab and newline, DEL, C1, bidirectional controls, invisible separators and tags, the byte order
 * mark, lone surrogates.
 */
const dangerous =
  // eslint-disable-next-line no-control-regex -- these characters are what the pattern is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu
const lineBreaks = /[\t\n]/g

function visible(character: string): string {
  const code = character.codePointAt(0) as number
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return `\\u${code > 0xffff ? `{${code.toString(16)}}` : code.toString(16).padStart(4, '0')}`
}

/** As much of a message as anybody reads: what a provider put into it may be of any length. */
export function bounded(text: string, most = 4_000): string {
  return text.length > most ? `${text.slice(0, most)}... (${text.length - most} characters more)` : text
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
 * JSON text that a terminal can be shown: the same data, every character it would act upon written as an
 * escape.
 */
export function safeJson(json: string): string {
  // In JSON text these characters stand inside strings only, where an escape means the same.
  return json.replace(dangerous, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/**
 * The last line of defence for messages: what stands where a secret stands in an address is not shown. Each
 * pattern is bounded, so that the time it takes grows with the text and not with its square.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?!user:password@)[^\s/?#@]+@/gi, '$1***@')
    .replace(/([?&](?:[\w-]*(?:key|token|secret|password|auth|signature))=)[^&\s"']+/gi, '$1***')
    .replace(/(\bbearer\s+)[\w.~+/=-]{8,}/gi, '$1***')
}
