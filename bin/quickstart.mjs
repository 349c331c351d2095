// The tour that bin/quickstart gives once everything is installed and built. Every step is a command of fin,
// run as a user would run it. A chapter whose providers are within reach shows real data; the others show the
// simulated world, which has a database of its own, and say so.
import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {connect} from 'node:tls'
import {fileURLToPath} from 'node:url'
import {loadConfig} from '../dist/src/lib/config.js'

const bin = dirname(fileURLToPath(import.meta.url))
const began = Number(process.env.FIN_QUICKSTART_BEGAN ?? Date.now() / 1000) * 1000
const insideSimulation = process.argv[2] === '--simulated'
const chosen = process.argv[3]?.split(',')

// A tour never touches a database that somebody runs: it uses the embedded server, also where DATABASE_URL is
// set.
const given = loadConfig()
const env = {
  ...process.env,
  DATABASE_URL: '',
  FIN_EMBEDDED: '',
  ...(insideSimulation ? {} : {FIN_SIMULATOR_URL: ''}),
}

// CoinGecko answers five calls a minute without a key: four pages and one summary wait for nothing.
const coinPages = insideSimulation || given.env.COINGECKO_API_KEY_1 ? 20 : 4
const collections = {
  wikipedia: [['ingest', 'sp500-companies']],
  bithumb: [
    ['ingest', 'bithumb-markets'],
    ['ingest', 'bithumb-tickers'],
  ],
  coingecko: [
    ['ingest', 'coingecko-global'],
    ['ingest', 'coingecko-ids', '--limit', String(coinPages)],
  ],
  fred: [
    ['ingest', 'cpi'],
    ['ingest', 'inflation'],
    ['ingest', 'federal-funds-rate'],
    ['ingest', 'treasury-yield'],
  ],
}
const chapters = [
  {name: 'sectors', title: 'The S&P 500 by sector', needs: ['wikipedia'], query: ['sp500-sectors']},
  {name: 'coins', title: 'The largest coins', needs: ['coingecko'], query: ['top-coins', '--limit', '10']},
  {
    name: 'movers',
    title: 'What moves most on Bithumb today',
    needs: ['bithumb'],
    query: ['bithumb-movers', '--limit', '10'],
  },
  {
    name: 'pairs',
    title: 'Which coin each Bithumb market trades; what wants a look comes first',
    needs: ['bithumb', 'coingecko'],
    then: [['map', 'bithumb-coingecko']],
    query: ['bithumb-coingecko-mapping', '--limit', '10'],
  },
  {name: 'macro', title: 'The US economy', needs: ['fred'], query: ['latest-macro']},
]

const plainText = process.env.NO_COLOR || !process.stdout.isTTY
const paint = (code, text) => (plainText ? text : `\u001b[${code}m${text}\u001b[0m`)
const say = (text = '') => process.stdout.write(`${text}\n`)
const step = (mark, what, outcome) => say(`  ${mark} ${what.padEnd(30)} ${paint(2, outcome)}`)
const ok = paint(32, '✓')
const no = paint(33, '–')

// A provider that lets us wait must not cost the three minutes that a visitor was promised.
const left = () => Math.max(15_000, began + 140_000 - Date.now())

/** Runs one command of fin; `show` leaves its standard output to the terminal. */
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

const lastLine = (text) => text.trim().split('\n').at(-1).trim()

/** What a command said of itself, short. */
function outcomeOf({stdout, stderr, code}, name) {
  if (code === 143) return 'took too long; what came is kept'
  const line = (lastLine(stderr) || lastLine(stdout)).replace(`${name}: `, '')
  return line.startsWith('nothing is due')
    ? 'up to date, nothing is due'
    : line || (code === 0 ? 'ready' : `ended with ${code}`)
}

/** A step that has to succeed. */
async function must(what, args) {
  const ran = await fin(args)
  if (ran.code !== 0) {
    step(paint(31, '✗'), what, `bin/run.js ${args.join(' ')} ended with ${ran.code}`)
    say(ran.stderr.trim())
    process.exitCode = 1
    throw new Error('the tour ends here')
  }
  step(ok, what, outcomeOf(ran))
}

/**
 * True when a TLS connection to the provider comes about in three seconds. No request is sent, so none is
 * counted.
 */
