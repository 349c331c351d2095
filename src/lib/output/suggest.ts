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
 * The error for a command or a flag that does not exist, or for an argument that a command does not take.
 * Ids are those of oclif: `ingest:cpi`. It never prompts, so a script never waits.
 */
export function unknownCommand(id: string, ids: readonly string[]): NeedsPerson {
  if (id.startsWith('-')) return unknownFlag(id.replace(/[=:].*$/s, ''))
  const commandLine = (name: string) => name.replaceAll(':', ' ')
  const topic = id.split(':')[0] ?? ''
  const ofTopic = ids.filter((name) => name.startsWith(`${topic}:`))
  const near = nearestCommand(id, ids, ofTopic)
  const command = near === undefined || !near.startsWith(`${topic}:`) ? commandBefore(id, ids) : undefined
  if (command !== undefined) return unexpectedArgument(command, id.slice(command.length + 1).split(':'), ids)
  const help = ofTopic.length > 0 ? `See: fin ${topic} --help` : 'See: fin --help'
  return new NeedsPerson(`there is no command "${commandLine(id)}"`, {
    nextStep: near === undefined ? help : `Did you mean: fin ${commandLine(near)}\n${help}`,
  })
}

/** The longest command that `id` begins with. */
function commandBefore(id: string, ids: readonly string[]): string | undefined {
  const words = id.split(':')
  return words.map((_, left) => words.slice(0, -left - 1).join(':')).find((name) => ids.includes(name))
}

/** The error for words after a command that takes none, with the command that takes them if there is one. */
function unexpectedArgument(command: string, words: readonly string[], ids: readonly string[]): NeedsPerson {
  const name = command.replaceAll(':', ' ')
  const rest = words.join(' ')
  const near =
    command === 'simulate'
      ? `fin simulate -- ${rest}`
      : /^\d+$/.test(rest) && ids.includes(`${command}:show`)
        ? `fin ${name} show ${rest}`
        : undefined
  const help = `See: fin ${name} --help`
  return new NeedsPerson(`unexpected argument${words.length > 1 ? 's' : ''}: ${rest}`, {
    nextStep: near === undefined ? help : `Did you mean: ${near}\n${help}`,
  })
}

/** The error for a flag that stands where a command is expected. */
function unknownFlag(flag: string): NeedsPerson {
  const near = didYouMean(flag, ['--help', '--version'])
  const help = 'The flags of a command stand after its name. See: fin --help'
  return new NeedsPerson(`there is no flag ${flag}`, {
    nextStep: near === undefined ? help : `Did you mean ${near}?\n${help}`,
  })
}

/**
 * The command that is nearest to `id`. Within a topic that exists it is a command of the topic, or one with
 * the same last word: `fin ingest bithumb-coingecko` suggests `fin map bithumb-coingecko`. Otherwise its last
 * word may be similar: `fin cpi` suggests `fin ingest cpi`.
 */
function nearestCommand(id: string, ids: readonly string[], ofTopic: readonly string[]): string | undefined {
  const last = (name: string) => name.split(':').at(-1) ?? name
  const near = didYouMean(last(id), (ofTopic.length > 0 ? ofTopic : ids).map(last))
  if (ofTopic.length > 0)
    return ofTopic.find((name) => last(name) === near) ?? ids.find((name) => last(name) === last(id))
  return didYouMean(id, ids) ?? ids.find((name) => last(name) === near)
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
