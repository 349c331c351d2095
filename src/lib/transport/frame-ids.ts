/**
 * Gives each frame of a connection an identity, from which a redelivery and a replay of a recording are
 * recognised: a digest of its JSON, and how often this JSON came before on this connection.
 */
import {hash} from 'node:crypto'

/** The number of latest digests that are remembered. Equal frames follow each other within seconds. */
const remembered = 20_000

/** 96 bits: two different frames of a year with a billion frames share one with a probability of 10^-11. */
const digestLength = 16

/**
 * Makes the identities of one connection from the JSON of its frames without white space, in the order in
 * which they arrive. A recording in another layout has the same identities.
 */
export function frameIds(): (compact: string) => string {
  let recent = new Map<string, number>()
  let older = new Map<string, number>()
  return (compact) => {
    const digest = hash('sha256', compact, 'base64url').slice(0, digestLength)
    const before = recent.get(digest) ?? older.get(digest) ?? 0
    if (recent.size >= remembered / 2) [older, recent] = [recent, new Map()]
    recent.set(digest, before + 1)
    return before === 0 ? digest : `${digest}~${before}`
  }
}
