/** Everything that fin needs, looked at once. */
import {realClock} from '../../clock.js'
import type {Config} from '../../config.js'
import type {Provider} from '../../define.js'
import type {Check} from './check.js'
import {createRedact} from '../../http/redact.js'
import {checkCredentials} from './credentials.js'
import {checkDataFolder, checkEnvFile, checkNode, checkSettings, checkValues} from './machine.js'
import {checkClock, checkDatabase, checkKafka, checkRedis, checkSimulator} from './servers.js'

/**
 * Every check; with `only`, the credentials and settings of those providers and nothing else. Nothing here
 * asks a provider.
 */
export async function examine(
  config: Config,
  providers: readonly Provider[],
  only?: readonly Provider[],
): Promise<Check[]> {
  const {database, checks: ofDatabase} = await checkDatabase(config)
  try {
    const credentials = [
      ...(await checkCredentials(config, only ?? providers, database, realClock.now())),
      ...checkValues(config, only ?? providers),
    ]
    if (only) return credentials
    const [clock, simulator, redis, kafka] = [
      await checkClock(database),
      await checkSimulator(config),
      await checkRedis(config),
      await checkKafka(config),
    ]
    const machine = [checkNode(), checkDataFolder(config), ...checkEnvFile(config)]
    const checks = [
      ...machine,
      ...ofDatabase,
      clock,
      ...simulator,
      redis,
      kafka,
      ...credentials,
      ...checkSettings(config, providers),
    ]
    // What servers answer may quote what they were sent: Redis does so with a password in a command that it
    // does not know.
    const redact = createRedact(config)
    return checks.map((check) => ({...check, found: redact(check.found)}))
  } finally {
    await database?.close()
  }
}
