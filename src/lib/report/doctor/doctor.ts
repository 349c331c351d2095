/** Checks everything that fin needs, once. */
import {realClock} from '../../clock.js'
import type {Config} from '../../config.js'
import type {Provider} from '../../define.js'
import type {Check} from './check.js'
import {createRedact} from '../../http/redact.js'
import {checkCredentials} from './credentials.js'
import {
  checkDataFolder,
  checkEnvFile,
  checkNode,
  checkServerAccount,
  checkSettings,
  checkValues,
  checkShownZone,
} from './machine.js'
import {checkProxies} from './proxies.js'
import {checkClock, checkDatabase, checkDrift, checkFuture} from './database.js'
import {reportSlow, type WaitLog} from '../../waits.js'
import {checkKafka, checkRedis, checkSimulator} from './servers.js'

/**
 * The results of all checks; with `only`, those of the credentials and settings of these providers. It
 * sends no request to a provider. `log` gets a line for each server that is slow to answer.
 */
export async function examine(
  config: Config,
  providers: readonly Provider[],
  only?: readonly Provider[],
  log?: WaitLog,
): Promise<Check[]> {
  const {database, checks: databaseChecks} = await reportSlow(
    log,
    () => 'waiting for the database',
    checkDatabase(config),
  )
  try {
    const credentials = [
      ...(await checkCredentials(config, only ?? providers, database, realClock.now())),
      ...checkValues(config, only ?? providers),
    ]
    if (only) return credentials
    const [clock, proxies, simulator, redis, kafka] = [
      await checkClock(database),
      await reportSlow(log, () => 'waiting for the proxies', checkProxies(config)),
      await checkSimulator(config, log),
      await checkRedis(config, log),
      await checkKafka(config, log),
    ]
    const machine = [checkNode(), checkDataFolder(config), ...checkEnvFile(config), ...checkShownZone(config)]
    const checks = [
      ...machine,
      ...databaseChecks,
      ...checkServerAccount(config),
      ...(await checkDrift(database)),
      clock,
      ...(await checkFuture(database, config, realClock.now())),
      ...proxies,
      ...simulator,
      redis,
      kafka,
      ...credentials,
      ...checkSettings(config, providers),
    ]
    // An error of a server may quote the command, as Redis does with an unknown command that holds a
    // password.
    const redact = createRedact(config)
    return checks.map((check) => ({...check, found: redact(check.found)}))
  } finally {
    await database?.close()
  }
}
