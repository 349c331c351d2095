/** Gathers the claims of the collectors on the quotas of their providers. */
import type {AnyCollector, Claim} from '../define.js'

/** The claim of one job. */
export interface JobClaim extends Claim {
  job: string
  provider: string
  /** Label of the credential that is dedicated to the job; undefined: it uses the general credentials. */
  dedicatedCredential: string | undefined
}

/** Every claim, in the order of rank. Throws if two jobs of a provider claim the same rank. */
export function claimsOf(collectors: Iterable<AnyCollector>): JobClaim[] {
  const claims = [...collectors].flatMap(({name, claim, sources}): JobClaim[] => {
    const [source] = Object.values(sources)
    return claim === undefined || source === undefined
      ? []
      : [{...claim, job: name, provider: source.provider.name, dedicatedCredential: source.credential}]
  })
  const byRank = new Map<string, JobClaim>()
  for (const claim of claims) {
    const rank = `${claim.rank} of ${claim.provider}`
    const other = byRank.get(rank)
    if (other) throw new Error(`${other.job} and ${claim.job} both claim rank ${rank}`)
    byRank.set(rank, claim)
  }
  return claims.sort((a, b) => a.rank - b.rank)
}
