/** A file of another form than the job reads: the message says what was expected and what was found. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {fin} from '../servers.js'

const csv = 'DATE,CPIAUCSL\r\n2026-01-01,319.1\r\n2026-02-01,319.8\r\n'
const json = '{"observations":[{"date":"2026-01-01","value":"101.5"}]}'

for (const [what, args, input, message] of [
  [
    'CSV of FRED',
    ['cpi'],
    csv,
    /^error: cpi: fred: the answer cannot be read: it is CSV \(DATE,CPIAUCSL\), and JSON was expected\. /,
  ],
  [
    'CSV with a mark',
    ['federal-funds-rate'],
    `\uFEFFdate;value\n2026-01-01;4.1\n`,
    /it is CSV \(date;value\), and JSON was expected\. /,
  ],
  [
    'a table of a spreadsheet',
    ['treasury-yield', '--provider', 'fred'],
    'date\tvalue\tnote\n2026-01-01\t4.1\t\n',
    /it is CSV \(date\tvalue\tnote\), and JSON was expected\. /,
  ],
  [
    'curl -i',
    ['cpi'],
    `HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n${json}`,
    /it begins with HTTP headers, and JSON was expected\. /,
  ],
  [
    'curl -i of a CSV',
    ['earnings-calendar'],
    'HTTP/1.1 200 OK\r\n\r\nsymbol,name\r\nA,B\r\n',
    /it begins with HTTP headers, and (text|JSON or CSV) was expected\. /,
  ],
  [
    'curl -i of a page',
    ['sp500-companies'],
    'HTTP/1.1 200 OK\n\n<html></html>',
    /it begins with HTTP headers, and text was expected\. /,
  ],
  [
    'curl -i after a redirect',
    ['coingecko-global'],
    `HTTP/2 301 \nlocation: /x\n\nHTTP/2 200 \n\n${json}`,
    /it begins with HTTP headers/,
  ],
  ['text', ['cpi'], 'no data, sorry', /the answer cannot be read: it is not valid JSON\. /],
  [
    'JSON that was cut',
    ['cpi'],
    json.slice(0, -4),
    /the answer cannot be read: it is JSON that ends in the middle\. /,
  ],
] as const)
  test(`--input with ${what}`, async () => {
    const run = await fin(['ingest', ...args, '--input', '-', '--dry-run', '--ndjson'], {input})
    assert.deepEqual([run.code, run.stdout], [1, ''], run.stderr)
    assert.match(run.stderr, message)
    assert.match(run.stderr, / Save the answer of the provider.* as it is sent: .*, without headers\.\n/)
  })
