// Finds the folder in which Node (22.1 and later) may store compiled code.
const {chmodSync, existsSync, mkdirSync, statSync} = require('node:fs')
const {isAbsolute, join} = require('node:path')

/**
 * A folder below the user's cache folder; it is made if it is missing, and private whatever the umask.
 * Undefined if only a folder is possible that other users may write. Node runs the code in it, so no other
 * user may write to it or to the folders above.
 */
exports.cacheFolder = ({XDG_CACHE_HOME, HOME}) => {
  const [start, ...below] = XDG_CACHE_HOME
    ? [XDG_CACHE_HOME, 'fin', 'compiled']
    : [HOME ?? '', '.cache', 'fin', 'compiled']
  try {
    if (!isAbsolute(start) || !isOurs(start)) return undefined
    let folder = start
    for (const name of below) {
      folder = join(folder, name)
      if (!existsSync(folder)) mkdirSync(folder, {mode: 0o700})
      if (!isOurs(folder)) return undefined
      if (name !== '.cache' && (statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700)
    }
    return folder
  } catch {
    return undefined
  }
}

function isOurs(folder) {
  const found = statSync(folder)
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}
