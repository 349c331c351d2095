// Writes the file argv names: what V8 compiled of dist/start/fin.cjs while some commands ran. Functions that no command called are compiled when they are.
const {readFileSync, writeFileSync} = require('node:fs')
const {dirname, join} = require('node:path')
const {load} = require('./load.js')

const root = dirname(__dirname)
const starts = [['--help'], ['ingest'], ['ingest', 'cpi', '--help'], ['nonsense'], ['runs', '--limit', 'x'], ['query'], ['schedule', 'list'],
  ['ingest', 'cpi', '--input', '-', '--dry-run', '--ndjson']]

async function warmUp() {
  globalThis.oclif = {enableAutoTranspile: false}
  const {run, report, script} = load(root, null)
  for (const argv of starts) {
    try {
      await run(argv, {root, pjson: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))})
    } catch (error) {
      const exitCode = (await report()).reportError(error, {verbose: true, root})
      if (exitCode === 1) throw error // nobody foresaw it: the bundle is broken
    }
  }
  writeFileSync(process.argv[2], script.createCachedData())
  process.exitCode = 0 // some of these commands are mistakes
}

warmUp()
