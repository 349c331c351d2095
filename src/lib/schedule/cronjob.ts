/**
 * Renders one Kubernetes CronJob per schedule. Kubernetes supports time zones, so the cron expression is
 * copied unchanged.
 */
import {createHash} from 'node:crypto'
import type {Schedule} from '../define.js'
import {proxyVariables} from '../proxy.js'
import {nextScheduledRuns} from './scheduled-runs.js'
import type {LoadedLine} from './lines.js'
import {podLabel} from './network-policy.js'

/** Name of the Secret that holds DATABASE_URL and the API keys. */
const secretName = 'fin'
/** Kubernetes allows 63 characters for a job's name and adds 11 to that of its CronJob. */
const longestName = 52
const hourSeconds = 3600

export interface CronJob {
  /** DNS-safe; also the name of its file. */
  name: string
  manifest: object
}

/** The CronJobs of the lines, in their order; names are unique. */
export function cronJobs(lines: readonly LoadedLine[], image: string): CronJob[] {
  const taken = new Map<string, number>()
  return lines.flatMap((line) =>
    line.schedules.map((schedule) => {
      const plain = jobName(line.command)
      const count = (taken.get(plain) ?? 0) + 1
      taken.set(plain, count)
      const name = count === 1 ? plain : jobName([...line.command, String(count)])
      return {name, manifest: manifest(name, line, schedule, image)}
    }),
  )
}

/**
 * `ingest-x-posts-token-primary`; a long name is cut and gets a digest of the whole, so that names stay
 * unique.
 */
export function jobName(words: readonly string[]): string {
  const plain = words
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  if (plain.length <= longestName) return plain
  const digest = createHash('sha256').update(words.join(' ')).digest('hex').slice(0, 8)
  return `${plain.slice(0, longestName - 9).replace(/-+$/, '')}-${digest}`
}

function manifest(name: string, line: LoadedLine, schedule: Schedule, image: string): object {
  const gapSeconds = shortestGapSeconds(line.schedules)
  const labels = {...podLabel, 'app.kubernetes.io/component': line.job.slice(0, 63)}
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {name, labels, annotations: {'fin/summary': line.summary}},
    spec: {
      schedule: schedule.cron,
      timeZone: schedule.zone,
      concurrencyPolicy: 'Forbid',
      // longest delay of a start: two minutes if missed runs are not caught up on, else until the next run
      startingDeadlineSeconds:
        schedule.catchUp === 'none' ? Math.min(120, gapSeconds) : Math.min(gapSeconds, 24 * hourSeconds),
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: {labels},
        spec: {
          // a run never delays the next one
          activeDeadlineSeconds: Math.min(gapSeconds, 4 * hourSeconds),
          ttlSecondsAfterFinished: 3 * 24 * hourSeconds,
          backoffLimit: 2,
          // the exit codes of fin are final: after 1 the failure is reported, and 2 needs a person; only a
          // pod that was lost is started again
          podFailurePolicy: {
            rules: [
              {action: 'FailJob', onExitCodes: {containerName: 'fin', operator: 'In', values: [1, 2]}},
              {action: 'Ignore', onPodConditions: [{type: 'DisruptionTarget', status: 'True'}]},
            ],
          },
          template: {metadata: {labels}, spec: pod(line, image)},
        },
      },
    },
  }
}

function pod(line: LoadedLine, image: string): object {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // longer than fin needs to store what it has received
    terminationGracePeriodSeconds: 60,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      seccompProfile: {type: 'RuntimeDefault'},
    },
    containers: [
      {
        name: 'fin',
        image,
        imagePullPolicy: 'IfNotPresent',
        args: [...line.command],
        env: [
          {name: 'FIN_EMBEDDED', value: 'never'},
          {name: 'HOME', value: '/tmp'},
          {name: 'TZ', value: 'UTC'},
          fromSecret('DATABASE_URL', false),
          ...proxyVariables.map((variable) => fromSecret(variable, true)),
          ...line.variables.map((variable) => fromSecret(variable, true)),
        ],
        resources: {requests: {cpu: '100m', memory: '128Mi'}, limits: {cpu: '1', memory: '512Mi'}},
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: {drop: ['ALL']},
        },
        volumeMounts: [{name: 'tmp', mountPath: '/tmp'}],
      },
    ],
    volumes: [{name: 'tmp', emptyDir: {sizeLimit: '256Mi'}}],
  }
}

function fromSecret(variable: string, optional: boolean): object {
  return {
    name: variable,
    valueFrom: {secretKeyRef: {name: secretName, key: variable, ...(optional ? {optional} : {})}},
  }
}

/**
 * The shortest time between two scheduled runs of one command line. The year is fixed, so that the same
 * schedule always renders the same text.
 */
function shortestGapSeconds(schedules: readonly Schedule[]): number {
  const instants = nextScheduledRuns(schedules, new Date(Date.UTC(2026, 0, 1)), 500).map(
    ({at}) => at.getTime() / 1000,
  )
  const gaps = instants
    .slice(1)
    .map((at, index) => at - (instants[index] ?? at))
    .filter((gap) => gap > 0)
  return Math.min(24 * hourSeconds, ...gaps)
}
