/** A data folder of a test with an embedded server of its own, and the function that ends it. */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadConfig, type Config} from '../../src/lib/config.js'
import {embeddedPaths, type EmbeddedPaths} from '../../src/lib/embedded/paths.js'
import {stopEmbedded} from '../../src/lib/embedded/server.js'

export interface TestHome {
  dataDir: string
  /** The environment for the built fin. */
  env: Record<string, string | undefined>
  config: Config
  home(): EmbeddedPaths
  /** The process number in `postmaster.pid`. */
  pid(): number
  remove(): Promise<void>
}

export function testHome(below = '', more: Record<string, string> = {}): TestHome {
  const folder = mkdtempSync(join(tmpdir(), 'fin-test-embedded-'))
  const dataDir = join(folder, below, 'fin')
  const config = loadConfig({FIN_DATA_DIR: dataDir, ...more}, folder)
  return {
    dataDir,
    config,
    env: {FIN_DATA_DIR: dataDir, FIN_EMBEDDED: undefined, ...more},
    home: () => embeddedPaths(dataDir),
    pid: () => Number.parseInt(readFileSync(join(embeddedPaths(dataDir).data, 'postmaster.pid'), 'utf8'), 10),
    async remove() {
      const home = embeddedPaths(dataDir)
      await stopEmbedded(config)
      for (const left of [home.folder, home.sockets, folder]) rmSync(left, {recursive: true, force: true})
    },
  }
}

/** Whether a process is still running. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
