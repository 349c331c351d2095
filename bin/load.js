// Runs dist/start/fin.cjs with what V8 compiled of it at build time. V8 itself refuses a cache of another version or of other flags, and compiles as usual.
const {readFileSync} = require('node:fs')
const {createRequire} = require('node:module')
const {join} = require('node:path')
const {Script} = require('node:vm')

/**
 * The command lines with which each cache is made, by the first word of those that it serves; `fin` serves all others. V8 reads
 * a cache whole, so that one for everything would cost every command what only some of them need.
 */
exports.starts = {
  fin: [['--help'], ['nonsense'], ['runs', '--limit', 'x'], ['query']],
  ingest: [['ingest'], ['ingest', 'cpi', '--help'], ['ingest', 'cpi', '--input', '-', '--dry-run', '--ndjson']],
  schedule: [['schedule', 'list']],
}

/** What bin/start.mjs exports, and the script it came from. */
exports.load = (root, word, cachedData = cacheOf(root, word)) => {
  const filename = join(root, 'dist', 'start', 'fin.cjs')
  const script = new Script(readFileSync(filename, 'latin1'), {filename, ...(cachedData ? {cachedData} : {})})
  const module = {exports: {}}
  // Code from a cache cannot import() by itself in Node 20, so it is given a function that can.
  script.runInThisContext()(module, module.exports, createRequire(filename), join(root, 'dist', 'start'), (address) => import(address))
  return {...module.exports, script}
}

function cacheOf(root, word) {
  try {
    return readFileSync(join(root, 'dist', 'start', `${Object.hasOwn(exports.starts, word) ? word : 'fin'}.cache`))
  } catch {
    return undefined // slower, nothing else
  }
}
