/** Rows, messages and progress, written to streams of the test. */
import assert from 'node:assert/strict'
import {PassThrough, Writable} from 'node:stream'
import {test} from 'node:test'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {NeedsPerson, QuotaSpent} from '../../src/lib/errors.js'
import type {RowsOptions} from '../../src/lib/output/format.js'
import {createLog} from '../../src/lib/output/log.js'
import {createProgress} from '../../src/lib/output/progress.js'
import {reportError} from '../../src/lib/output/report-error.js'
import {chooseFormat, printRows} from '../../src/lib/output/rows.js'
import {safeJson, safeLine, safeText, withoutSecrets} from '../../src/lib/output/safe.js'
import {Interrupted} from '../../src/lib/interrupt.js'
import {didYouMean, unknownCommand} from '../../src/lib/output/suggest.js'
import {root} from '../paths.js'

/** A stream that keeps its text; with `columns` it is a terminal of that width. */
function sink(columns?: number): NodeJS.WriteStream & {text(): string} {
  const parts: Buffer[] = []
  const stream = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part)
      done()
    },
  })
  return Object.assign(stream, {
    text: () => Buffer.concat(parts).toString('utf8'),
    ...(columns === undefined ? {} : {isTTY: true, columns}),
  }) as never
}

async function printed(
  rows: Iterable<object> | AsyncIterable<object>,
  options: RowsOptions,
  columns?: number,
): Promise<string> {
  const stdout = sink(columns)
  await printRows(rows, {...options, stdout})
  return stdout.text()
}

/** Sets an environment variable while `work` runs. */
async function withEnv<T>(name: string, value: string | undefined, work: () => Promise<T>): Promise<T> {
  const before = process.env[name]
  const set = (to: string | undefined) => {
    if (to === undefined) delete process.env[name]
    else process.env[name] = to
  }
  set(value)
  try {
    return await work()
  } finally {
    set(before)
  }
}

const rows = [
  {
    market: 'KRW-BTC',
    korean_name: '비트코인',
    price: '143250000',
    change_pct: '-1.25',
    warning: null,
    at: '2026-11-23T06:00:00.123456Z',
    ok: true,
  },
  {
    market: 'KRW-XRP',
    korean_name: '엑스알피',
    price: '3312.5',
    change_pct: '0.4',
    warning: 'CAUTION',
    at: '2026-11-23T06:00:01.000Z',
    ok: false,
  },
]

test('a table: columns aligned by display width, numbers to the right, instants in the zone, null as a dash', async () => {
  assert.equal(
    await printed(rows, {format: 'table', zone: 'Asia/Seoul'}),
    `\
market   korean_name      price  change_pct  warning  at                   ok
KRW-BTC  비트코인     143250000       -1.25  –        2026-11-23 15:00:00  true
KRW-XRP  엑스알피        3312.5         0.4  CAUTION  2026-11-23 15:00:01  false
(times in Asia/Seoul)
`,
  )
})

test('json, ndjson and csv hold the data unchanged, with instants in UTC', async () => {
  const [first, second] = [
    '{"market":"KRW-BTC","korean_name":"비트코인","price":"143250000","change_pct":"-1.25","warning":null,"at":"2026-11-23T06:00:00.123456Z","ok":true}',
    '{"market":"KRW-XRP","korean_name":"엑스알피","price":"3312.5","change_pct":"0.4","warning":"CAUTION","at":"2026-11-23T06:00:01.000Z","ok":false}',
  ]
  assert.equal(await printed(rows, {format: 'json', zone: 'Asia/Seoul'}), `[\n${first},\n${second}\n]\n`)
  assert.equal(await printed(rows, {format: 'ndjson', zone: 'Asia/Seoul'}), `${first}\n${second}\n`)
  assert.equal(
    await printed(rows, {format: 'csv', zone: 'Asia/Seoul', numeric: new Set(['price', 'change_pct'])}),
    `\
market,korean_name,price,change_pct,warning,at,ok
KRW-BTC,비트코인,143250000,-1.25,,2026-11-23T06:00:00.123456Z,true
KRW-XRP,엑스알피,3312.5,0.4,CAUTION,2026-11-23T06:00:01.000Z,false
`,
  )
})

