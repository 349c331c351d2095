import {execFile} from 'node:child_process'
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {type Guarded, freePort, onPath, startGuarded, temporaryFolder} from './guarded.js'
import {answers, resolveJars} from './kafka.js'
import {missing, type Optional} from './optional.js'

const run = promisify(execFile)

/** Nodes of Apache Kafka that a test stops and starts again; they keep their ports and data. */
export interface Cluster extends Optional {
  /** Starts node `index`, from 0, and waits until it answers. */
  start(index: number): Promise<void>
  /** Freezes node `index` or lets it go on: its connections stay open, and nothing is answered. */
  signal(index: number, name: 'SIGSTOP' | 'SIGCONT'): void
  /** Stops node `index`. */
  halt(index: number): Promise<void>
  /** `host:port` of each node. */
  brokers: readonly string[]
}

/**
 * A cluster of `size` nodes, each with both roles. A write needs two replicas that are in sync, if there are
 * three nodes.
 */
export async function kafkaCluster(size: number): Promise<Cluster> {
  const none = {brokers: [], start: async () => {}, halt: async () => {}, signal: () => {}}
  const java = onPath('java')
  if (!java) return {...missing('Apache Kafka needs Java 17, which is not installed'), ...none}
  const jars = await resolveJars().catch((error: unknown) => String(error))
  if (jars.startsWith('Error')) return {...missing(jars), ...none}
  const classPath = join(jars, '*')
  const data = temporaryFolder('fin-test-kafka-data-')
  const ports: {broker: number; controller: number}[] = []
  for (let n = 0; n < size; n++) ports.push({broker: await freePort(), controller: await freePort()})
  const voters = ports.map(({controller}, n) => `${n + 1}@127.0.0.1:${controller}`).join(',')
  const nodes: (Guarded | undefined)[] = ports.map(() => undefined)
  const folders: string[] = []
  const fileOf = (n: number) => join(data, `${n}.properties`)
  for (const [n, {broker, controller}] of ports.entries()) {
    mkdirSync(join(data, String(n)))
    writeFileSync(fileOf(n), properties({n, broker, controller, voters, size, logs: join(data, String(n))}))
  }
  const tool = [
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '--cluster-id',
    'MkU3OEVBNTcwNTJENDM2Qk',
  ]
  await Promise.all(ports.map((_, n) => run(java, [...tool, '--config', fileOf(n)])))

  const cluster: Cluster = {
    url: ports.map(({broker}) => `127.0.0.1:${broker}`).join(','),
    brokers: ports.map(({broker}) => `127.0.0.1:${broker}`),
    how: `Apache Kafka, ${size} nodes`,
    skipReason: false,
    async start(index) {
      const folder = (folders[index] = temporaryFolder('fin-test-kafka-'))
      const server = (nodes[index] = startGuarded(
        java,
        [
          '-cp',
          classPath,
          '-Xms128m',
          '-Xmx512m',
          '-XX:+UseSerialGC',
          '-XX:TieredStopAtLevel=1',
          'kafka.Kafka',
          fileOf(index),
        ],
        {folder},
      ))
      await server.ready(() => answers(`127.0.0.1:${ports[index]!.broker}`))
    },
    signal(index, name) {
      process.kill(Number(readFileSync(join(folders[index]!, 'pid'), 'utf8')), name)
    },
    async halt(index) {
      await nodes[index]?.stop()
      nodes[index] = undefined
    },
    async stop() {
      for (const node of nodes) await node?.stop()
      rmSync(data, {recursive: true, force: true, maxRetries: 5})
    },
  }
  await Promise.all(ports.map((_, n) => cluster.start(n)))
  return cluster
}

interface Node {
  n: number
  broker: number
  controller: number
  voters: string
  size: number
  logs: string
}

function properties({n, broker, controller, voters, size, logs}: Node): string {
  const replicas = Math.min(size, 3)
  return [
    'process.roles=broker,controller',
    `node.id=${n + 1}`,
    `controller.quorum.voters=${voters}`,
    `listeners=PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${broker}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(logs, 'logs')}`,
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.enable=false',
    'num.partitions=1',
    `min.insync.replicas=${Math.max(1, Math.min(2, size - 1))}`,
    `offsets.topic.replication.factor=${replicas}`,
    'offsets.topic.num.partitions=1',
    `transaction.state.log.replication.factor=${replicas}`,
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.num.partitions=1',
    'share.coordinator.state.topic.min.isr=1',
    '',
  ].join('\n')
}
