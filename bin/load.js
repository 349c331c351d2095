// Runs dist/start/fin.cjs with what V8 compiled of it at build time. V8 itself refuses a cache of another version or of other flags, and compiles as usual.
const {readFileSync} = require('node:fs')
const {createRequire} = require('node:module')
const {join} = require('node:path')
const {Script} = require('node:vm')

/** What bin/start.mjs exports, and the script it came from. */
exports.load = (root, cachedData = cacheOf(root)) => {
  const filename = join(root, 'dist', 'start', 'fin.cjs')
  const script = new Script(readFileSync(filename, 'latin1'), {filename, ...(cachedData ? {cachedData} : {})})
  const module = {exports: {}}
  // Code from a cache cannot import() by itself in Node 20, so it is given a function that can.
  script.runInThisContext()(module, module.exports, createRequire(filename), join(root, 'dist', 'start'), (address) => import(address))
  return {...module.exports, script}
}

function cacheOf(root) {
  try {
    return readFileSync(join(root, 'dist', 'start', 'fin.cache'))
  } catch {
    return undefined // slower, nothing else
  }
}
