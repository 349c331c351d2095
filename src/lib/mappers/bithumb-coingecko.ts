import {distance} from 'fastest-levenshtein'
import {defineMapper} from '../define.js'
import {weekly} from '../firing.js'
import {each} from '../parse.js'
import {dayMs} from '../time.js'

/** A coin that a market could trade. Numbers are text. */
interface Coin {
  coingecko_id: string
  symbol: string
  name: string
  market_cap_rank: number | null
  price_usd: string | null
  last_updated: string | null
}

export interface Candidate {
  market_code: string
  /** Null: an override of a market that nobody knows. */
  symbol: string | null
  korean_name: string | null
  english_name: string | null
  /** False: the pair is known, the exchange has no such market now. */
  is_listed: boolean
  pair_id: string | null
  pair_formerly: string | null
  pair_note: string | null
  is_overridden: boolean
  override_id: string | null
  override_note: string | null
  krw_price: string | null
  quoted_at: string | null
  krw_per_usd: string | null
  /** JSON array of Coin. */
  coins: string
}

/** What speaks for a coin. Ratios from prices are evidence, not money: doubles are exact enough. */
interface Evidence {
  coin: Coin
  symbolAgrees: boolean
  /** 0 to 1; null when the market has no English name. */
  nameSimilarity: number | null
  /**
   * Percent by which the Bithumb price lies above the CoinGecko one; null when either is missing or they are
   * a day apart.
   */
  priceGapPct: number | null
  score: number
}

/** Prices further apart than this are prices of two coins. */
const priceTolerancePct = 10
/** Names closer than this are the same name, written a little differently. */
const sameName = 0.7

/**
 * Which coin each won market trades: known pairs checked by name, rank and price; new listings get a
 * proposal.
 */
export const bithumbCoingecko = defineMapper({
  name: 'bithumb-coingecko',
  summary: 'map Bithumb markets to CoinGecko coins, with the evidence',
  schedule: [weekly('mon 16:00', 'UTC')],
  from: 'select_bithumb_coingecko_candidates',
  lists: {
    pairs: {shipped: 'mappers/bithumb-coingecko-pairs.csv'},
    overrides: {ownFile: 'bithumb-coingecko-overrides.csv', columns: ['market_code', 'coingecko_id']},
  },
  tables: ['bithumb_coingecko_mapping'],
  key: ['market_code'],
  map: (batch: readonly Candidate[], {at}) =>
    each(batch, (candidate) => {
      if (candidate.symbol === null)
        throw new Error(
          `"${candidate.market_code}" of your overrides file is no won market of Bithumb and no known pair`,
        )
      const verdict = judge(candidate)
      const {evidence} = verdict
      const isVerified = verdict.status === 'verified'
      return {
        market_code: candidate.market_code,
        symbol: candidate.symbol,
        bithumb_korean_name: candidate.korean_name,
        bithumb_english_name: candidate.english_name,
        coingecko_id: verdict.coingeckoId,
        coingecko_name: evidence?.coin.name ?? null,
        status: verdict.status,
        override: candidate.is_overridden,
        match_method: verdict.method,
        match_score: rounded(evidence?.score, 1),
        market_cap_rank: evidence?.coin.market_cap_rank ?? null,
        symbol_agrees: evidence?.symbolAgrees ?? null,
        name_similarity: rounded(evidence?.nameSimilarity, 3),
        price_gap_pct: rounded(evidence?.priceGapPct, 2),
        krw_per_usd: candidate.krw_per_usd === null ? null : Number(candidate.krw_per_usd).toPrecision(8),
        price_compared_at: evidence?.priceGapPct == null ? null : candidate.quoted_at,
        candidates: verdict.others.map(({coin, priceGapPct}) => ({
          coingecko_id: coin.coingecko_id,
          name: coin.name,
          market_cap_rank: coin.market_cap_rank,
          price_gap_pct: rounded(priceGapPct, 2),
        })),
        notes: verdict.notes.join('; ') || null,
        is_active: candidate.is_listed,
        verified_at: isVerified ? at.toISOString() : null,
        verified_by: isVerified ? verdict.method : null,
      }
    }),
})

interface Verdict {
  status: 'verified' | 'suspicious' | 'unmatched' | 'proposed'
  method: string
  coingeckoId: string | null
  evidence: Evidence | undefined
  /** Up to five further coins that could be meant, best first. */
  others: Evidence[]
  notes: string[]
}

