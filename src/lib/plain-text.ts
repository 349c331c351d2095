/** Decodes HTML entities in text. A separate file, because the table of entities is large. */
import {decodeHTMLStrict} from 'entities'

/**
 * The text with its entities decoded once: "&amp;lt;" is the text "&lt;". An "&" whose name has no
 * semicolon (an address with parameters, an entity that was cut) is unchanged, as are tags and line ends.
 */
export function plainText(value: string): string {
  return decodeHTMLStrict(value)
}
