/** Finds the nearest name to one that does not exist. */
import {distance} from 'fastest-levenshtein'
import {NeedsPerson} from '../errors.js'

/** The known name nearest to `given`; undefined if none is similar enough. */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Infinity
  for (const name of known) {
    const edits = distance(given.toLowerCase(), name.toLowerCase())
    if (edits < least) [best, least] = [name, edits]
  }
  return least <= Math.max(2, Math.floor(given.length / 3)) ? best : undefined
}

/**
 * The error for a command that does not exist. Ids are those of oclif: `ingest:cpi`. It never prompts, so a
 * script never waits.
 */
export function unknownCommand(id: string, ids: readonly string[]): NeedsPerson {
  const commandLine = (name: string) => name.replaceAll(':', ' ')
  const near = didYouMean(id, ids) ?? didYouMeanLastWord(id, ids)
  const topic = id.split(':')[0] ?? ''
  const help = ids.some((name) => name.startsWith(`${topic}:`))
    ? `See: fin ${topic} --help`
    : 'See: fin --help'
  return new NeedsPerson(`there is no command "${commandLine(id)}"`, {
    nextStep: near === undefined ? help : `Did you mean: fin ${commandLine(near)}\n${help}`,
  })
}

/** The command whose last word is similar: `fin cpi` suggests `fin ingest cpi`. */
function didYouMeanLastWord(id: string, ids: readonly string[]): string | undefined {
  const last = (name: string) => name.split(':').at(-1) ?? name
  const near = didYouMean(last(id), ids.map(last))
  return near === undefined ? undefined : ids.find((name) => last(name) === near)
}

/** The error for a name that does not exist, with the nearest one. `nextStep` says where the names are. */
export function unknownName(
  kind: string,
  given: string,
  known: readonly string[],
  nextStep: string,
): NeedsPerson {
  const near = didYouMean(given, known)
  return new NeedsPerson(`there is no ${kind} "${given}"`, {
    nextStep: near === undefined ? nextStep : `Did you mean: ${near}\n${nextStep}`,
  })
}
