/**
 * Writes recordings for `--record DIR`, without secrets: one JSON file `{request, status, headers, body}` per
 * answer.
 */
import {copyFile, constants, link, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Answer} from '../define.js'
import {messageOf, NeedsPerson} from '../errors.js'
import {makeFolder} from '../folders.js'
import {redactHeaders, type Redact} from './redact.js'

export interface RecordedExchange {
  job: string
  target: string | undefined
  url: string
  requestHeaders: Readonly<Record<string, string>>
  answer: Answer
}

export type Recorder = (exchange: RecordedExchange) => Promise<void>

/**
 * Creates the folder at once, before a request uses quota. The recorder writes to a temporary file first, and
 * never overwrites a file. Both throw `NeedsPerson` if the folder cannot be created or written.
 */
export function createRecorder(folder: string, redact: Redact): Recorder {
  const refusal = (what: string, error: unknown) =>
    new NeedsPerson(`${what}: ${redact(messageOf(error))}`, {
      nextStep: 'Give --record a folder that you may write to.',
      cause: error,
    })
  try {
    makeFolder(folder)
  } catch (error) {
    throw refusal(`the folder ${folder} cannot be created`, error)
  }
  let counter = 0
  return async (exchange) => {
    const {job, target, answer} = exchange
    const stem = [job, target, answer.at.toISOString().replace(/[:.]/g, '')]
      .filter((part) => part !== undefined)
      .map(fileSafe)
      .join('-')
    const temporary = join(folder, `.${stem}-${process.pid}-${++counter}.part`)
    try {
      try {
        await writeFile(temporary, recordingText(exchange, redact), {flag: 'wx'})
        while (!(await placed(temporary, join(folder, `${stem}-${String(counter).padStart(4, '0')}.json`))))
          counter++
      } finally {
        await rm(temporary, {force: true}) // also a file that a full disk left incomplete
      }
    } catch (error) {
      throw refusal(`cannot write the recording to ${folder}`, error)
    }
  }
}

/**
 * The text of a recording. The body is copied unchanged, so that no digit changes: JSON as JSON, anything
 * else as a string.
 */
function recordingText({url, requestHeaders, answer}: RecordedExchange, redact: Redact): string {
  const request = {method: 'GET', url: redact(url), headers: redactHeaders(requestHeaders, redact)}
  const body = redact(answer.text)
  const head = JSON.stringify(
    {request, status: answer.status, headers: redactHeaders(answer.headers, redact)},
    undefined,
    2,
  )
  return `${head.slice(0, -2)},\n  "body": ${isJson(body) ? body.trim() : JSON.stringify(body)}\n}\n`
}

/** True for objects and lists; a body that is one JSON string could not be distinguished from text. */
function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Gives the file its final name; false if the name is taken. */
async function placed(temporary: string, name: string): Promise<boolean> {
  try {
    await link(temporary, name)
    return true
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
  }
  // The file system has no hard links.
  try {
    await copyFile(temporary, name, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function fileSafe(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9_.=-]+/g, '_')
      .replace(/^\.+/, '')
      .slice(0, 60) || '_'
  )
}
