import {readdirSync, readFileSync, readlinkSync} from 'node:fs'
import {setTimeout as pause} from 'node:timers/promises'

/**
 * Ends every process that works in `folder` or names it on its command line; returns their command lines.
 * Supports Linux only.
 */
export async function endProcessesOf(folder: string): Promise<string[]> {
  const left = processesOf(folder)
  for (const {pid} of left) signal(pid, 'SIGTERM')
  for (let i = 0; i < 20 && processesOf(folder).length > 0; i++) await pause(250)
  for (const {pid} of processesOf(folder)) signal(pid, 'SIGKILL')
  return left.map(({command}) => command)
}

function processesOf(folder: string): {pid: number; command: string}[] {
  let entries: string[]
  try {
    entries = readdirSync('/proc')
  } catch {
    return []
  }
  return entries
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry) => {
      try {
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        const works = readlinkSync(`/proc/${entry}/cwd`)
        return command.includes(`${folder}/`) || works.startsWith(`${folder}/`)
          ? [{pid: Number(entry), command}]
          : []
      } catch {
        return [] // ended meanwhile, or belongs to another user
      }
    })
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}
