/**
 * Text of a provider never needs more than linear time: 1 MB of each nasty kind (100 kB in a daily run), in
 * every parser, in redaction, and in HTML, CSV and JSON.
 */
import assert from 'node:assert/strict'
import {basename} from 'node:path'
import {pathToFileURL} from 'node:url'
import {describe, test} from 'node:test'
import {join} from 'node:path'
import {loadConfig} from '../src/lib/config.js'
import type {Answer, Provider} from '../src/lib/define.js'
import {UnexpectedBody} from '../src/lib/errors.js'
import {nestsDeeperThan} from '../src/lib/html.js'
import {createRedact, quotes} from '../src/lib/http/redact.js'
import {classifyAnswer} from '../src/lib/http/classify-answer.js'
import {parseJson, jsonOrUndefined} from '../src/lib/json.js'
import {decimal} from '../src/lib/parse.js'
import {safeJson, safeLine, safeText, withoutSecrets} from '../src/lib/output/safe.js'
import {csvItems} from '../src/lib/providers/alpha-vantage/csv.js'
import {textOf} from '../src/lib/providers/truth-social/text.js'
import {gridOf} from '../src/lib/providers/wikipedia/table.js'
import {parsePage} from '../src/lib/run/parsed.js'
import {root} from './paths.js'
import {full} from './size.js'
import {recordingsOf, units} from './recordings/units.js'
import {filesBelow} from './sources.js'

/** The pieces whose repetition is tried, each also with a beginning and an end that do not fit. */
const pieces = [
  ...[
    'deadbeef',
    'a://bbb',
    'a.',
    'ftp://',
    '://',
    ':',
    '@',
    '?token=',
    '"token":"',
    'bearer ',
    'RT: http://a ',
  ],
  ...[
    '0',
    '00,',
    '9',
    '1,000',
    '1e',
    '.',
    '-',
    '2026-11-29',
    '\\',
    '\\\\"',
    '/',
    '…',
    '[',
    '{',
    '(',
    '"',
    '"\n',
    "'",
  ],
  ...[
    ' ',
    '\t',
    '\n',
    '\n\n\n',
    ',',
    ';',
    '&',
    '&#',
    '&amp',
    '%',
    '%25',
    '25',
    '\u0301',
    '\u200b',
    '\u2011',
    '\ud83d',
  ],
  ...[
    '<',
    '<a',
    '</',
    '<div>',
    '<p><li>',
    '<b></i>',
    '<br>',
    '<td>',
    '<tr>',
    '<i ',
    '<title',
    '<!--',
    '<td colspan=1000 rowspan=65534>',
  ],
  ...['class ', ' - ', 'month ', 'limit ', 'quota', 'http://', 'A', 'Z-', '=', '*', '_', '# ', '@a '],
]

const megabyte = 1_000_000
/** The most characters of a text in a daily run. */
const mostDaily = 100_000
/** Far more than linear time, and far less than the square of the most characters. */
const boundMs = full ? 4_000 : 1_000

const made = new Map<string, string[]>()

/**
 * The texts of a size: the piece alone, after a sign, and before a character that does not fit. There is one
 * of a large size, and in a daily run.
 */
function textsOf(piece: string, size: number): string[] {
  const known = made.get(`${size} ${piece}`)
  if (known) return known
  // Joined, because the text of `repeat` is a tree, which the first reader of each call would flatten.
  const run = Buffer.from(piece.repeat(Math.ceil(size / piece.length)), 'utf16le').toString('utf16le')
  const texts = !full || size > megabyte / 16 ? [`-${run}1!`] : [run, `-${run}1`, `x${run}!`]
  made.set(`${size} ${piece}`, texts)
  return texts
}

/** Processor time of this process in milliseconds, which other processes do not make longer. */
const spentMs = () => process.cpuUsage().user / 1_000

/**
 * Fails if `work` takes long for a text. A full run begins with short texts, so that a failure ends soon; a
 * daily run tries texts of a quarter of the size only, and no longer ones than `mostDaily`.
 */
function isLinear(name: string, work: (text: string) => unknown, size = megabyte, tried = pieces): void {
  const lengths = full ? [Math.ceil(size / 16), size] : [Math.min(Math.ceil(size / 4), mostDaily)]
  for (const piece of tried)
    for (const length of lengths)
      for (const text of textsOf(piece, length)) {
        const startedMs = spentMs()
        try {
          work(text)
        } catch {
          // refused, which is as good as a value
        }
        const tookMs = spentMs() - startedMs
        assert.ok(
          tookMs < boundMs,
          `${name}: ${length} characters of ${JSON.stringify(piece)} took ${Math.round(tookMs)} ms`,
        )
      }
}

