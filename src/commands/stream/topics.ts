import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../../lib/cli/read-command.js'
import {loadConfig} from '../../lib/config.js'
import {createLog} from '../../lib/output/log.js'
import {reportSlow} from '../../lib/waits.js'

export default class StreamTopics extends ReadCommand {
  static override summary = 'create the topics of Kafka, and show how existing ones differ'
  static override description = `Creates each missing topic with its partitions, replicas and retention. A cluster with fewer brokers gets fewer replicas.
It can be run again. It deletes nothing; it changes an existing topic only with --add-partitions. Needs KAFKA_BROKERS.`

  static override examples = [
    '<%= config.bin %> stream topics --dry-run',
    '<%= config.bin %> stream topics',
    {
      description: 'Add the missing partitions; a symbol may then move to another partition',
      command: '<%= config.bin %> stream topics --add-partitions',
    },
  ]

  static override flags = {
    'add-partitions': Flags.boolean({
      summary: 'add missing partitions to topics that exist (default: only show them)',
    }),
    'dry-run': Flags.boolean({summary: 'let the brokers check everything, and change nothing'}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(StreamTopics)
    const config = loadConfig()
    const log = createLog({quiet: flags.quiet === true, verbose: flags.verbose === true})
    const {kafkaClient, kafkaError} = await import('../../lib/transport/kafka-client.js')
    const {arrangeTopics, topics} = await import('../../lib/transport/topics.js')
    // The error of the command says it as well, so the library's own messages are details.
    const admin = (await kafkaClient(config, {warn: log.detail})).admin()
    let topic: string | undefined
    const arrange = async () => {
      await admin.connect()
      return arrangeTopics(admin, Object.values(topics), {
        addPartitions: flags['add-partitions'],
        dryRun: flags['dry-run'],
        onTopic: (name) => {
          topic = name
        },
      })
    }
    const waiting = () => `waiting for Kafka at ${config.kafkaBrokers.join(', ')}`
    const rows = await reportSlow(log, waiting, arrange())
      .catch((error: unknown) => {
        throw kafkaError(error, config, topic)
      })
      .finally(() => admin.disconnect().catch(() => {}))
    await this.print(rows, flags, config.zone, {keep: ['state', 'difference']})
  }
}