test('columns selects and orders; a missing value is null; large integers keep every digit', async () => {
  const given = [{b: 12345678901234567890n, a: {deep: 9007199254740993n, n: 1.5}, c: 1}]
  assert.equal(
    await printed(given, {format: 'ndjson', columns: ['a', 'b', 'x']}),
    '{"a":{"deep":"9007199254740993","n":1.5},"b":"12345678901234567890","x":null}\n',
  )
  assert.equal(
    await printed(given, {format: 'csv', columns: ['b', 'x', 'c']}),
    'b,x,c\n12345678901234567890,,1\n',
  )
})

test('an output without rows is valid in every format', async () => {
  assert.equal(await printed([], {format: 'json'}), '[]\n')
  assert.equal(await printed([], {format: 'ndjson'}), '')
  assert.equal(await printed([], {format: 'csv', columns: ['a', 'b']}), 'a,b\n')
  assert.equal(await printed([], {format: 'table', empty: 'no runs'}), 'no runs\n')
})

test('csv: text that a spreadsheet would run gets an apostrophe, numbers never do, and --raw adds none', async () => {
  const dangerous = [
    '=1+1',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    ' =1',
    '\u00a0-1+2',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    '\ufeff=1',
    '\u200b=1',
  ]
  for (const text of dangerous) {
    const csv = await printed([{text}], {format: 'csv', numeric: new Set(['n'])})
    const [, cell] = /^text\n"?([^]*?)"?\n$/.exec(csv) ?? []
    assert.equal(cell, `'${safeText(text)}`, JSON.stringify(text))
  }
  const harmless = ['', 'a=1', 'Ford - Motor', '1-2', '비트코인', "'=1"]
  for (const text of harmless)
    assert.equal(
      await printed([{text, n: 1}], {format: 'csv', numeric: new Set(['n'])}),
      `text,n\n${text},1\n`,
    )
  assert.equal(
    await printed([{text: '-1.5', n: '-1.5'}], {format: 'csv', numeric: new Set(['n'])}),
    "text,n\n'-1.5,-1.5\n",
  )
  assert.equal(
    await printed([{n: '-1.5e-7', text: '-1.5x'}], {format: 'csv'}),
    "n,text\n-1.5e-7,'-1.5x\n",
    'without a list of numeric columns the cell decides',
  )
  assert.equal(
    await printed([{text: '=1+1'}], {format: 'csv', numeric: new Set(), raw: true}),
    'text\n=1+1\n',
  )
})

test('csv: a formula after a separator of another locale gets an apostrophe, too', async () => {
  const guarded = {
    'x;=1+1': `"x;'=1+1"`,
    'x|@SUM(A1)': `"x|'@SUM(A1)"`,
    'x\t-1+2': `"x\t'-1+2"`,
    'x\n+1': `"x\n'+1"`,
    '\t=1': `"'\t'=1"`,
    '\n=1': `"'\n'=1"`,
    '\r=1': `"'␍'=1"`,
    'a; ; "=1': `"a; ;' ""=1"`,
    'a;\u200b＝1': `"a;'\u200b＝1"`,
    '=1;=2;3;-4': `"'=1;'=2;3;'-4"`,
    'x; y': '"x; y"',
    'x\ty|z': '"x\ty|z"',
  }
  for (const [text, expected] of Object.entries(guarded))
    assert.equal(
      await printed([{text, n: '-1'}], {format: 'csv', numeric: new Set(['n'])}),
      `text,n\n${expected},-1\n`,
      JSON.stringify(text),
    )
  const json = await printed([{cell: {k: 'x;=1'}}], {format: 'csv'})
  assert.equal(json, `cell\n"{""k"":""x;'=1""}"\n`)
  for (const text of ['=x;=1', 'a\u001b[31m;=1'])
    assert.equal(await printed([{text}], {format: 'csv', raw: true}), `text\n"${text}"\n`)
  // A run of a million blanks takes no noticeable time.
  const long = `;${' \n'.repeat(500_000)}x`
  assert.equal(await printed([{text: long}], {format: 'csv'}), `text\n"${long}"\n`)
})