type Call = (...args: unknown[]) => unknown

/** The exported functions of a source file. */
async function functionsOf(file: string): Promise<[string, Call][]> {
  const url = pathToFileURL(join(root, 'dist', file.replace(/\.ts$/, '.js'))).href
  const found = (await import(url)) as Record<string, unknown>
  return Object.entries(found).filter((entry): entry is [string, Call] => typeof entry[1] === 'function')
}

describe('every exported parser', async () => {
  const files = [
    ...['parse', 'codes', 'text', 'plain-text', 'instant'].map((name) => `src/lib/${name}.ts`),
    ...filesBelow('src/lib/providers').filter((file) => file.endsWith('.ts')),
  ]
  for (const file of files)
    for (const [name, call] of await functionsOf(file))
      test(`${basename(file)}: ${name}`, () => {
        const size = file.includes('/providers/') ? 100_000 : megabyte
        isLinear(name, (text) => call(text, text, text), size)
        isLinear(name, (text) => call({field: text, name: text, id: text}, 'field', /^[A-Z]+$/), size)
      })
})

test('numbers of more than 1,000 characters are refused; shorter ones keep every digit', () => {
  for (const number of ['9'.repeat(1_001), `-${'0'.repeat(1_000)}1`, `${' '.repeat(1_001)}1`])
    assert.throws(() => decimal(number), /is too long for a number/)
  assert.equal(decimal(`0.${'0'.repeat(997)}1`), `0.${'0'.repeat(997)}1`)
})

describe('redaction', () => {
  const config = loadConfig(
    {
      FRED_API_KEY: '-key_with.signs',
      X_BEARER_TOKEN_1: '\\\\odd\\"secret',
      NEWSAPI_API_KEY_1: '  =&"x"&=',
      DATABASE_URL: 'postgres://fin:p%5C%5C-word@db:5432/fin',
    },
    '/nowhere',
  )
  const redact = createRedact(config)
  test('of every secret', () => isLinear('redact', redact))
  test('a secret that begins with a sign', () => isLinear('quotes', (text) => quotes(text, '\\-\\_\\.')))
  test('of the output', () => {
    for (const safe of [withoutSecrets, safeText, safeLine, safeJson]) isLinear(safe.name, safe)
  })
  test('a secret with backslashes is masked, escaped as often as may be', () => {
    for (const secret of ['\\\\odd\\"secret', '-key_with.signs', 'p\\\\-word']) {
      let form = secret
      for (let depth = 0; depth < 4; depth++) {
        assert.ok(!redact(`before ${form} after`).includes(form), form)
        form = JSON.stringify(form).slice(1, -1)
      }
      const inUnicode = [...secret].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
      const some = [...secret].map((one, at) => (/[a-z]/.test(one) ? one : inUnicode[at])).join('')
      assert.ok(!redact(some).includes('secret') || !some.includes('secret'), some)
    }
  })
})

describe('HTML, CSV and JSON', () => {
  const page = (inside: string) => `<table id="constituents"><tr><th>A<th>B</tr>${inside}</table>`
  test('a page', () => {
    isLinear('gridOf', (text) => gridOf(text, 'constituents'))
    isLinear('gridOf', (text) => gridOf(page(`<tr><td>${text}</td></tr>`), 'constituents'))
    isLinear('gridOf', (text) => gridOf(page(text), 'constituents'))
  })
  test('a post', () => {
    isLinear('textOf', (text) => textOf(`<p>${text}`), 99_000)
    isLinear('textOf', (text) => textOf(`<a href="http://a${text}">${text.slice(0, 20_000)}</a>`), 70_000)
  })
  for (const piece of ['<div>', '<div/>', '<div title="<">', '<i a=\'>\' b="<"/>', '<p title="</p>"><b/>'])
    test(`that nests too deep with ${piece} is refused`, () => {
      const text = piece.repeat(20_000)
      assert.throws(() => gridOf(text, 'constituents'), UnexpectedBody)
      assert.throws(() => gridOf(page(`<tr><td>${text}</td></tr>`), 'constituents'), UnexpectedBody)
      assert.throws(() => textOf(text.slice(0, 90_000)), /nests deeper than 100 levels/)
    })
  test('that begins many formulas without an end is refused, which the parser keeps in a second list', () => {
    for (const piece of ['<math><mi></math>', '<div><svg></div>'])
      assert.equal(nestsDeeperThan(500, piece.repeat(501)), true, piece)
  })
  test('that nests little is accepted, however long it is', () => {
    for (const piece of [
      ...['<br/>', '<img src="a>b"/>', '<p>a', '<li><b>a</b>', '<tr><td>a<th>b', '</div>', '<!--<div>-->'],
      ...[
        '<svg><path/><g/></svg>',
        '<math><mi>a</mi></math>',
        '<script>"<div>"</script>',
        '<a title="<b><b>"></a>',
      ],
    ])
      assert.equal(nestsDeeperThan(10, piece.repeat(2_000)), false, piece)
    assert.deepEqual(
      ['<div>'.repeat(10), '<div>'.repeat(11)].map((html) => nestsDeeperThan(10, html)),
      [false, true],
    )
  })
  test('CSV', () => {
    isLinear('csvItems', (text) => csvItems(`a,b\n${text}\n1,2\n`, ['a', 'b']))
    isLinear('csvItems', (text) => csvItems(`a,b${text}`, ['a', 'b']))
  })
  test('JSON', () => {
    for (const read of [parseJson, jsonOrUndefined]) {
      isLinear(read.name, (text) => read(text))
      isLinear(read.name, (text) => read(`["${text}`))
      isLinear(read.name, (text) => read(`[1${text}`))
    }
  })
})

