/** Messages for a run that requests nothing, or not all of its targets. */
import type {AnyCollector, AnyTarget} from '../define.js'
import type {RunPlan} from './due.js'

/** Why a run has nothing to request, and the next step. */
export function nothingDue(collector: Pick<AnyCollector, 'dependsOn' | 'lists'>, plan: RunPlan): string {
  if (plan.all.length === 0) return `there are no targets: ${fillsList(collector)}`
  return `nothing is due: ${whyNotDue(plan)}${nextOf(plan)}. Use --force to request all targets anyway`
}

type Kind = 'failed' | 'collected' | 'earlier' | 'unknown' | 'blocked' | 'never'

/** The texts for targets that are not due, by what happened to them last: for one, and for several. */
const texts: Readonly<Record<Kind, readonly [one: string, several: string]>> = {
  failed: ['failed and waits for the next try', 'failed and wait for the next try'],
  collected: ['was collected since the last scheduled time', 'were collected since the last scheduled time'],
  earlier: ['was collected earlier and is not due yet', 'were collected earlier and are not due yet'],
  unknown: ['is unknown to the provider', 'are unknown to the provider'],
  blocked: ['cannot be requested yet', 'cannot be requested yet'],
  never: ['was never collected and is not due yet', 'were never collected and are not due yet'],
}

function whyNotDue(plan: RunPlan): string {
  const kinds = plan.all.map((target) => kindOf(target, plan))
  const parts = (Object.keys(texts) as Kind[])
    .map((kind) => ({kind, n: kinds.filter((one) => one === kind).length}))
    .filter(({n}) => n > 0)
  const text = ({kind, n}: {kind: Kind; n: number}) => texts[kind][n === 1 ? 0 : 1]
  const [only, rest] = parts
  if (only !== undefined && rest === undefined)
    return `${only.n === 1 ? 'it' : `all ${only.n}`} ${text(only)}`
  return `of ${plan.all.length} targets, ${parts.map((part) => `${part.n} ${text(part)}`).join(', ')}`
}

function kindOf({target, blocked_reason: blocked}: AnyTarget, {states, scheduledAt}: RunPlan): Kind {
  const state = states.get(target)
  if (state === undefined) return (blocked ?? null) === null ? 'never' : 'blocked'
  if (state.failures > 0) return 'failed'
  if (state.status === 'unknown') return 'unknown'
  const success = state.last_success === null ? Infinity : Date.parse(state.last_success)
  return scheduledAt !== undefined && success < scheduledAt.getTime() ? 'earlier' : 'collected'
}

/** The earliest instant at which a target is due, as the end of a message. */
function nextOf({all, states}: RunPlan): string {
  const next = all
    .map(({target, due_at: dueAt}) => dueAt ?? states.get(target)?.next_due ?? null)
    .filter((due) => due !== null)
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0]
  return next === undefined ? '' : `; the next is due at ${next}`
}

/** The job or file that a job without targets gets them from. */
export function fillsList({dependsOn = [], lists = {}}: Pick<AnyCollector, 'dependsOn' | 'lists'>): string {
  if (dependsOn.length > 0) return `run ${dependsOn.join(' and ')} first`
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
