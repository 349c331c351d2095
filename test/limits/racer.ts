/**
 * One process of a race: reserves and requests until `RACE_ENDS`. It prints a line for each reservation that
 * it may have lost because the connection to the database broke.
 */
import {openClock} from '../../src/lib/clock.js'
import {loadConfig} from '../../src/lib/config.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import type {Limit} from '../../src/lib/define.js'
import {QuotaSpent} from '../../src/lib/errors.js'
import {openLedger} from '../../src/lib/limits/ledger.js'
import {provider, twoCredentials} from './north.js'

const {env} = process
const config = loadConfig(env, '/')
const clock = await openClock(config.simulatorUrl)
const database = await openDatabase(config, {schema: 'skip'})
const ledger = openLedger({database, clock, config, host: 'race', pid: process.pid, claims: async () => []})
const north = provider(JSON.parse(env['RACE_LIMITS']!) as Limit[], twoCredentials)
const ends = Date.parse(env['RACE_ENDS']!)
const diesAt = Number(env['RACE_DIES_AT'] || Infinity)

/** Reserves and requests; false if the reservation is after the end of the race. */
async function one(turn: number): Promise<boolean> {
  const reservation = await ledger.reserve({provider: north, job: 'race', target: String(turn)})
  if (turn >= diesAt) process.kill(process.pid, 'SIGKILL')
  if (reservation.goAt.getTime() > ends) {
    await reservation.release()
    return false
  }
  await reservation.started()
  const answer = await fetch(`${env['RACE_PROVIDER']}/${reservation.label}?racer=${env['RACE_NAME']}`)
  await reservation.finish({outcome: answer.status === 200 ? 'answered' : 'refused', status: answer.status})
  return true
}

/** Bounds the tries when the database does not come back. */
const maxFailures = 100
let failures = 0
for (let turn = 1; clock.now().getTime() <= ends; turn++) {
  try {
    if (!(await one(turn))) break
    failures = 0
  } catch (error) {
    await clock.refresh()
    if (error instanceof QuotaSpent && error.until) {
      if (error.until.getTime() > ends) break
      await clock.sleep(error.until.getTime() - clock.now().getTime())
    } else if (++failures > maxFailures) {
      throw error
    } else {
      process.stdout.write(`lost ${(error as Error).message}\n`)
      await clock.sleep(100)
    }
  }
  if (clock.driven) await clock.refresh()
}
await database.close()
