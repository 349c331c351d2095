/** Turns an error of Redis, or of the connection to it, into text for the user. */
import {certificateRefused, networkReasons} from '../http/network-reasons.js'
import {bounded} from '../output/safe.js'

interface Reason {
  /** `it refuses connections`. */
  why: string
  nextStep: string
}

const startIt = 'Check that the server runs, and the address in REDIS_URL.'

/** The first words of an error of the server, which a script repeats within its own error. */
const serverReasons: readonly (Reason & {word: RegExp})[] = [
  {
    word: /\bNOAUTH\b/,
    why: 'it requires a password',
    nextStep: 'Set the password in REDIS_URL, such as redis://:password@127.0.0.1:6379.',
  },
  {
    word: /\bWRONGPASS\b|invalid password/,
    why: 'it does not accept the user or the password',
    nextStep: 'Correct REDIS_URL.',
  },
  {
    word: /\bNOPERM\b/,
    why: 'its user lacks a permission',
    nextStep:
      'Allow the user in REDIS_URL to run EVAL, HGET, HGETALL, HSET, HDEL, EXPIRE, GET, SET, PUBLISH, MULTI, EXEC and INFO.',
  },
  {
    word: /\bOOM\b/,
    why: 'its memory is full',
    nextStep: 'Raise its maxmemory, or delete keys that nothing needs.',
  },
  {
    word: /\bREADONLY\b/,
    why: 'it is a replica, which accepts no writes',
    nextStep: 'Name the primary server in REDIS_URL.',
  },
  {
    word: /\bMASTERDOWN\b/,
    why: 'it is a replica that has lost its primary server',
    nextStep: 'Name the primary server in REDIS_URL.',
  },
  {
    word: /\bLOADING\b/,
    why: 'it still loads its data after a start',
    nextStep: 'Nothing to do: it answers when it has loaded them.',
  },
  {
    word: /\bMISCONF\b/,
    why: 'it accepts no writes, because it cannot save them to disk',
    nextStep: 'Check its disk and its log.',
  },
  {
    word: /\bNOREPLICAS\b/,
    why: 'it accepts no writes, because too few replicas are connected',
    nextStep: 'Check its replicas.',
  },
  {
    word: /\bBUSY\b/,
    why: 'it is occupied by a script',
    nextStep: 'Wait, or end that script with SCRIPT KILL.',
  },
  {
    word: /\bWRONGTYPE\b/,
    why: 'a key that fin writes holds a value of another type',
    nextStep: 'Delete that key, or name another database in REDIS_URL.',
  },
  {
    word: /max number of clients/,
    why: 'it has too many connections',
    nextStep: 'Close some, or raise its maxclients.',
  },
  {
    word: /DB index/,
    why: 'it has no database of that number',
    nextStep: 'Correct the number at the end of REDIS_URL.',
  },
  {
    word: /Unknown RESP type|Protocol error, got/,
    why: 'it does not speak the protocol of Redis',
    nextStep: 'Correct REDIS_URL; an address with TLS begins with rediss://.',
  },
  {word: /Command timed out/, why: 'it does not answer in time', nextStep: startIt},
  {word: /Connection is closed|isn't writeable/, why: 'the connection was closed', nextStep: startIt},
]

/** `url` is only read for the password, which a server may repeat in its error. */
export function reasonOfRedis(error: Error & {code?: unknown}, url: string): Reason {
  const code = typeof error.code === 'string' ? error.code : ''
  const why = networkReasons[code]
  if (why !== undefined) return {why, nextStep: startIt}
  const known = certificateRefused(code) ?? serverReasons.find(({word}) => word.test(error.message))
  if (known) return {why: known.why, nextStep: known.nextStep}
  const password = decodeURIComponent(new URL(url).password)
  const text = password === '' ? error.message : error.message.replaceAll(password, '***')
  return {why: `it answers ${JSON.stringify(bounded(text, 200))}`, nextStep: startIt}
}
