/**
 * A process of its own that asks one address and says by how much its peak memory grew: `node flood.js ORIGIN
 * PATH`.
 */
import {fakeClock} from '../clock.js'
import {openDoor, testProvider} from './client.js'

const [origin = '', path = ''] = process.argv.slice(2)
const {api} = openDoor(testProvider(origin), {clock: fakeClock()})
// What loading the machinery costs is normal; so is one small answer.
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
