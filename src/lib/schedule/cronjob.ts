/**
 * Renders one Kubernetes CronJob per scheduled firing. Kubernetes knows zones, so the cron line stays as the
 * unit has it.
 */
import {createHash} from 'node:crypto'
import type {Schedule} from '../define.js'
import {nextScheduledRuns} from './scheduled-runs.js'
import type {ScheduledLine} from './jobs.js'

/** The one Secret that holds DATABASE_URL and the keys. */
const secretName = 'fin'
/** Kubernetes allows 63 characters for a job's name and adds 11 to that of its CronJob. */
const longestName = 52
const hourSeconds = 3600

export interface CronJob {
  /** DNS-safe; also the name of its file. */
  name: string
  manifest: object
}

/** In the order of the lines; names are unique. */
export function cronJobs(lines: readonly ScheduledLine[], image: string): CronJob[] {
  const taken = new Map<string, number>()
  return lines.flatMap((line) =>
    line.schedules.map((firing) => {
      const plain = jobName(line.command)
      const count = (taken.get(plain) ?? 0) + 1
      taken.set(plain, count)
      const name = count === 1 ? plain : jobName([...line.command, String(count)])
      return {name, manifest: manifest(name, line, firing, image)}
    }),
  )
}

/**
 * `ingest-x-posts-token-primary`; a long one is cut and gets a digest of the whole, so that two never meet.
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

function manifest(name: string, line: ScheduledLine, firing: Schedule, image: string): object {
  const gapSeconds = shortestGapSeconds(line.schedules)
  const labels = {'app.kubernetes.io/name': 'fin', 'app.kubernetes.io/component': line.job.slice(0, 63)}
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {name, labels, annotations: {'fin/summary': line.summary}},
    spec: {
      schedule: firing.cron,
      timeZone: firing.zone,
      concurrencyPolicy: 'Forbid',
      // how late a start still counts: not at all late where nothing is made up for, else until the next
      // firing
      startingDeadlineSeconds:
        firing.catchUp === 'none' ? Math.min(120, gapSeconds) : Math.min(gapSeconds, 24 * hourSeconds),
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: {labels},
        spec: {
          // a run never holds up the next one
          activeDeadlineSeconds: Math.min(gapSeconds, 4 * hourSeconds),
          ttlSecondsAfterFinished: 3 * 24 * hourSeconds,
          backoffLimit: 2,
          // fin's own exit codes are final: 1 has said what failed, 2 needs a person. Only a pod that was
          // lost is started again.
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

function pod(line: ScheduledLine, image: string): object {
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // longer than fin takes to put away what it has in hand
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
 * Between two firings of one command line, in a year that is fixed, so that the same schedule always renders
 * alike.
 */
function shortestGapSeconds(firings: readonly Schedule[]): number {
  const instants = nextScheduledRuns(firings, new Date(Date.UTC(2026, 0, 1)), 500).map(
    ({at}) => at.getTime() / 1000,
  )
  const gaps = instants
    .slice(1)
    .map((at, index) => at - (instants[index] ?? at))
    .filter((gap) => gap > 0)
  return Math.min(24 * hourSeconds, ...gaps)
}
