/**
 * Reads cron expressions with croner. Accepts only the syntax that every cron and Kubernetes interpret alike:
 * five fields of numbers, lists, ranges and steps. Sunday is 0. Days of the month and days of the week are
 * not combined.
 */
import {CronPattern} from 'croner'
import {NeedsPerson} from '../errors.js'
import {dayMs} from '../time.js'

export interface Cron {
  /** Minutes after midnight of the runs on a day that matches, ascending. */
  minutes: readonly number[]
  /** True if some days or months are excluded. */
  restrictsDays: boolean
  /** True if runs are scheduled on a calendar day, counted from 1970-01-01. */
  matchesDay(day: number): boolean
}

const read = new Map<string, Cron>()

/** Reads an expression. Throws NeedsPerson for one that crons interpret differently, or not at all. */
export function readCron(text: string): Cron {
  const known = read.get(text)
  if (known) return known
  const fields = text.split(' ')
  if (fields.length !== 5 || !fields.every((field) => /^[\d*,/-]+$/.test(field)))
    throw refused(
      text,
      'five fields of numbers, "*", ",", "-" and "/", with one space between them, are understood by every cron',
    )
  if (fields[2] !== '*' && fields[4] !== '*')
    throw refused(
      text,
      'days of the month and days of the week together mean different things to different crons',
    )
  if (/7/.test(fields[4] ?? '')) throw refused(text, 'Sunday is 0, because Kubernetes does not accept 7')
  let pattern: CronPattern
  try {
    pattern = new CronPattern(text, undefined, {mode: '5-part'})
  } catch (error) {
    throw refused(text, (error as Error).message)
  }
  const minutesOfHour = setPositions(pattern.minute)
  const minutes = setPositions(pattern.hour).flatMap((hour) =>
    minutesOfHour.map((minute) => hour * 60 + minute),
  )
  const cron: Cron = {
    minutes,
    restrictsDays: fields.slice(2).some((field) => field !== '*'),
    matchesDay(day) {
      const date = new Date(day * dayMs)
      return Boolean(
        pattern.month[date.getUTCMonth()] &&
        pattern.day[date.getUTCDate() - 1] &&
        pattern.dayOfWeek[date.getUTCDay()],
      )
    },
  }
  read.set(text, cron)
  return cron
}

/** The indexes of the elements that are set. */
function setPositions(part: readonly number[]): number[] {
  return part.flatMap((on, position) => (on ? [position] : []))
}

function refused(text: string, why: string): NeedsPerson {
  return new NeedsPerson(`the cron expression "${text}" is not usable: ${why}`, {
    nextStep: 'Correct the schedule of the job that has it.',
  })
}
