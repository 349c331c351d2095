// `code-cache.js NAME FILE` writes into a file what V8 compiled of dist/start/fin.cjs while some commands
// ran. Functions that no command called are compiled when they are.
const {readFileSync, writeFileSync} = require('node:fs')
const {dirname, join} = require('node:path')
const {load, optionsFor, starts} = require('./load.js')

const root = dirname(__dirname)
const [, , name, file] = process.argv

async function warmUp() {
  globalThis.oclif = {enableAutoTranspile: false}
  const {run, report, script} = load(root, [], null)
  for (const argv of starts[name]) {
    try {
      await run(argv, optionsFor(argv, root, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))))
    } catch (error) {
      const exitCode = (await report()).reportError(error, {verbose: true, root})
      if (exitCode === 1) throw error // nobody foresaw it: the bundle is broken
    }
  }
  writeFileSync(file, script.createCachedData())
  process.exitCode = 0 // some of these commands are mistakes
}

warmUp()
