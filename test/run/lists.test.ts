/** Lists that a user keeps: an invalid file is reported with its name, whichever job reads it. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {coingeckoTickers} from '../../src/lib/collectors/coingecko-tickers.js'
import {marketNews} from '../../src/lib/collectors/market-news.js'
import {truthPosts} from '../../src/lib/collectors/truth-posts.js'
import {xProfiles} from '../../src/lib/collectors/x-profiles.js'
import {loadConfig} from '../../src/lib/config.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {readLists} from '../../src/lib/run/lists.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-lists-'))
after(() => rmSync(folder, {recursive: true, force: true}))
const config = {...loadConfig({}), configDir: folder}
const header = 'username,group,category,frequency,priority,credential'
const line = 'elonmusk,primary,media,daily,1,2'

/** The error of reading a file of accounts with this text. */
async function errorOf(text: string | Buffer): Promise<NeedsPerson> {
  const path = join(folder, 'x-accounts.csv')
  writeFileSync(path, text)
  const error: unknown = await readLists(xProfiles.lists!, config).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof NeedsPerson, `of ${JSON.stringify(String(text))}: ${String(error)}`)
  assert.ok(error.message.startsWith(path) && (error.nextStep ?? '').length > 10, error.message)
  return error
}

test('a NUL is reported with its line, and a whole file of two-byte text as not UTF-8', async () => {
  assert.match((await errorOf(`${header}\n${line}\n${line}\0\n`)).message, /NUL character in line 3$/)
  assert.match((await errorOf(`${header}\r\n${line.replace('media', 'me\0dia')}\r\n`)).message, /line 2$/)
  assert.match((await errorOf(Buffer.from(`${header}\n${line}\n`, 'utf16le'))).nextStep!, /UTF-8/)
})

test('a file without a row is reported as empty: no byte, blanks, comments, or a header alone', async () => {
  for (const text of [
    '',
    '\ufeff',
    '\n \n',
    '# nothing\n',
    header,
    `${header}\n`,
    `${header}\n# ${line}\n`,
  ]) {
    const {message, nextStep} = await errorOf(text)
    assert.match(message, /is empty$/)
    assert.match(nextStep!, /username,category and below it .*remove the file/)
  }
  assert.match((await errorOf('name,category\n')).message, /has no column username/)
})

test('a file that only adds to a shipped list may be empty', async () => {
  for (const text of ['market_code,coingecko_id\n', '']) {
    writeFileSync(join(folder, 'bithumb-coingecko-overrides.csv'), text)
    assert.deepEqual((await readLists(bithumbCoingecko.lists!, config))['overrides'], [])
  }
})

test('an invalid value is reported with its file and the valid ones', async () => {
  const own = async ({lists}: AnyCollector, text: string) => {
    const [{ownFile = ''} = {}] = Object.values(lists!)
    const path = join(folder, ownFile)
    writeFileSync(path, text)
    return readLists(lists!, config).then(
      () => '',
      (error: Error) =>
        error instanceof NeedsPerson && error.message.startsWith(`${path}: `) ? error.message : String(error),
    )
  }
  const truth = (cells: string) =>
    own(truthPosts, `username,account_id,account_type,market_influence\nsomeone,${cells}\n`)
  assert.match(
    await truth(',person,3'),
    /"someone" has the account_type "person": write individual, government, business$/,
  )
  for (const weight of ['', '11', '-1', 'high', '2.5'])
    assert.match(
      await truth(`,business,${weight}`),
      /has the market_influence ".*": write a whole number from 0 to 10$/,
    )
  assert.equal(await truth(',government,10'), '')
  const news = (...lines: string[]) => own(marketNews, `kind,value\n${lines.join('\n')}\n`)
  assert.match(
    await news('category,business', 'subject,war'),
    /the query "war" has the kind "subject": write category, keyword, source$/,
  )
  assert.match(await news('category,politics'), /no category "politics": it has business, /)
  assert.match(await news('keyword,'), /a query of the kind keyword has no value$/)
  assert.match(await news('source,The Wall Street Journal'), /"The Wall Street Journal" is not a source/)
  assert.match(await news(`keyword,${'x'.repeat(501)}`), /longer than the 500 characters/)
  assert.equal(await news('Category,Business', 'keyword,trade war', 'source,bloomberg'), '')
  const exchanges = (...ids: string[]) => own(coingeckoTickers, `exchange_id\n${ids.join('\n')}\n`)
  for (const id of ['Binance', 'gate io', '"upbit,bithumb"'])
    assert.match(await exchanges('kraken', id), /is not an exchange_id: write CoinGecko's own id/)
  assert.match(await exchanges('upbit', 'kraken', 'upbit'), /"upbit" is there twice$/)
  assert.equal(await exchanges('upbit', 'bybit_spot', 'coinbase-exchange'), '')
})

test('the lists that ship with fin are valid', async () => {
  const bare = {...config, configDir: join(folder, 'nothing-here')}
  for (const {name, lists} of [truthPosts, marketNews, coingeckoTickers, xProfiles] as AnyCollector[])
    for (const rows of Object.values(await readLists(lists!, bare))) assert.ok(rows.length > 0, name)
})

test('a file in another encoding than UTF-8 is refused instead of read with damaged words', async () => {
  for (const word of [
    [0xc1, 0xa4, 0xc4, 0xa1], // CP949
    [0xe9, 0x74, 0xe9], // Latin-1
    [0x93, 0xfa, 0x96, 0x7b], // Shift JIS
  ]) {
    const [before, behind] = `${header}\n${line}\n`.split('media')
    const error = await errorOf(
      Buffer.concat([Buffer.from(before!), Buffer.from(word), Buffer.from(behind!)]),
    )
    assert.match(error.message, /x-accounts\.csv is not in UTF-8$/)
  }
})
