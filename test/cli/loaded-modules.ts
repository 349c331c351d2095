/** What a start of the built `fin` evaluates, told by V8's own record of which functions were called. */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {root} from '../paths.js'

interface Coverage {
  result: {url: string; functions: {functionName: string; ranges: {count: number}[]}[]}[]
}

export interface Loaded {
  /** Files that were read and run. */
  files: string[]
  /**
   * Modules that were evaluated: the files, and in place of the bundle what it holds. esbuild names the
   * function of a module by the module's path.
   */
  modules: Set<string>
}

/** Runs it without a server and returns paths below the root. */
export function loadedBy(args: readonly string[], {input = ''}: {input?: string} = {}): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'fin-test-loaded-'))
  try {
    spawnSync(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        FIN_EMBEDDED: 'never',
        NODE_V8_COVERAGE: join(folder, 'coverage'),
      },
      input,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const [record] = readdirSync(join(folder, 'coverage'))
    const scripts = (
      JSON.parse(readFileSync(join(folder, 'coverage', record!), 'utf8')) as Coverage
    ).result.filter(({url}) => url.startsWith('file:'))
    const files = scripts.map(({url}) => relative(root, fileURLToPath(url)))
    const inside = scripts
      .filter(({url}) => url.endsWith('/dist/start/fin.cjs'))
      .flatMap(({functions}) => functions)
      .filter(
        ({functionName, ranges}) => /^(node_modules|built:dist)\//.test(functionName) && ranges[0]!.count > 0,
      )
    return {
      files,
      modules: new Set([...files, ...inside.map(({functionName}) => functionName.replace('built:', ''))]),
    }
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
