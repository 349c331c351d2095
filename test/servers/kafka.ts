import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import kafkajs from 'kafkajs'
import {root} from '../paths.js'
import {freePort, onPath, startGuarded, temporaryFolder} from './guarded.js'
import {given, missing, type Optional} from './optional.js'

const run = promisify(execFile)

/**
 * KAFKA_BROKERS if they answer, else one node of Apache Kafka, else the mock cluster of librdkafka. `how`
 * names the choice.
 */
export async function kafka(): Promise<Optional> {
  const known = await given('KAFKA_BROKERS', answers)
  if (known) return known
  const reasons: string[] = []
  for (const start of [apacheKafka, mockCluster]) {
    const server = await start().catch((error: unknown) =>
      missing(error instanceof Error ? error.message : String(error)),
    )
    if (server.skipReason === false) return server
    reasons.push(server.skipReason)
  }
  return missing(`no Kafka: ${reasons.join('; ')}`)
}

/** One node in KRaft mode, on the Java of the machine. */
export async function apacheKafka(): Promise<Optional> {
  const java = onPath('java')
  if (!java) return missing('Apache Kafka needs Java 17, which is not installed')
  const {stderr} = await run(java, ['-version'])
  const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0)
  if (version < 17) return missing(`Apache Kafka needs Java 17, this is ${version}`)
  const jars = await resolveJars()
  const folder = temporaryFolder('fin-test-kafka-')
  const [port, controllerPort] = [await freePort(), await freePort()]
  const settings = join(folder, 'server.properties')
  writeFileSync(settings, properties(folder, port, controllerPort))
  const classPath = join(jars, '*')
  await run(java, [
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '--cluster-id',
    'MkU3OEVBNTcwNTJENDM2Qk',
    '--config',
    settings,
  ])
  const server = startGuarded(
    java,
    [
      '-cp',
      classPath,
      '-Xms128m',
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      'kafka.Kafka',
      settings,
    ],
    {folder},
  )
  const url = `127.0.0.1:${port}`
  await server.ready(() => answers(url))
  const release = /kafka-clients-([\d.]+)\.jar/.exec(readdirSync(jars).join(' '))?.[1] ?? '4'
  return {url, how: `Apache Kafka ${release}, one node`, skipReason: false, stop: () => server.stop()}
}

/** A cluster in memory, without the admin interface: the first write creates a topic. */
export async function mockCluster(): Promise<Optional> {
  const kcat = onPath('kcat')
  if (!kcat) return missing('kcat, which holds the mock cluster of librdkafka, is not installed')
  const folder = temporaryFolder('fin-test-kafka-mock-')
  const server = startGuarded(
    kcat,
    ['-C', '-t', 'x', '-b', '127.0.0.1:1', '-X', 'test.mock.num.brokers=1', '-d', 'mock'],
    {folder},
  )
  const brokers = () => /bootstrap\.servers=(127\.0\.0\.1:\d+)/.exec(server.printed())?.[1]
  await server.ready(async () => brokers() !== undefined && answers(brokers()!), 20_000)
  return {
    url: brokers()!,
    how: 'the mock cluster of librdkafka',
    skipReason: false,
    stop: () => server.stop(),
  }
}

function properties(folder: string, port: number, controllerPort: number): string {
  const single = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic']
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(folder, 'logs')}`,
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.enable=false',
    'num.partitions=1',
    'auto.create.topics.enable=true',
    ...single.flatMap((topic) => [`${topic}.replication.factor=1`, `${topic}.num.partitions=1`]),
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.min.isr=1',
    '',
  ].join('\n')
}

/**
 * The folder of the jars that test/kafka/pom.xml names; Maven fetches them at most once per pom, also when
 * two runs race.
 */
export async function resolveJars(): Promise<string> {
  const pom = join(root, 'test', 'kafka', 'pom.xml')
  const cache = cacheFolder()
  const jars = join(
    cache,
    `kafka-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)}`,
  )
  if (existsSync(jars)) return jars
  const maven = onPath('mvn')
  if (!maven) throw new Error('Maven, which fetches Apache Kafka, is not installed')
  const draft = mkdtempSync(join(cache, 'fetching-'))
  try {
    const options = [
      `-Dmaven.repo.local=${join(draft, 'repository')}`,
      `-DoutputDirectory=${join(draft, 'jars')}`,
      '-DincludeScope=runtime',
    ]
    await run(maven, ['-B', '-q', '-ntp', '-f', pom, ...options, 'dependency:copy-dependencies'], {
      timeout: 300_000,
    })
    if (!existsSync(jars)) renameSync(join(draft, 'jars'), jars)
  } catch (error) {
    if (!existsSync(jars))
      throw new Error(
        `Maven could not fetch Apache Kafka: ${
          String((error as {stdout?: string}).stdout || error)
            .trim()
            .split('\n')[0]
        }`,
      )
  } finally {
    rmSync(draft, {recursive: true, force: true})
  }
  return jars
}

function cacheFolder(): string {
  const {XDG_CACHE_HOME, HOME} = process.env
  const preferred = XDG_CACHE_HOME ?? (HOME ? join(HOME, '.cache') : undefined)
  for (const parent of [preferred, join(tmpdir(), `cache-${process.getuid?.() ?? 'user'}`)]) {
    if (parent === undefined) continue
    try {
      const folder = join(parent, 'fin-test')
      mkdirSync(folder, {recursive: true})
      accessSync(folder, constants.W_OK)
      return folder
    } catch {
      // The next folder is tried: a home folder may be missing or read-only.
    }
  }
  throw new Error('no cache folder can be written')
}

export async function answers(brokers: string): Promise<boolean> {
  const client = new kafkajs.Kafka({
    brokers: brokers.split(','),
    connectionTimeout: 1000,
    retry: {retries: 0},
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = client.admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