test('csv: quotes, line breaks and JSON cells are quoted, and NUL is removed', async () => {
  assert.equal(
    await printed([{a: 'x,"y"\nz', b: 'nu\u0000l', c: {k: [1, 'é']}, d: null}], {format: 'csv'}),
    'a,b,c,d\n"x,""y""\nz",nul,"{""k"":[1,""é""]}",\n',
  )
})

const escapes: Readonly<Record<string, string>> = {
  colour: '\u001b[31mred\u001b[0m',
  'C1 control sequence': '\u009b31mred',
  'clipboard, OSC 52': '\u001b]52;c;ZXZpbA==\u0007',
  'link, OSC 8': '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\',
  title: '\u009d0;title\u009c',
  overwrite: 'good\rbad',
  backspace: 'good\b\b\b\bevil',
  'right to left': 'abc\u202etxt.exe\u2066x\u2069',
  marks: '\u200e\u200f\u061c',
  'line separators': 'a\u2028b\u2029c',
  delete: 'a\u007fb',
  tags: 'a\u{e0041}b',
  'lone surrogate': 'a\ud800b',
}
const raw =
  // eslint-disable-next-line no-control-regex -- what a terminal acts upon
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\p{Cs}]/u

for (const [name, text] of Object.entries(escapes)) {
  test(`no control sequence of a terminal is printed raw: ${name}`, async () => {
    await withEnv('NO_COLOR', '1', async () => {
      for (const format of ['table', 'json', 'ndjson', 'csv'] as const)
        assert.doesNotMatch(
          await printed([{text, other: {text}}], {format}, 200),
          raw,
          `${format} on a terminal`,
        )
    })
    for (const format of ['table', 'csv'] as const)
      assert.doesNotMatch(await printed([{text, other: {text}}], {format}), raw, `${format} in a pipe`)
    assert.doesNotMatch(safeLine(`${text}\n\t`), /[\n\t]/)
    const stderr = sink()
    createLog({quiet: false, verbose: true, stderr}).warn(text)
    reportError(new Error(text), {verbose: false, root, stderr})
    assert.doesNotMatch(stderr.text(), raw)
    // the data itself is unchanged
    const json = await printed([{text}], {format: 'ndjson'})
    assert.equal((JSON.parse(json) as {text: string}).text, text)
    if (name !== 'lone surrogate') {
      const csv = await printed([{text}], {format: 'csv', raw: true})
      assert.ok(csv.includes(text), 'csv in a pipe, with --raw')
    }
  })
}

test('a newline in a cell of a table is escaped and does not break the row', async () => {
  assert.equal(await printed([{a: 'x\ny\tz'}], {format: 'table'}), 'a\nx␊y␉z\n')
  assert.equal(safeText('x\ny\tz\u001b'), 'x\ny\tz␛')
  assert.equal(safeJson('{"a":"\u009b\u202e"}'), '{"a":"\\u009b\\u202e"}')
})

test('a table fits the terminal: text is cut with an ellipsis, numbers are not, Korean characters count double', async () => {
  const given = [{name: '가나다라마바사아자차카타파하', price: '123456789.123456', note: 'x'.repeat(50)}]
  const text = await withEnv('NO_COLOR', '1', () => printed(given, {format: 'table'}, 48))
  assert.equal(
    text,
    `\
name                           price  note
가나다라마바사아…   123456789.123456  xxxxxxxxx…
`,
  )
})

