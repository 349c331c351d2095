/** Measures HTML before a tree is built of it. */
import {htmlparser2} from './html-parser.js'

/** The elements for which the parser keeps a second list, which only their own end tags shorten. */
const foreign = new Set('svg math mi mo mn ms mtext annotation-xml foreignobject desc title'.split(' '))

class TooDeep extends Error {}

/**
 * True if the elements of the HTML nest deeper than `deepest`, or if more than `deepest` elements of a
 * drawing or formula have no end tag. The parser that builds the tree also counts here, so both agree. It
 * stops at the limit, because it needs the square of the depth and can take a minute.
 */
export function nestsDeeperThan(deepest: number, html: string): boolean {
  let depth = 0
  let unended = 0
  const parser = new (htmlparser2().Parser)({
    onopentagname() {
      if (++depth > deepest) throw new TooDeep()
    },
    onclosetag(name, isImplied) {
      depth--
      if (isImplied && foreign.has(name) && ++unended > deepest) throw new TooDeep()
    },
  })
  try {
    parser.end(html)
    return false
  } catch (error) {
    if (error instanceof TooDeep) return true
    throw error
  }
}
