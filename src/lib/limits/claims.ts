/** What the jobs claim of their providers' quota, gathered from the collectors. */
import type {AnyCollector, Claim} from '../define.js'

/** The claim of one job. */
export interface JobClaim extends Claim {
  job: string
  provider: string
  /** Label of the key that is kept for the job; undefined: it uses those that the jobs share. */
  dedicatedCredential: string | undefined
}

/** Every claim, the most valuable of each provider first. Throws where two jobs claim the same rank. */
export function claimsOf(collectors: Iterable<AnyCollector>): JobClaim[] {
  const claims = [...collectors].flatMap(({name, claim, sources}): JobClaim[] => {
    const [source] = Object.values(sources)
    return claim === undefined || source === undefined
      ? []
      : [{...claim, job: name, provider: source.provider.name, dedicatedCredential: source.credential}]
  })
  const byPlace = new Map<string, JobClaim>()
  for (const claim of claims) {
    const place = `${claim.rank} of ${claim.provider}`
    const other = byPlace.get(place)
    if (other) throw new Error(`${other.job} and ${claim.job} both claim rank ${place}`)
    byPlace.set(place, claim)
  }
  return claims.sort((a, b) => a.rank - b.rank)
}
