/**
 * Measures the figures of docs/figures.md and docs/quality.md. Each is printed next to a reference figure of
 * the same run.
 */
import {cpus} from 'node:os'
import {cache} from './cache.js'
import {exportRows} from './export.js'
import {quality} from './quality.js'
import {readCommandTimes} from './read-commands.js'
import {startUp} from './start-up.js'
import {stream} from './stream.js'
import {streamHeap} from './stream-heap.js'
import {upserts} from './upsert.js'

export interface Figure {
  what: string
  figure: string
  beside: string
}

const benches: Readonly<Record<string, () => Figure[] | Promise<Figure[]>>> = {
  'start-up': startUp,
  export: exportRows,
  upsert: upserts,
  read: readCommandTimes,
  cache,
  stream,
  'stream-heap': streamHeap,
  quality,
}
const chosen = process.argv.slice(2)
const unknown = chosen.find((name) => !(name in benches))

if (unknown !== undefined) {
  process.stderr.write(`there is no benchmark "${unknown}". Use: ${Object.keys(benches).join(', ')}\n`)
  process.exitCode = 2
} else {
  process.stdout.write(
    `Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown processor'}\n\n`,
  )
  process.stdout.write('| what | figure | beside |\n| --- | --- | --- |\n')
  for (const [name, bench] of Object.entries(benches)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue
    for (const {what, figure, beside} of await bench())
      process.stdout.write(`| ${what} | ${figure} | ${beside} |\n`)
  }
}
