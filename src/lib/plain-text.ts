/** Text that providers send with HTML's entities. In a file of its own: the table of entities is large. */
import {decodeHTMLStrict} from 'entities'

/**
 * The text with its entities decoded once: "&amp;lt;" is the text "&lt;". An "&" without a semicolon behind
 * its name (an address with parameters, an entity that was cut) stays; so do tags and line ends.
 */
export function plainText(value: string): string {
  return decodeHTMLStrict(value)
}
