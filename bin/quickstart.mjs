// Runs the tour of bin/quickstart after the installation and the build. Every step is a command of fin, run
// as a user would run it. A chapter shows real data if its providers can be reached. The others show
// simulated data, from a database of their own, and are marked as simulated.
import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {connect} from 'node:tls'
import {fileURLToPath} from 'node:url'
import {loadConfig} from '../dist/src/lib/config.js'
import {chapters, collectionsOf} from './quickstart-chapters.mjs'

const bin = dirname(fileURLToPath(import.meta.url))
const startedMs = Number(process.env.FIN_QUICKSTART_BEGAN ?? Date.now() / 1000) * 1000
const insideSimulation = process.argv[2] === '--simulated'
const chosen = process.argv[3]?.split(',')

// The tour never uses a database of the user: it uses the embedded server even if DATABASE_URL is set.
const userConfig = loadConfig()
const env = {
  ...process.env,
  DATABASE_URL: '',
  FIN_EMBEDDED: '',
  ...(insideSimulation ? {} : {FIN_SIMULATOR_URL: ''}),
}

// CoinGecko allows five calls a minute without a key: four pages and one summary need no wait.
const coinPages = insideSimulation || userConfig.env.COINGECKO_API_KEY_1 ? 20 : 4
const collections = collectionsOf(coinPages)
const liveMs = 10_000

const plainText = process.env.NO_COLOR || !process.stdout.isTTY
const paint = (code, text) => (plainText ? text : `\u001b[${code}m${text}\u001b[0m`)
const say = (text = '') => process.stdout.write(`${text}\n`)
const step = (mark, name, outcome) => say(`  ${mark} ${name.padEnd(30)} ${paint(2, outcome)}`)
const ok = paint(32, '✓')
const no = paint(33, '–')

// The tour takes at most three minutes, even if a provider makes fin wait.
const left = () => Math.max(15_000, startedMs + 140_000 - Date.now())

/** Runs one command of fin. With `show` its standard output goes to the terminal. */
function fin(args, {show = false, limitMs = left()} = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(bin, 'run.js'), ...args], {
      env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', 'pipe'],
    })
    const printed = {stdout: '', stderr: ''}
    for (const name of ['stdout', 'stderr'])
      child[name]?.setEncoding('utf8').on('data', (text) => (printed[name] += text))
    const timer = setTimeout(() => child.kill('SIGTERM'), limitMs)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({...printed, code})
    })
  })
}

/** Prints the output of a command. On a terminal the command runs again, so that its table fits the width. */
async function print(args, {stdout}) {
  if (process.stdout.isTTY) await fin(args, {show: true})
  else process.stdout.write(stdout)
}

const lastLine = (text) => text.trim().split('\n').at(-1).trim()

/** The result of a command in short, from its last message. */
function outcomeOf({stdout, stderr, code}, name) {
  if (code === 143) return 'took too long; the rows so far are stored'
  const line = (lastLine(stderr) || lastLine(stdout)).replace(`${name}: `, '')
  return line.startsWith('nothing is due')
    ? 'up to date, nothing is due'
    : line || (code === 0 ? 'ready' : `ended with ${code}`)
}

/** Runs a step that must succeed. Throws if it fails. */
async function must(name, args) {
  const result = await fin(args)
  if (result.code !== 0) {
    step(paint(31, '✗'), name, `bin/run.js ${args.join(' ')} ended with ${result.code}`)
    say(result.stderr.trim())
    process.exitCode = 1
    throw new Error('a step of the tour failed')
  }
  step(ok, name, outcomeOf(result))
  // An account that was made on the machine, or could not be made, is said as well.
  for (const line of result.stderr.split('\n'))
    if (/ the account fin /.test(line)) say(`    ${paint(2, line.trim())}`)
}

/** Whether a TLS connection to the provider succeeds within three seconds. It sends no request. */
function isReachable(host) {
  return new Promise((resolve) => {
    const socket = connect({host, port: 443, servername: host, timeout: 3000})
    const timer = setTimeout(() => socket.destroy(), 3000)
    const end = (reached) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reached)
    }
    socket
      .once('secureConnect', () => end(true))
      .once('timeout', () => end(false))
      .once('error', () => end(false))
      .once('close', () => end(false))
  })
}

/** The reason why each provider cannot be used; undefined for one that can. */
async function obstacles() {
  const hosts = {
    wikipedia: 'en.wikipedia.org',
    bithumb: 'api.bithumb.com',
    coingecko: 'api.coingecko.com',
    fred: 'api.stlouisfed.org',
  }
  const reached = await Promise.all(
    Object.entries(hosts).map(async ([name, host]) => [name, await isReachable(host)]),
  )
  const found = Object.fromEntries(
    reached.map(([name, isReached]) => [name, isReached ? undefined : 'out of reach']),
  )
  if (!userConfig.env.FRED_API_KEY) found.fred = 'FRED_API_KEY is not set'
  return found
}

