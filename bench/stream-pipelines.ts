/** Starts the pipelines of the stream benchmark. Each is two processes: a producer and a consumer. */
import {type ChildProcess, execFile, fork, spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {fileURLToPath} from 'node:url'
import kafkajs from 'kafkajs'
import {root} from '../test/paths.js'
import {freePort} from '../test/servers/guarded.js'
import {answer} from './stream-drive.js'
import {countsOf} from './stream-latencies.js'
import {symbols} from './stream-trades.js'

export interface Places {
  databaseUrl: string
  redisUrl: string
  brokers: string
  /** The address of the generator: `http://...`. */
  url: string
  /** A folder of this run. */
  home: string
}

export interface Pipeline {
  /** Latencies since the last call, from the frame received to both stores written, by `boundsMs`. */
  latencies(): Promise<number[]>
  /** The peak memory of the producer and of the consumer, in bytes. */
  peaks(): number[]
  /** The processor time of the producer and of the consumer so far, in milliseconds. */
  processorTimes(): number[]
  /** Rejects when a process ends. */
  ended: Promise<never>
  stop(): void
}

export type Start = (places: Places) => Promise<Pipeline>

const forked = (file: string, role: string, env: NodeJS.ProcessEnv) =>
  fork(fileURLToPath(new URL(file, import.meta.url)), [role], {env: {PATH: process.env['PATH'], ...env}})

/** The bare pipeline: whole frames over Kafka, groups of rows. */
export const yardstick: Start = (places) =>
  bare(places, 'yardstick', 'produce', (env) => forked('stream-yardstick.js', 'consume', env))

/** The design's own way: a message, an INSERT and an HSET for each trade. */
export const design: Start = (places) =>
  bare(places, 'design', 'produce-each', (env) => forked('stream-design.js', 'consume', env))

async function bare(
  {databaseUrl, redisUrl, brokers, url}: Places,
  topic: string,
  role: string,
  consume: (env: NodeJS.ProcessEnv) => ChildProcess,
): Promise<Pipeline> {
  const admin = new kafkajs.Kafka({brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING}).admin()
  await admin.connect()
  await admin.createTopics({topics: [{topic, numPartitions: 1}]})
  await admin.disconnect()
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: brokers,
    SOCKET_URL: url.replace('http', 'ws'),
    TOPIC: topic,
  }
  const consumer = consume(env)
  const producer = forked('stream-yardstick.js', role, env)
  return {
    ...watched(producer, consumer),
    async latencies() {
      consumer.send('latencies')
      return (await answer(consumer)) as number[]
    },
  }
}

/** `fin` itself, as two processes. `nodeOptions`: one for Node in each process, consumer first. */
export async function fin(
  {databaseUrl, redisUrl, brokers, url, home}: Places,
  nodeOptions: readonly string[] = [],
): Promise<Pipeline> {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    FIN_DATA_DIR: join(home, 'fin'),
    FIN_EMBEDDED: 'never',
    TZ: 'UTC',
    NO_COLOR: '1',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: brokers,
    FIN_SIMULATOR_URL: url,
  }
  const program = join(root, 'bin', 'run.js')
  await promisify(execFile)(process.execPath, [program, 'stream', 'topics'], {cwd: home, env})
  const run = async (args: readonly string[], option: string | undefined) => {
    const port = String(await freePort())
    const child = spawn(
      process.execPath,
      [...(option === undefined ? [] : [option]), program, 'stream', ...args, '--health-port', port],
      {cwd: home, env, stdio: ['ignore', 'ignore', 'pipe']},
    )
    let printed = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-2000)
    })
    return {child, port, printed: () => printed}
  }
  const consumer = await run(['consume', 'sp500'], nodeOptions[0])
  const targets = symbols.flatMap((symbol) => ['--target', symbol])
  const producer = await run(['produce', 'sp500', '--to', 'kafka', ...targets], nodeOptions[1])
  let before: number[] | undefined
  return {
    ...watched(producer.child, consumer.child, () => producer.printed() + consumer.printed()),
    async latencies() {
      const response = await fetch(`http://127.0.0.1:${consumer.port}/metrics`)
      const counts = countsOf(await response.text(), 'fin_stream_latency_seconds')
      const since = counts.map((count, place) => count - (before?.[place] ?? 0))
      before = counts
      return since
    },
  }
}

function watched(producer: ChildProcess, consumer: ChildProcess, printed = () => '') {
  const both = [producer, consumer]
  let isStopped = false
  const ended = new Promise<never>((_resolve, reject) => {
    for (const child of both)
      child.once('close', (code) => {
        if (!isStopped)
          reject(new Error(`${child.spawnargs[1]} ended with ${code}: ${printed().trim().slice(-300)}`))
      })
  })
  ended.catch(() => {})
  return {
    ended,
    peaks: () => both.map(({pid}) => peakOf(pid!)),
    processorTimes: () => both.map(({pid}) => processorTimeOf(pid!)),
    stop() {
      isStopped = true
      for (const child of both) child.kill('SIGKILL')
    },
  }
}

/** The highest resident memory of a process so far, in bytes; Linux only. */
function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

/** User and system time of a process so far, in milliseconds; Linux only, whose unit is 10 ms. */
function processorTimeOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