test('the first column is cut last; an instant loses its seconds, then its time of day', async () => {
  const given = [
    {
      id: '7',
      unit: 'bithumb-coingecko',
      started_at: '2026-11-26T22:29:12Z',
      rows: '1234567',
      message: 'the server said nothing at all for a while',
    },
  ]
  const at = (width: number) =>
    withEnv(
      'NO_COLOR',
      '1',
      async () => (await printed(given, {format: 'table', zone: 'Asia/Seoul'}, width)).split('\n')[1],
    )
  assert.deepEqual(await Promise.all([120, 90, 72, 66, 52].map(at)), [
    ' 7  bithumb-coingecko  2026-11-27 07:29:12  1234567  the server said nothing at all for a while',
    ' 7  bithumb-coingecko  2026-11-27 07:29:12  1234567  the server said nothing at all for a…',
    ' 7  bithumb-coingecko  2026-11-27 07:29:12  1234567  the server said no…',
    ' 7  bithumb-coingecko  2026-11-27 07:29  1234567  the server said…',
    ' 7  bithumb-coinge…  2026-11-27  1234567  the serve…',
  ])
  assert.match((await at(40))!, /^id/, 'cell by cell')
})

test('a row that is too wide for every terminal is printed cell by cell', async () => {
  const row = Object.fromEntries(Array.from({length: 30}, (_, at) => [`column_${at}`, `value ${at}`]))
  const text = await withEnv('NO_COLOR', '1', () => printed([row], {format: 'table'}, 60))
  assert.match(text, /^row 1\ncolumn_0 {3}value 0\n/)
  assert.equal(text.trimEnd().split('\n').length, 31)
})

test('colours appear only on a terminal that wants them', async () => {
  const header = (env: string, value: string | undefined, columns?: number) =>
    withEnv(env, value, async () => (await printed([{a: 1}], {format: 'table'}, columns)).split('\n')[0])
  await withEnv('NO_COLOR', undefined, () =>
    withEnv('TERM', 'xterm', async () => {
      assert.equal(await header('NO_COLOR', undefined, 80), '\u001b[1ma\u001b[0m')
      assert.equal(await header('NO_COLOR', '1', 80), 'a')
      assert.equal(await header('TERM', 'dumb', 80), 'a')
      assert.equal(await header('NO_COLOR', undefined), 'a')
    }),
  )
})

test("the format is that of the flag, else a table on a terminal, else the command's default for a pipe", () => {
  assert.equal(chooseFormat({csv: true}, true), 'csv')
  assert.equal(chooseFormat({json: true}, false, 'ndjson'), 'json')
  assert.equal(chooseFormat({ndjson: true}, true), 'ndjson')
  assert.equal(chooseFormat({}, true, 'ndjson'), 'table')
  assert.equal(chooseFormat({}, false, 'ndjson'), 'ndjson')
  assert.equal(chooseFormat({}, undefined), 'table')
})

/** Rows without end; `given` counts the rows that were read. */
function endless() {
  const state = {given: 0, isClosed: false}
  async function* source() {
    try {
      for (;;) yield {n: state.given++, text: 'x'.repeat(200)}
    } finally {
      state.isClosed = true
    }
  }
  return {state, source}
}

for (const format of ['table', 'json', 'ndjson', 'csv'] as const) {
  test(`${format}: the writer waits for a slow reader, and a reader that closes ends it quietly`, async () => {
    const {state, source} = endless()
    const pipe = new PassThrough({highWaterMark: 16 * 1024})
    const printing = printRows(source(), {format, stdout: pipe})
    let before = -1
    while (state.given === 0 || state.given !== before) {
      before = state.given
      for (let turn = 0; turn < 50; turn++) await nextTurn()
    }
    assert.ok(
      state.given > 0 && state.given < 3000,
      `${state.given} rows were read although nobody read the output`,
    )
    pipe.destroy(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}))
    await printing
    assert.ok(state.isClosed)
  })
}