/** Collects the data of the chapters and shows it. Returns the chapters without rows. */
async function showChapters(shown, origin) {
  const providers = [...new Set(shown.flatMap(({needs}) => needs))]
  say(`\n${paint(1, origin === 'real' ? 'Collecting' : 'Collecting simulated data')}`)
  const collect = async (args) => {
    const result = await fin(args)
    step(result.code === 0 ? ok : no, args[1], outcomeOf(result, args[1]))
  }
  const stream = async (args) => {
    const result = await fin(args, {limitMs: liveMs})
    const isLive = result.code === 0 && !/ 0 rows stored/.test(result.stderr)
    step(isLive ? ok : no, `stream ${args.at(-1)}, ${liveMs / 1000} s`, outcomeOf(result, args.at(-1)))
  }
  if (origin === 'real' && providers.includes('coingecko') && coinPages < 20) {
    say(
      `  ${paint(2, `CoinGecko allows few calls a minute without a key: ${coinPages} of its 20 pages per run`)}`,
    )
  }
  await Promise.all(
    providers.map(async (provider) => {
      for (const args of collections[provider]) await collect(args)
    }),
  )
  for (const chapter of shown) for (const args of chapter.then ?? []) await collect(args)
  for (const {live} of shown) if (live) await stream(live)
  const empty = []
  for (const chapter of shown) {
    const table = await fin(['query', ...chapter.query])
    if (table.code !== 0 || table.stdout.trim().split('\n').length < 2) {
      empty.push(chapter)
      continue
    }
    say(`\n${paint(1, chapter.title)} ${paint(origin === 'real' ? 32 : 33, `(${origin})`)}`)
    await print(['query', ...chapter.query], table)
    if (chapter.also) {
      say(`\n${paint(2, `fin ${chapter.also.join(' ')}`)}`)
      await print(chapter.also, await fin(chapter.also))
    }
  }
  return empty
}

/** Shows the chapters with one simulator, which ends after them. */
function simulate(shown) {
  return new Promise((resolve) => {
    const names = shown.map(({name}) => name).join(',')
    const args = ['simulate', '--', process.execPath, fileURLToPath(import.meta.url), '--simulated', names]
    spawn(process.execPath, [join(bin, 'run.js'), ...args], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    }).on('close', resolve)
  })
}

/** Prints commands to try next. */
function suggest(isReal) {
  const run = relative(process.cwd(), join(bin, 'run.js'))
  const path = run.includes('/') ? run : `./${run}`
  // The tour ignored these settings. A command must ignore them too, to find the data of the tour.
  const ignored = ['DATABASE_URL', 'FIN_EMBEDDED', 'FIN_SIMULATOR_URL']
    .filter((name) => userConfig.env[name] !== undefined)
    .map((name) => `${name}= `)
  const fin = `${ignored.join('')}${/^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`
  const withData = (command) => (isReal ? `${fin} ${command}` : `${fin} simulate -- fin ${command}`)
  const suggestions = [
    [withData('query'), 'list the named queries'],
    [withData('status'), 'show the size of each table, and whether it is fresh'],
    [`${fin} doctor`, 'check keys and servers, and show what to do about each'],
  ]
  const width = Math.max(...suggestions.map(([command]) => command.length)) + 3
  say(`\n${paint(1, 'Try next')}`)
  for (const [command, purpose] of suggestions) say(`  ${command.padEnd(width)}${paint(2, purpose)}`)
  say(`\nPostgreSQL keeps running for the next command; ${fin} db stop ends it.`)
}

async function tour() {
  const {version} = JSON.parse(readFileSync(join(bin, '..', 'package.json'), 'utf8'))
  say(paint(1, `fin ${version}`))
  if (userConfig.databaseUrl) say('  DATABASE_URL is not used: this tour uses the embedded server.')
  const [found] = await Promise.all([obstacles(), must('PostgreSQL', ['db', 'start'])])
  await must('schema', ['db', 'init'])
  const isReal = ({needs}) => needs.every((name) => found[name] === undefined)
  const real = chapters.filter(isReal)
  const reasons = Object.values(found).filter((why) => why !== undefined)
  const missing = [...new Set(reasons)].map(
    (why) =>
      `${Object.keys(found)
        .filter((name) => found[name] === why)
        .join(', ')} (${why})`,
  )
  if (missing.length > 0) step(no, 'simulated instead', missing.join('; '))
  const empty = real.length > 0 ? await showChapters(real, 'real') : []
  if (empty.length > 0)
    say(
      `\n  ${no} no data for: ${empty.map(({title}) => title).join('; ')}. Simulated data is shown instead.`,
    )
  const simulated = chapters.filter((chapter) => !isReal(chapter) || empty.includes(chapter))
  if (simulated.length > 0 && (await simulate(simulated)) !== 0) process.exitCode = 1
  suggest(simulated.length < chapters.length)
  say(`Done in ${Math.round((Date.now() - startedMs) / 1000)} s.`)
}

async function simulatedPart() {
  await must('schema for simulated data', ['db', 'init'])
  const shown = chapters.filter(({name}) => chosen.includes(name))
  const empty = await showChapters(shown, 'simulated')
  if (empty.length > 0) {
    say(`\n  ${no} no data for: ${empty.map(({title}) => title).join('; ')}`)
    process.exitCode = 1
  }
}

try {
  await (insideSimulation ? simulatedPart() : tour())
} catch (error) {
  if (!process.exitCode) throw error
}
