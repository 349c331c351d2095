import {type AnyTarget, defineCollector, type From, type Rejected} from '../define.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {hourly} from '../define-schedule.js'
import {code, companySymbol} from '../codes.js'
import {
  day,
  describe,
  each,
  fraction,
  integer,
  isItem,
  isRejected,
  must,
  textOrNull,
  wordsOrNull,
} from '../parse.js'
import {symbols} from '../providers/alpha-vantage/symbols.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'

type Item = Readonly<Record<string, unknown>>

/** Profiles, sectors and holdings of the listed funds, the oldest first. */
export const etfProfile = defineCollector({
  name: 'etf-profile',
  summary: 'collect profiles and holdings of exchange-traded funds',
  schedule: [hourly(35)],
  claim: {
    rank: 60,
    requests: 52,
    everyDays: 6,
    atLeastEveryDays: 30,
    takesLeftovers: true,
    rationale: 'the holdings of funds change by the week at most',
  },
  targets: 'select_etf_profile_targets',
  dependsOn: ['fin db init'],
  every: '132 hours', // 5.5 days: the quota is free again once a day, so that a fund is due on the sixth day
  within: '7 days',
  tables: ['etf_profile_holdings', 'etf_profile_holdings_history', 'etf_holdings'],
  key: ['symbol'],
  after: 'update_etf_basic_info_collected',
  sources: {
    'alpha-vantage': {
      provider: alphaVantage,
      request: ({target}) => query('ETF_PROFILE', {symbol: target}),
      *parse(body: unknown, {target, at}: From<AnyTarget>) {
        const isOneHolding = isItem(body) && 'description' in body && 'weight' in body
        if (!isItem(body) || !(isOneHolding || 'net_assets' in body || 'holdings' in body))
          throw new UnexpectedBody(`expected the profile of a fund, got ${describe(body)}`)
        const fund = {symbol: fundOf(target), as_of: at.toISOString().slice(0, 10)}
        const [holdings, badHoldings] = apart(each(isOneHolding ? [body] : listOf(body, 'holdings'), holding))
        const [sectors, badSectors] = apart(each(listOf(body, 'sectors'), sector))
        yield* badHoldings
        yield* badSectors
        for (const row of each(isOneHolding ? [] : [body], (item) => ({
          ...fund,
          ...profile(item, at),
          sectors,
          holdings,
        }))) {
          yield row
          if (isRejected(row)) continue
          const {holdings: _own, ...history} = row
          yield {table: 'etf_profile_holdings_history', row: history}
        }
        for (const [key, {symbol, description, weight}] of keyed(holdings))
          yield {
            table: 'etf_holdings',
            row: {etf_symbol: fund.symbol, as_of: fund.as_of, holding: key, symbol, description, weight},
          }
      },
    },
  },
})

/**
 * The symbol of the fund, from the target, because the answer does not have it. Throws NeedsPerson without
 * one.
 */
function fundOf(target: AnyTarget | null): string {
  if (target === null)
    throw new NeedsPerson('the answer does not name its fund', {
      nextStep: 'Name it with --target, such as --target QQQ.',
    })
  return target.target.toUpperCase()
}

function profile(item: Item, at: Date) {
  const of = (field: string) => item[field] ?? null
  return {
    net_assets: integer(of('net_assets')),
    net_expense_ratio: fraction(of('net_expense_ratio')),
    portfolio_turnover: fraction(of('portfolio_turnover')),
    dividend_yield: fraction(of('dividend_yield')),
    inception_date: day(of('inception_date')),
    leveraged: yesOrNo(wordsOrNull(of('leveraged'))),
    collected_at: at.toISOString(),
  }
}

function yesOrNo(value: string | null): boolean | null {
  if (value === null) return null
  if (/^yes$/i.test(value)) return true
  if (/^no$/i.test(value)) return false
  throw new Error(`leveraged: "${value}" is neither YES nor NO`)
}

interface Holding {
  symbol: string | null
  description: string | null
  weight: string | null
}

function sector(item: unknown) {
  return {sector: textOrNull(must(item, 'sector')), weight: fraction(must(item, 'weight'))}
}

function holding(item: unknown): Holding {
  const symbol = wordsOrNull(must(item, 'symbol'))
  return {
    symbol: symbol === null ? null : companySymbol(code({symbol}, 'symbol', symbols)),
    description: wordsOrNull(must(item, 'description')),
    weight: fraction(must(item, 'weight')),
  }
}

/**
 * Gives each holding a key that is unique within its fund: the symbol, or the description of cash, futures
 * and foreign shares. Equal keys are numbered, independent of the order of the answer: symbols before
 * descriptions, then by falling weight.
 */
function* keyed(holdings: readonly Holding[]): Generator<[key: string, holding: Holding]> {
  const groups = new Map<string, Holding[]>()
  for (const one of holdings) {
    const name =
      one.symbol ??
      (one.description ?? '')
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim()
        .slice(0, 240)
    const key = name === '' ? 'without a name' : name
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  const order = ({weight, description}: Holding) => `${description ?? ''}\0${weight ?? ''}`
  const taken = new Set(groups.keys())
  for (const [key, equal] of groups) {
    const sorted = equal.toSorted(
      (a, b) =>
        Number(a.symbol === null) - Number(b.symbol === null) ||
        Number(b.weight ?? 0) - Number(a.weight ?? 0) ||
        (order(a) < order(b) ? -1 : 1),
    )
    let number = 1
    for (const one of sorted) {
      let own = number === 1 ? key : `${key} (${number})`
      while (number > 1 && taken.has(own)) own = `${key} (${++number})`
      yield [own, one]
      number++
    }
  }
}

/** Separates rows from rejected items. */
function apart<Row extends object>(shaped: Iterable<Row | Rejected>): [good: Row[], bad: Rejected[]] {
  const good: Row[] = []
  const bad: Rejected[] = []
  for (const one of shaped) {
    if (isRejected(one)) bad.push(one)
    else good.push(one)
  }
  return [good, bad]
}

function listOf(item: Item, field: string): unknown[] {
  const value = item[field]
  return Array.isArray(value) ? (value as unknown[]) : []
}
