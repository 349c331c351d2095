/** The nearest name to one that does not exist. */
import {distance} from 'fastest-levenshtein'
import {NeedsPerson} from '../errors.js'

/** The known name nearest to `given`, or undefined when none is near enough to be meant. */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Infinity
  for (const name of known) {
    const away = distance(given.toLowerCase(), name.toLowerCase())
    if (away < least) [best, least] = [name, away]
  }
  return least <= Math.max(2, Math.floor(given.length / 3)) ? best : undefined
}

/**
 * The error for a command that does not exist. Ids as oclif has them: `ingest:cpi`. Never asks, so a script
 * never waits.
 */
export function unknownCommand(id: string, ids: readonly string[]): NeedsPerson {
  const words = (name: string) => name.replaceAll(':', ' ')
  const near = didYouMean(id, ids) ?? didYouMeanLastWord(id, ids)
  const topic = id.split(':')[0] ?? ''
  const help = ids.some((name) => name.startsWith(`${topic}:`))
    ? `See: fin ${topic} --help`
    : 'See: fin --help'
  return new NeedsPerson(`there is no command "${words(id)}"`, {
    nextStep: near === undefined ? help : `Did you mean: fin ${words(near)}\n${help}`,
  })
}

/** `fin cpi` means `fin ingest cpi`. */
function didYouMeanLastWord(id: string, ids: readonly string[]): string | undefined {
  const last = (name: string) => name.split(':').at(-1) ?? name
  const near = didYouMean(last(id), ids.map(last))
  return near === undefined ? undefined : ids.find((name) => last(name) === near)
}
