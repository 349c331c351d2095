import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {root} from './paths.js'

/** The files of a clone if the working folder were committed; undefined if that cannot be known. */
export function trackedFiles(): string[] | undefined {
  try {
    const listed = execFileSync(
      'git',
      ['-c', 'safe.directory=*', '-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
      {encoding: 'utf8', stdio: 'pipe'},
    )
    return existsSync(join(root, '.git'))
      ? listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
      : undefined
  } catch {
    return undefined
  }
}
