/** Lists that a user keeps: what no list can hold is told with the file, whichever unit reads it. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {xProfiles} from '../../src/lib/collectors/x-profiles.js'
import {loadConfig} from '../../src/lib/config.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {readLists} from '../../src/lib/run/lists.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-lists-'))
after(() => rmSync(folder, {recursive: true, force: true}))
const config = {...loadConfig({}), configDir: folder}
const header = 'username,group,category,frequency,priority,credential'
const line = 'elonmusk,primary,media,daily,1,2'

/** What reading a file of accounts with this text says. */
async function refused(text: string | Buffer): Promise<NeedsPerson> {
  const path = join(folder, 'x-accounts.csv')
  writeFileSync(path, text)
  const error: unknown = await readLists(xProfiles.lists!, config).then(() => undefined, (reason: unknown) => reason)
  assert.ok(error instanceof NeedsPerson, `of ${JSON.stringify(String(text))}: ${String(error)}`)
  assert.ok(error.message.startsWith(path) && (error.nextStep ?? '').length > 10, error.message)
  return error
}

test('a NUL is told with its line, also where the whole file is text of two bytes each', async () => {
  assert.match((await refused(`${header}\n${line}\n${line}\0\n`)).message, /NUL character in line 3$/)
  assert.match((await refused(`${header}\r\n${line.replace('media', 'me\0dia')}\r\n`)).message, /line 2$/)
  assert.match((await refused(Buffer.from(`${header}\n${line}\n`, 'utf16le'))).nextStep!, /UTF-8/)
})

test('a file without a row is told to be empty: no byte, blanks, remarks, or a header alone', async () => {
  for (const text of ['', '\ufeff', '\n \n', '# nothing\n', header, `${header}\n`, `${header}\n# ${line}\n`]) {
    const {message, nextStep} = await refused(text)
    assert.match(message, /is empty$/)
    assert.match(nextStep!, /username,category and below it .*remove the file/)
  }
  assert.match((await refused('name,category\n')).message, /has no column username/)
})

test('a file that only adds to a list of ours may hold nothing', async () => {
  for (const text of ['market_code,coingecko_id\n', '']) {
    writeFileSync(join(folder, 'bithumb-coingecko-overrides.csv'), text)
    assert.deepEqual((await readLists(bithumbCoingecko.lists!, config))['overrides'], [])
  }
})
