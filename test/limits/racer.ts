/**
 * One process of a race: takes places and asks until `RACE_ENDS`. It prints a line for each place that it may
 * have lost because the database went away under it.
 */
import {openClock} from '../../src/lib/clock.js'
import {loadConfig} from '../../src/lib/config.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import type {Limit} from '../../src/lib/define.js'
import {QuotaSpent} from '../../src/lib/errors.js'
import {openLedger} from '../../src/lib/limits/ledger.js'
import {provider, twoKeys} from './settings.js'

const {env} = process
const config = loadConfig(env, '/')
const clock = await openClock(config.simulatorUrl)
const database = await openDatabase(config, {schema: 'skip'})
const ledger = openLedger({database, clock, config, host: 'race', pid: process.pid, claims: async () => []})
const north = provider(JSON.parse(env['RACE_LIMITS']!) as Limit[], twoKeys)
const ends = Date.parse(env['RACE_ENDS']!)
const diesAt = Number(env['RACE_DIES_AT'] || Infinity)

/** Takes a place and asks; false when the place lies behind the end of the race. */
async function one(turn: number): Promise<boolean> {
  const place = await ledger.reserve({provider: north, job: 'race', target: String(turn)})
  if (turn >= diesAt) process.kill(process.pid, 'SIGKILL')
  if (place.goAt.getTime() > ends) {
    await place.release()
    return false
  }
  await place.started()
  const answer = await fetch(`${env['RACE_PROVIDER']}/${place.label}?racer=${env['RACE_NAME']}`)
  await place.finish({outcome: answer.status === 200 ? 'answered' : 'refused', status: answer.status})
  return true
}

/** A database that does not come back would otherwise be asked for ever. */
const patience = 100
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
    } else if (++failures > patience) {
      throw error
    } else {
      process.stdout.write(`lost ${(error as Error).message}\n`)
      await clock.sleep(100)
    }
  }
  if (clock.driven) await clock.refresh()
}
await database.close()