test('another error of a stream is thrown, and so is an error of the source; the JSON array then stays open', async () => {
  const full = new Writable({
    write: (_part, _encoding, done) => done(Object.assign(new Error('no space left'), {code: 'ENOSPC'})),
  })
  await assert.rejects(printRows(endless().source(), {format: 'ndjson', stdout: full}), /no space left/)
  const stdout = sink()
  async function* failing() {
    yield {n: 1}
    throw new Error('the database went away')
  }
  await assert.rejects(printRows(failing(), {format: 'json', stdout}), /went away/)
  assert.throws(() => JSON.parse(stdout.text()), SyntaxError)
})

test('a table of more rows than are measured keeps the widths of the first rows', async () => {
  const lines = (
    await printed(
      Array.from({length: 2500}, (_, n) => ({n, text: n === 2000 ? 'a longer text' : 'text'})),
      {format: 'table'},
    )
  ).split('\n')
  assert.equal(lines.length, 2502)
  assert.equal(lines[1], '  0  text')
  assert.equal(lines[2001], '2000  a longer text')
})

test('errors: the message, then the next step; the stack with --verbose only; the exit code of the error', () => {
  const report = (error: unknown, verbose = false) => {
    const stderr = sink()
    const code = reportError(error, {verbose, root, stderr})
    return {code, text: stderr.text()}
  }
  assert.deepEqual(report(new NeedsPerson('a key is missing', {nextStep: 'Set X.', provider: 'fred'})), {
    code: 2,
    text: 'fin: fred: a key is missing\n  Set X.\n',
  })
  assert.deepEqual(report(new QuotaSpent('fred: spent', {provider: 'fred'})), {
    code: 0,
    text: 'fin: fred: spent\n',
  })
  assert.deepEqual(report(new Interrupted('SIGTERM')), {code: 143, text: 'fin: terminated\n'})
  assert.deepEqual(
    report(
      new AggregateError([
        new Error('connect ECONNREFUSED ::1:5'),
        new Error('connect ECONNREFUSED 127.0.0.1:5'),
      ]),
    ),
    {
      code: 1,
      text: 'fin: unexpected: connect ECONNREFUSED ::1:5; connect ECONNREFUSED 127.0.0.1:5\n  Run the command again with --verbose to see where this happened.\n',
    },
  )
  assert.match(
    report(new Error('outer', {cause: new Error('inner')}), true).text,
    /^fin: unexpected: outer \(inner\)\n[^]*at [^]*caused by:\nError: inner\n/,
  )
  assert.equal(report('thrown text').code, 1)
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  })
  assert.deepEqual(report(full), {
    code: 1,
    text: 'fin: cannot write: ENOSPC: no space left on device, write\n  Free space on that disk, then run the command again.\n',
  })
  assert.deepEqual(report(full), {code: 1, text: ''}, 'a stream may report its error twice')
  const hostile = report(
    new Error('GET https://u:canary@host/x?apikey=canary&a=1 Bearer canarycanary'),
    true,
  ).text
  assert.doesNotMatch(hostile, /canary/)
})

test(
  'a message of a megabyte is cut to its beginning, and the search for secrets does not take quadratic time',
  {timeout: 20_000},
  () => {
    for (const part of ['y', 'a.b-', 'a://', '?', '?key', 'bearer ']) {
      const long = part.repeat(1_000_000 / part.length)
      assert.ok(withoutSecrets(long).length >= long.length / 2)
    }
    let printedText = ''
    createLog({
      quiet: false,
      verbose: false,
      stderr: {
        write: (text: string) => {
          printedText += text
          return true
        },
      },
    }).warn('y'.repeat(1_000_000))
    assert.ok(
      printedText.length < 5_000 && printedText.endsWith('(996000 characters more)\n'),
      printedText.slice(-80),
    )
  },
)