function judge(candidate: Candidate): Verdict {
  const all = (JSON.parse(candidate.coins) as Coin[])
    .map((coin) => weigh(candidate, coin))
    .sort((a, b) => b.score - a.score)
  const of = (id: string | null) => (id === null ? undefined : all.find(({coin}) => coin.coingecko_id === id))
  const without = (id: string | null) => all.filter(({coin}) => coin.coingecko_id !== id).slice(0, 5)
  const known = candidate.pair_formerly === null ? [] : [`corrected, formerly ${candidate.pair_formerly}`]
  const notes = [...(candidate.pair_note === null ? [] : [candidate.pair_note]), ...known]
  if (candidate.is_overridden) {
    const id = candidate.override_id
    const said = candidate.override_note === null ? [] : [candidate.override_note]
    const evidence = of(id)
    if (id !== null && evidence === undefined)
      said.push('the coin is not among those collected: is its id spelt right?')
    return {
      status: id === null ? 'unmatched' : 'verified',
      method: 'override',
      coingeckoId: id,
      evidence,
      others: without(id),
      notes: said,
    }
  }
  if (candidate.pair_id !== null)
    return judgePair(candidate, of(candidate.pair_id), without(candidate.pair_id), notes)
  const best =
    all.find((one) => agreesInPrice(one) && (one.nameSimilarity ?? 0) >= 0.4) ??
    all.find((one) => one.priceGapPct === null && one.symbolAgrees && (one.nameSimilarity ?? 0) >= sameName)
  if (best)
    return {
      status: 'proposed',
      method: 'new listing',
      coingeckoId: best.coin.coingecko_id,
      evidence: best,
      others: without(best.coin.coingecko_id),
      notes: ['confirm it in your overrides file'],
    }
  return {
    status: 'unmatched',
    method: 'none',
    coingeckoId: null,
    evidence: undefined,
    others: all.slice(0, 5),
    notes: ['no coin agrees in name and price'],
  }
}

function judgePair(
  candidate: Candidate,
  evidence: Evidence | undefined,
  others: Evidence[],
  notes: string[],
): Verdict {
  const pair = {method: 'known pair', coingeckoId: candidate.pair_id, evidence, others}
  if (!candidate.is_listed)
    return {...pair, status: 'unmatched', notes: ['Bithumb has no such market now', ...notes]}
  if (evidence === undefined)
    return {
      ...pair,
      status: 'suspicious',
      notes: ['the coin is not among those collected, so nothing can be compared', ...notes],
    }
  if (agreesInPrice(evidence)) return {...pair, status: 'verified', notes}
  if (evidence.priceGapPct === null) {
    const isSame = (evidence.nameSimilarity ?? 0) >= sameName
    return {
      ...pair,
      status: isSame ? 'verified' : 'suspicious',
      notes: [
        isSame ? 'by name alone, no price to compare' : 'no price to compare, and the names differ',
        ...notes,
      ],
    }
  }
  const better = others.find(agreesInPrice)
  const hint = better ? [`${better.coin.coingecko_id} agrees better`] : []
  return {
    ...pair,
    status: 'suspicious',
    notes: [`the prices lie ${rounded(evidence.priceGapPct, 1)} % apart`, ...hint, ...notes],
  }
}

/** Scores and ratios as text; null where there is none. */
function rounded(value: number | null | undefined, digits: number): string | null {
  // eslint-disable-next-line no-restricted-properties -- evidence, not an amount of money
  return value?.toFixed(digits) ?? null
}

const agreesInPrice = ({priceGapPct}: Evidence) =>
  priceGapPct !== null && Math.abs(priceGapPct) <= priceTolerancePct

/** Up to 60 points for the price, 25 for the name, 10 for the ticker, 5 for a rank. */
function weigh(candidate: Candidate, coin: Coin): Evidence {
  const nameSimilarity =
    candidate.english_name === null ? null : similarity(candidate.english_name, coin.name)
  const priceGapPct = priceGap(candidate, coin)
  const symbolAgrees = coin.symbol.toUpperCase() === candidate.symbol
  const price = priceGapPct === null ? 0.3 : Math.max(0, 1 - Math.abs(priceGapPct) / (2 * priceTolerancePct))
  const score =
    60 * price +
    25 * (nameSimilarity ?? 0.5) +
    (symbolAgrees ? 10 : 0) +
    (coin.market_cap_rank === null ? 0 : 5)
  return {coin, symbolAgrees, nameSimilarity, priceGapPct, score}
}

function priceGap(candidate: Candidate, coin: Coin): number | null {
  const {krw_price: krw, krw_per_usd: rate, quoted_at: quotedAt} = candidate
  if (
    krw === null ||
    rate === null ||
    coin.price_usd === null ||
    quotedAt === null ||
    coin.last_updated === null
  )
    return null
  if (Math.abs(Date.parse(quotedAt) - Date.parse(coin.last_updated)) > dayMs) return null
  const gap = (Number(krw) / (Number(coin.price_usd) * Number(rate)) - 1) * 100
  // A coin a billion times dearer is another coin; digits beyond that, or beyond those that are shown, say
  // nothing.
  return Number.isFinite(gap) ? Math.round(Math.min(gap, 1e9) * 100) / 100 + 0 : null // + 0: no "-0.00"
}

/** Words that projects add and drop freely. */
const fillers = /\b(protocol|network|finance|token|coin|chain|the|ecosystem|dao)\b/g

/** 0 to 1: 1 is the same name but for case, spaces, punctuation and words such as "Protocol". */
export function similarity(a: string, b: string): number {
  const [allOfA, allOfB] = [lettersOf(a), lettersOf(b)]
  const [left, right] = [lettersOf(a, fillers) || allOfA, lettersOf(b, fillers) || allOfB]
  const longest = Math.max(left.length, right.length)
  if (longest === 0) return 0
  // "World Coin" is "Worldcoin", in which no word stands alone that could be dropped.
  return allOfA === allOfB ? 1 : 1 - distance(left, right) / longest
}

function lettersOf(name: string, without?: RegExp): string {
  const words = name.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, '')
  return (without === undefined ? words : words.replace(without, '')).replace(/\s+/g, '')
}