/** Every place of a text in a value, by its path. */
function textsIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value === 'string') return [path]
  if (typeof value !== 'object' || value === null) return []
  const entries = Array.isArray(value) ? ([[0, value[0]]] as const) : Object.entries(value)
  return entries.flatMap(([name, inner]) => textsIn(inner, [...path, name]))
}

/** A copy of the value with the first item of each list only. */
function shortened(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.slice(0, 1).map(shortened)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner)]))
}

/** A copy of the value with another text at the path. */
function replaced(value: unknown, [name, ...rest]: readonly (string | number)[], text: string): unknown {
  if (name === undefined) return text
  if (Array.isArray(value)) return value.map((inner: unknown) => replaced(inner, rest, text))
  const item = value as Record<string, unknown>
  return {...item, [name]: replaced(item[name], rest, text)}
}

describe('every collector, with such a text in each field of an answer', async () => {
  const all = (await units()).filter((one) => one.kind === 'collector').map(({unit}) => unit)
  const names = all.map(({name}) => name)
  for (const unit of all)
    test(unit.name, () => {
      const recordings = recordingsOf(unit, names)
      for (const source of new Set(recordings.map((one) => one.source))) {
        const [longest] = recordings
          .flatMap((one) => {
            const body = shortened(one.body)
            return one.source === source && typeof body !== 'string'
              ? [{...one, body, paths: textsIn(body)}]
              : []
          })
          .sort((a, b) => b.paths.length - a.paths.length)
        if (longest === undefined) continue
        const {name, body, paths, from} = longest
        const parse = (read: unknown) => parsePage(unit, source, {body: read, text: ''}, from)
        const {rows, rejected} = parse(body)
        assert.ok(
          [...rows.values(), rejected].some((list) => list.length > 0),
          `${name}: no row was read`,
        )
        for (const [index, path] of paths.slice(0, 40).entries()) {
          // In a daily run each field gets an eighth of the pieces, the next one another eighth.
          const some = full ? pieces : pieces.filter((_, at) => at % 8 === index % 8)
          const size = full && index === 0 ? megabyte : 32_000
          isLinear(`${name}: ${path.join('.')}`, (text) => parse(replaced(body, path, text)), size, some)
        }
      }
    })
})

describe('every provider recognises refusals', async () => {
  const providers = new Map<string, Provider>()
  for (const {unit} of await units())
    if ('sources' in unit)
      for (const {provider} of Object.values(unit.sources)) providers.set(provider.name, provider)
  for (const provider of providers.values())
    test(provider.name, () => {
      const judged = (status: number, text: string, json: unknown) => {
        const answer: Answer = {status, headers: {'retry-after': text}, text, json, at: new Date()}
        return classifyAnswer(answer, {provider, target: 'A', as: 'json', redact: (one) => one})
      }
      for (const status of [200, 403, 429])
        isLinear(
          provider.name,
          (text) => {
            judged(status, text, undefined)
            for (const field of ['error', 'message', 'Information', 'detail', 'code'])
              judged(status, text, {[field]: text, status: {error_message: text}, errors: [{message: text}]})
          },
          100_000,
        )
    })
})
