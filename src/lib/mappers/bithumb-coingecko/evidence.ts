/** Computes the evidence that a market trades a coin: price, name, ticker and rank. Pure. */
import {distance} from 'fastest-levenshtein'
import {dayMs} from '../../time.js'

/** A coin that a market could trade. Numbers are text. */
export interface CandidateCoin {
  coingecko_id: string
  symbol: string
  name: string
  market_cap_rank: number | null
  price_usd: string | null
  last_updated: string | null
}

export interface Candidate {
  market_code: string
  /** Null for an override of an unknown market. */
  symbol: string | null
  korean_name: string | null
  english_name: string | null
  /** False if the pair is known but the exchange has no such market now. */
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

/** The evidence for a coin. Ratios of prices are doubles, because they are evidence and not money. */
export interface Evidence {
  coin: CandidateCoin
  symbolAgrees: boolean
  /** 0 to 1; null when the market has no English name. */
  nameSimilarity: number | null
  /**
   * The percentage by which the Bithumb price is above the CoinGecko price. Null if either is missing or if
   * they are more than a day apart.
   */
  priceGapPct: number | null
  score: number
}

/** A larger difference means that the prices are those of two coins. */
const priceTolerancePct = 10
/** From this similarity on, two names are spellings of the same name. */
export const sameName = 0.7

export const agreesInPrice = ({priceGapPct}: Evidence) =>
  priceGapPct !== null && Math.abs(priceGapPct) <= priceTolerancePct

/**
 * The evidence with its score: up to 60 points for the price, 25 for the name, 10 for the ticker, 5 for a
 * rank.
 */
export function evidenceFor(candidate: Candidate, coin: CandidateCoin): Evidence {
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

function priceGap(candidate: Candidate, coin: CandidateCoin): number | null {
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
  // The gap is capped and rounded, because a coin with a price a billion times as high is another coin
  // anyway.
  return Number.isFinite(gap) ? Math.round(Math.min(gap, 1e9) * 100) / 100 + 0 : null // + 0: no "-0.00"
}

/** Words that projects often add to or remove from their names. */
const fillers = /\b(protocol|network|finance|token|coin|chain|the|ecosystem|dao)\b/g

/**
 * The most characters of a name that are compared, because the time grows with the product of two lengths.
 */
const longestName = 200

/** Similarity from 0 to 1. It ignores case, spaces, punctuation and words such as "Protocol". */
export function similarity(a: string, b: string): number {
  const [allOfA, allOfB] = [lettersOf(a), lettersOf(b)]
  const [left, right] = [lettersOf(a, fillers) || allOfA, lettersOf(b, fillers) || allOfB]
  const longest = Math.max(left.length, right.length)
  if (longest === 0) return 0
  // "World Coin" equals "Worldcoin", which contains no separate word that could be removed.
  return allOfA === allOfB ? 1 : 1 - distance(left, right) / longest
}

function lettersOf(name: string, without?: RegExp): string {
  const words = name
    .slice(0, longestName)
    .toLowerCase()
    .replace(/[^\p{L}\p{N} ]/gu, '')
  return (without === undefined ? words : words.replace(without, '')).replace(/\s+/g, '')
}
