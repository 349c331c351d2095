/** The client of Kafka, with timeouts that end within seconds, and the errors of its broken connections. */
import type {Kafka} from 'kafkajs'
import type {Config} from '../config.js'
import {isFinError, NeedsPerson, TryLater} from '../errors.js'
import type {Log} from '../output/log.js'

const longestMs = 5_000

/**
 * The begins of messages that are left out: the first repeats the message before it, and a consumer itself
 * says which offsets are gone.
 */
const repeated = ['Failed to connect to seed broker', 'Offset out of range, resetting to default offset']

/**
 * A client of the brokers in KAFKA_BROKERS; it connects on first use. Each connection may take `timeoutMs`,
 * and each request `requestMs`. Both are tried again once, or until each broker was tried. Errors of the
 * library are warnings of `log`; its other messages are left out. Throws NeedsPerson if KAFKA_BROKERS is not
 * set, or wrong.
 */
export async function kafkaClient(
  {kafkaBrokers}: Pick<Config, 'kafkaBrokers'>,
  log: Pick<Log, 'warn'>,
  timeoutMs = longestMs,
  requestMs = timeoutMs,
): Promise<Kafka> {
  if (kafkaBrokers.length === 0)
    throw new NeedsPerson('KAFKA_BROKERS is not set', {
      nextStep: 'Set it to the addresses of the brokers, such as KAFKA_BROKERS=127.0.0.1:9092',
    })
  const wrong = kafkaBrokers.findIndex((broker) => !/^[^\s:/@]+:\d{1,5}$/.test(broker))
  // The address is not printed, because it may hold a password.
  if (wrong >= 0)
    throw new NeedsPerson(
      `address ${wrong + 1} of ${kafkaBrokers.length} in KAFKA_BROKERS is not host:port`,
      {nextStep: 'Set it like KAFKA_BROKERS=kafka-1.example.com:9092,kafka-2.example.com:9092'},
    )
  dropTimeoutWarning()
  const {Kafka, logLevel} = (await import('kafkajs')).default
  return new Kafka({
    clientId: 'fin',
    brokers: [...kafkaBrokers],
    connectionTimeout: timeoutMs,
    requestTimeout: requestMs,
    // With each try the library goes on to the next broker.
    retry: {retries: Math.max(1, kafkaBrokers.length - 1), initialRetryTime: 200},
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => {
      if (!repeated.some((start) => entry.log.message.startsWith(start))) log.warn(textOf(entry.log))
    },
  })
}

/** A message of the library with its circumstances: `kafka: Connection error: ... (127.0.0.1:9092)`. */
function textOf({message, error, broker}: {message: string; error?: unknown; broker?: unknown}): string {
  const why = typeof error === 'string' && !message.includes(error) ? `: ${error}` : ''
  return `kafka: ${message}${why}${typeof broker === 'string' ? ` (${broker})` : ''}`
}

/**
 * The error of fin for one of the library: NeedsPerson for a refusal, else TryLater. A defect and an error of
 * fin are returned unchanged. `subject` is a topic, or absent if nothing was done before the error.
 */
export function kafkaError(
  error: unknown,
  {kafkaBrokers}: Pick<Config, 'kafkaBrokers'>,
  subject?: string,
): unknown {
  if (!(error instanceof Error) || isFinError(error) || defects.has(error.name)) return error
  const cause = causeOf(error)
  const brokers = kafkaBrokers.join(', ')
  if ('retriable' in cause && cause.retriable === false)
    return new NeedsPerson(
      `Kafka at ${brokers} refuses${subject === undefined ? '' : ` ${subject}`}: ${cause.message}`,
      {
        nextStep: 'Change the rights or the settings of the brokers, then run the command again.',
        cause: error,
      },
    )
  return new TryLater(`Kafka at ${brokers} does not answer: ${cause.message}`, {
    nextStep: 'Check that the brokers run, and the addresses in KAFKA_BROKERS.',
    atStart: subject === undefined,
    cause: error,
  })
}

/** True for an error of the Kafka library. */
export function isOfKafka(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('KafkaJS')
}

const defects = new Set(['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError'])

/** The first error: the library wraps it when no try is left, or with the others of one request. */
function causeOf(error: Error): Error {
  const [first] = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : []
  const inner = first ?? error.cause
  return inner instanceof Error ? causeOf(inner) : error
}

let isDropped = false

/**
 * Drops one warning of Node 24: the library sets a timer with a negative time, which Node takes as 1 ms. A
 * user cannot change that.
 */
function dropTimeoutWarning(): void {
  if (isDropped) return
  isDropped = true
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void
  process.emitWarning = (...args: unknown[]) => {
    if (args[1] !== 'TimeoutNegativeWarning') emit(...args)
  }
}