test('messages: --quiet hides them, --verbose adds more', () => {
  const written = (quiet: boolean, verbose: boolean) => {
    const stderr = sink()
    const log = createLog({quiet, verbose, stderr})
    for (const level of ['error', 'warn', 'notice', 'detail'] as const) log[level](level)
    return stderr.text()
  }
  assert.equal(written(false, false), 'error: error\nwarning: warn\nnotice\n')
  assert.equal(written(true, false), 'error: error\nwarning: warn\n')
  assert.equal(written(false, true), 'error: error\nwarning: warn\nnotice\n  detail\n')
  assert.equal(withoutSecrets('postgres://fin:secret@db/x'), 'postgres://***@db/x')
})

test('progress: nothing is drawn without a terminal; on a terminal stderr shows it and the cursor is restored', async () => {
  const pipe = sink()
  const silent = createProgress({enabled: true, title: 'cpi', stderr: pipe})
  silent.step('fred', 1, 2)
  await silent.end()
  const quiet = sink(80)
  await createProgress({enabled: false, title: 'cpi', stderr: quiet}).end()
  assert.equal(pipe.text() + quiet.text(), '')
  const terminal = sink(80)
  const listeners = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')
  await withEnv('TERM', 'xterm', async () => {
    const progress = createProgress({enabled: true, title: 'cpi', stderr: terminal})
    progress.step('fre\u001b[31md', 1, 3)
    while (!terminal.text().includes('1 of 3')) await nextTurn()
    await progress.end()
  })
  assert.match(terminal.text(), /fre␛\[31md/)
  assert.ok(
    terminal.text().lastIndexOf('\u001b[?25h') > terminal.text().lastIndexOf('\u001b[?25l'),
    'the cursor is shown at the end',
  )
  assert.equal(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM'), listeners)
})

test('a wrong word gets a suggestion', () => {
  assert.equal(didYouMean('inflaton', ['cpi', 'inflation']), 'inflation')
  assert.equal(didYouMean('zebra', ['cpi', 'inflation']), undefined)
  const step = (id: string) =>
    unknownCommand(id, ['ingest:cpi', 'ingest:inflation', 'map:bithumb-coingecko', 'runs']).nextStep
  assert.equal(step('ingest:cpj'), 'Did you mean: fin ingest cpi\nSee: fin ingest --help')
  assert.equal(step('inflation'), 'Did you mean: fin ingest inflation\nSee: fin --help')
  assert.equal(step('ingest:zzzzzzzz'), 'See: fin ingest --help')
  assert.equal(step('ingest:run'), 'See: fin ingest --help', 'not a command of another topic')
  assert.equal(
    step('ingest:bithumb-coingecko'),
    'Did you mean: fin map bithumb-coingecko\nSee: fin ingest --help',
  )
})

test('a word after a command that takes none is an unexpected argument', () => {
  const ids = [
    'db:url',
    'ingest:cpi',
    'query',
    'query:series-as-of',
    'runs',
    'runs:show',
    'simulate',
    'status',
  ]
  for (const [id, message, nextStep] of [
    ['query:series-as-of:CPIAUCNS', 'unexpected argument: CPIAUCNS', 'See: fin query series-as-of --help'],
    ['db:url:extra', 'unexpected argument: extra', 'See: fin db url --help'],
    ['status:a:b', 'unexpected arguments: a b', 'See: fin status --help'],
    ['runs:1', 'unexpected argument: 1', 'Did you mean: fin runs show 1\nSee: fin runs --help'],
    ['runs:shwo', 'there is no command "runs shwo"', 'Did you mean: fin runs show\nSee: fin runs --help'],
    [
      'simulate:fin:ingest:cpi',
      'unexpected arguments: fin ingest cpi',
      'Did you mean: fin simulate -- fin ingest cpi\nSee: fin simulate --help',
    ],
  ] as const) {
    const error = unknownCommand(id, ids)
    assert.deepEqual([error.message, error.nextStep], [message, nextStep], id)
  }
})
