/** Messages for a run that requests nothing, or not all of its targets. */
import type {AnyCollector, AnyTarget} from '../define.js'
import type {RunPlan} from './due.js'

/** Why a run has nothing to request, and the next step. */
export function nothingDue(collector: Pick<AnyCollector, 'dependsOn' | 'lists'>, plan: RunPlan): string {
  if (plan.all.length === 0) return `there are no targets: ${fillsList(collector)}`
  const states = [...plan.states.values()]
  const next = states
    .map((state) => state.next_due)
    .filter((due) => due !== null)
    .sort()[0]
  const failed = states.filter((state) => state.failures > 0).length
  const why =
    failed === 0
      ? `${plan.all.length === 1 ? 'it was' : `all ${plan.all.length} were`} collected since the last scheduled time`
      : `${failed} of ${plan.all.length} failed and ${failed === 1 ? 'waits' : 'wait'} for the next try, the rest was collected since the last scheduled time`
  return `nothing is due: ${why}${next === undefined ? '' : `; the next is due at ${next}`}. Use --force to request all targets anyway`
}

/** The job or file that a job without targets gets them from. */
export function fillsList({dependsOn = [], lists = {}}: Pick<AnyCollector, 'dependsOn' | 'lists'>): string {
  if (dependsOn.length > 0)
    return `its list comes from ${dependsOn.join(' and ')}, run ${dependsOn.length === 1 ? 'that' : 'those'} first`
  return `${
    Object.values(lists)
      .map(({ownFile, shipped}) => ownFile ?? shipped)
      .join(', ') || 'its list'
  } has no entry for this run`
}

/** The reasons why targets are blocked or deferred, each once, with the first five targets. */
export function messagesOf(targets: readonly AnyTarget[]): string[] {
  const byReason = new Map<string, string[]>()
  for (const {target, blocked_reason, deferred_reason} of targets) {
    const reason = blocked_reason ?? deferred_reason ?? ''
    byReason.set(reason, [...(byReason.get(reason) ?? []), target])
  }
  return [...byReason].map(
    ([reason, names]) =>
      `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}: ${reason}`,
  )
}
