// Runs dist/start/fin.cjs with what V8 compiled of it at build time. V8 itself refuses a cache of another
// version or of other flags, and compiles as usual.
const {readFileSync} = require('node:fs')
const {join} = require('node:path')
const {Script} = require('node:vm')

/**
 * The command lines with which each cache is made. V8 reads a cache whole, so that one for everything would
 * cost every command what only some of them need. Which one serves a command line: `help` whoever asks for
 * help, then the first word, and `fin` everything else.
 */
exports.starts = {
  fin: [['nonsense'], ['runs', '--limit', 'x'], ['query']],
  help: [['--help'], ['ingest'], ['ingest', 'cpi', '--help']],
  ingest: [['ingest', 'cpi', '--input', '-', '--dry-run', '--ndjson']],
  schedule: [
    ['schedule', 'list'],
    ['schedule', 'list', '--csv'],
  ],
}

const asksForOverview = (argv) => argv.every((arg) => arg === '--help')

/** How oclif is run. Completion is loaded only where it has something to do. */
exports.optionsFor = (argv, root, pjson) => ({
  root,
  pjson,
  // A package.json in the data folder would name programs to load.
  userPlugins: false,
  devPlugins: false,
  ...(asksForOverview(argv) || argv.includes('autocomplete')
    ? {pluginAdditions: {core: ['@oclif/plugin-autocomplete'], path: root}}
    : {}),
})

/** What bin/start.mjs exports, and the script it came from. */
exports.load = (root, argv, cachedData = cacheOf(root, argv)) => {
  const filename = join(root, 'dist', 'start', 'fin.cjs')
  const script = new Script(readFileSync(filename, 'latin1'), {filename, ...(cachedData ? {cachedData} : {})})
  const made = {exports: {}}
  // Code from a cache cannot import() by itself in Node 20, so it is given a function that can.
  script.runInThisContext()(
    made,
    made.exports,
    module.constructor.createRequire(filename),
    join(root, 'dist', 'start'),
    (address) => import(address),
  )
  return {...made.exports, script}
}

function cacheOf(root, argv) {
  const hasOwn = Object.hasOwn(exports.starts, argv[0])
  const name =
    asksForOverview(argv) || argv.includes('--help') || (hasOwn && argv.length === 1)
      ? 'help'
      : hasOwn
        ? argv[0]
        : 'fin'
  try {
    return readFileSync(join(root, 'dist', 'start', `${name}.cache`))
  } catch {
    return undefined // slower, nothing else
  }
}
