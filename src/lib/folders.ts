import {mkdirSync, statSync} from 'node:fs'
import {dirname} from 'node:path'

/**
 * Creates a folder and its parents, readable only by the caller. Several processes may do it at the same
 * time. It creates one folder at a time, because `recursive` of Node does not terminate below a folder such
 * as /proc.
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder, {mode: 0o700})
  } catch (error) {
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false
}
