/**
 * A separate process that requests one address and prints the growth of its peak memory: `node flood.js
 * ORIGIN PATH`.
 */
import {fakeClock} from '../clock.js'
import {openClient, testProvider} from './client.js'

const [origin = '', path = ''] = process.argv.slice(2)
const {api} = openClient(testProvider(origin), {clock: fakeClock()})
// The memory of loading the modules is normal, and so is one small answer.
await api.get({path: '/small'})
const beforeKb = process.resourceUsage().maxRSS
let outcome = 'answered'
try {
  await api.get({path})
} catch (error) {
  outcome = `${(error as Error).name}: ${(error as Error).message}`
}
process.stdout.write(
  JSON.stringify({outcome, grownMb: Math.round((process.resourceUsage().maxRSS - beforeKb) / 1024)}),
)
