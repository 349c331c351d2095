/**
 * The modules that a start of the built `fin` evaluates, taken from V8's own record of the functions that
 * ran.
 */
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
  /** Files that were evaluated, as paths below the root. */
  files: string[]
  /** Packages with at least one module that was evaluated, from the bundle or from node_modules. */
  packages: Set<string>
}

/** Runs `fin` without a server. */
export function loadedBy(args: readonly string[], input = ''): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'fin-test-loaded-'))
  try {
    spawnSync(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        FIN_EMBEDDED: 'never',
        NODE_V8_COVERAGE: join(folder, 'coverage'),
        NODE_DISABLE_COMPILE_CACHE: '1',
      },
      input,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const [record] = readdirSync(join(folder, 'coverage'))
    const {result} = JSON.parse(readFileSync(join(folder, 'coverage', record!), 'utf8')) as Coverage
    const scripts = result.filter(({url}) => url.startsWith('file:'))
    const files = scripts.map(({url}) => relative(root, fileURLToPath(url)))
    // esbuild names the function that evaluates a module by the path of the module
    const bundled = scripts
      .filter(({url}) => url.endsWith('/dist/fin.cjs'))
      .flatMap(({functions}) => functions)
      .filter(({ranges}) => ranges[0]!.count > 0)
      .map(({functionName}) => functionName)
    const packages = [...files, ...bundled].flatMap(
      (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
    )
    return {files, packages: new Set(packages)}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