function withinReach(host) {
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

/** Provider -> why it cannot be asked, or undefined where it can. */
async function obstacles() {
  const hosts = {
    wikipedia: 'en.wikipedia.org',
    bithumb: 'api.bithumb.com',
    coingecko: 'api.coingecko.com',
    fred: 'api.stlouisfed.org',
  }
  const reached = await Promise.all(
    Object.entries(hosts).map(async ([name, host]) => [name, await withinReach(host)]),
  )
  const found = Object.fromEntries(
    reached.map(([name, isReached]) => [name, isReached ? undefined : 'out of reach']),
  )
  if (!given.env.FRED_API_KEY) found.fred = 'FRED_API_KEY is not set'
  return found
}

/** Asks the providers and shows the chapters; returns the chapters that stayed empty. */
async function tell(told, world) {
  const providers = [...new Set(told.flatMap(({needs}) => needs))]
  say(`\n${paint(1, world === 'real' ? 'Collecting' : 'Collecting in the simulated world')}`)
  const collect = async (args) => {
    const ran = await fin(args)
    step(ran.code === 0 ? ok : no, args[1], outcomeOf(ran, args[1]))
  }
  if (world === 'real' && providers.includes('coingecko') && coinPages < 20) {
    say(
      `  ${paint(2, `CoinGecko allows few calls a minute without a key: ${coinPages} pages of its 20 per visit`)}`,
    )
  }
  await Promise.all(
    providers.map(async (provider) => {
      for (const args of collections[provider]) await collect(args)
    }),
  )
  for (const chapter of told) for (const args of chapter.then ?? []) await collect(args)
  const empty = []
  for (const chapter of told) {
    const table = await fin(['query', ...chapter.query])
    if (table.code !== 0 || table.stdout.trim().split('\n').length < 2) {
      empty.push(chapter)
      continue
    }
    say(`\n${paint(1, chapter.title)} ${paint(world === 'real' ? 32 : 33, `(${world})`)}`)
    // Only a terminal has a width that the table can fit itself to.
    if (process.stdout.isTTY) await fin(['query', ...chapter.query], {show: true})
    else process.stdout.write(table.stdout)
  }
  return empty
}

/** One simulator for all the chapters: it ends with them. */
function simulate(told) {
  return new Promise((resolve) => {
    const names = told.map(({name}) => name).join(',')
    const words = ['simulate', '--', process.execPath, fileURLToPath(import.meta.url), '--simulated', names]
    spawn(process.execPath, [join(bin, 'run.js'), ...words], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    }).on('close', resolve)
  })
}

function next(isReal) {
  const run = relative(process.cwd(), join(bin, 'run.js'))
  const path = run.includes('/') ? run : `./${run}`
  // The tour left these settings aside; so must a command that is to find what the tour brought.
  const aside = ['DATABASE_URL', 'FIN_EMBEDDED', 'FIN_SIMULATOR_URL']
    .filter((name) => given.env[name] !== undefined)
    .map((name) => `${name}= `)
  const fin = `${aside.join('')}${/^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`
  const inWorld = (words) => (isReal ? `${fin} ${words}` : `${fin} simulate -- fin ${words}`)
  const tries = [
    [inWorld('query'), 'every question it can answer, by name'],
    [inWorld('status'), 'what each table holds, and whether it is fresh'],
    [`${fin} doctor`, 'which keys and servers are there, and what to do about the others'],
  ]
  const width = Math.max(...tries.map(([words]) => words.length)) + 3
  say(`\n${paint(1, 'Try next')}`)
  for (const [words, what] of tries) say(`  ${words.padEnd(width)}${paint(2, what)}`)
  say(`\nPostgreSQL keeps running for the next command; ${fin} db stop ends it.`)
}

async function tour() {
  const {version} = JSON.parse(readFileSync(join(bin, '..', 'package.json'), 'utf8'))
  say(paint(1, `fin ${version}`))
  if (given.databaseUrl) say('  DATABASE_URL is left alone: this tour uses the embedded server.')
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
  const empty = real.length > 0 ? await tell(real, 'real') : []
  if (empty.length > 0)
    say(
      `\n  ${no} no data came for: ${empty.map(({title}) => title).join('; ')}. The simulated world shows it instead.`,
    )
  const simulated = chapters.filter((chapter) => !isReal(chapter) || empty.includes(chapter))
  if (simulated.length > 0 && (await simulate(simulated)) !== 0) process.exitCode = 1
  next(simulated.length < chapters.length)
  say(`Done in ${Math.round((Date.now() - began) / 1000)} s.`)
}

async function simulatedPart() {
  await must('schema of the simulated world', ['db', 'init'])
  const told = chapters.filter(({name}) => chosen.includes(name))
  const empty = await tell(told, 'simulated')
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
