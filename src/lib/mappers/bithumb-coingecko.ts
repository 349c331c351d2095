import {defineMapper} from '../define.js'
import {weekly} from '../define-schedule.js'
import {each} from '../parse.js'
import {
  agreesInPrice,
  sameName,
  evidenceFor,
  type Candidate,
  type CandidateCoin,
  type Evidence,
} from './bithumb-coingecko/evidence.js'

/**
 * Maps each won market to the coin that it trades. Known pairs are checked by name, rank and price. New
 * listings get a proposal.
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
          `"${candidate.market_code}" of your overrides file is not a won market of Bithumb and not a known pair`,
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
  /** Up to five other possible coins, best first. */
  others: Evidence[]
  notes: string[]
}

function judge(candidate: Candidate): Verdict {
  const all = (JSON.parse(candidate.coins) as CandidateCoin[])
    .map((coin) => evidenceFor(candidate, coin))
    .sort((a, b) => b.score - a.score)
  const of = (id: string | null) => (id === null ? undefined : all.find(({coin}) => coin.coingecko_id === id))
  const without = (id: string | null) => all.filter(({coin}) => coin.coingecko_id !== id).slice(0, 5)
  const formerly = candidate.pair_formerly === null ? [] : [`corrected, formerly ${candidate.pair_formerly}`]
  const notes = [...(candidate.pair_note === null ? [] : [candidate.pair_note]), ...formerly]
  if (candidate.is_overridden) {
    const id = candidate.override_id
    const overrideNotes = candidate.override_note === null ? [] : [candidate.override_note]
    const evidence = of(id)
    if (id !== null && evidence === undefined)
      overrideNotes.push('the coin is not among those collected: is its id spelt right?')
    return {
      status: id === null ? 'unmatched' : 'verified',
      method: 'override',
      coingeckoId: id,
      evidence,
      others: without(id),
      notes: overrideNotes,
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

/** A score or ratio as text; null if there is none. */
function rounded(value: number | null | undefined, digits: number): string | null {
  // eslint-disable-next-line no-restricted-properties -- evidence, not an amount of money
  return value?.toFixed(digits) ?? null
}
