import assert from 'node:assert/strict'
import {test} from 'node:test'
import {CronJob as KubernetesCronJob} from 'kubernetes-models/batch/v1/CronJob'
import {NetworkPolicy} from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import {parse} from 'yaml'
import {cronJobs, jobName} from '../../src/lib/schedule/cronjob.js'
import {renderAll} from '../../src/lib/schedule/rendered.js'
import {loadLines} from '../../src/lib/schedule/lines.js'
import {collector, command, counted, scheduledAt, keyless, manyLines} from './lines.js'

type Manifest = ConstructorParameters<typeof KubernetesCronJob>[0]

async function manifests(): Promise<NonNullable<Manifest>[]> {
  const rendered = renderAll(await manyLines(), 'registry.example/fin:1.2.3')
  return [...rendered]
    .filter(([file]) => file.startsWith('k8s/cronjobs/'))
    .map(([, text]) => parse(text) as NonNullable<Manifest>)
}

async function one(...commands: Parameters<typeof loadLines>[0]): Promise<NonNullable<Manifest>> {
  const [job] = cronJobs(await loadLines(commands), 'fin:1')
  assert.ok(job)
  return job.manifest as NonNullable<Manifest>
}

const podOf = (manifest: Manifest) => manifest?.spec?.jobTemplate.spec?.template.spec ?? assert.fail('no pod')
const envOf = (manifest: Manifest) => podOf(manifest).containers[0]?.env ?? []

test('every manifest is valid against the schemas of Kubernetes', async () => {
  const all = await manifests()
  assert.equal(all.length, 19)
  for (const manifest of all) new KubernetesCronJob(manifest).validate()
})

test('the schemas refuse invalid manifests, so that the test above means something', async () => {
  const manifest = structuredClone((await manifests())[0]) as {
    spec: {concurrencyPolicy: string; startingDeadlineSeconds: unknown}
  }
  manifest.spec.startingDeadlineSeconds = 'soon'
  assert.throws(() => {
    new KubernetesCronJob(manifest as never).validate()
  })
})

test('a manifest allows one run at a time, with deadlines, a short history, and a zone', async () => {
  for (const {spec} of await manifests()) {
    assert.equal(spec?.concurrencyPolicy, 'Forbid')
    assert.match(spec.timeZone ?? '', /^(UTC|\w+\/\w+)$/)
    assert.ok((spec.startingDeadlineSeconds ?? 0) >= 60 && (spec.startingDeadlineSeconds ?? 0) <= 86_400)
    assert.equal(spec.successfulJobsHistoryLimit, 1)
    assert.equal(spec.failedJobsHistoryLimit, 3)
    const job = spec.jobTemplate.spec
    assert.ok((job?.activeDeadlineSeconds ?? 0) >= 60 && (job?.activeDeadlineSeconds ?? 0) <= 4 * 3600)
    assert.equal(job?.backoffLimit, 2)
    assert.deepEqual(
      job?.podFailurePolicy?.rules[0]?.onExitCodes?.values,
      [1, 2],
      'an exit that fin chose is not tried again',
    )
  }
})

test('an image may be named by its digest', async () => {
  const image = `registry.example:5000/fin@sha256:${'0123456789abcdef'.repeat(4)}`
  for (const [file, text] of renderAll(await manyLines(), image)) {
    if (!file.startsWith('k8s/cronjobs/')) continue
    const manifest = parse(text) as NonNullable<Manifest>
    new KubernetesCronJob(manifest).validate()
    assert.equal(podOf(manifest).containers[0]?.image, image)
  }
})

test('a network policy covers every pod: it may look up names and reach providers and servers, and serves nobody', async () => {
  const rendered = renderAll(await manyLines(), 'fin:1')
  const policy = parse(rendered.get('k8s/network-policy.yaml') ?? '') as NonNullable<
    ConstructorParameters<typeof NetworkPolicy>[0]
  >
  new NetworkPolicy(policy).validate()
  const {podSelector, policyTypes, ingress, egress} = policy.spec!
  for (const manifest of await manifests()) {
    const {labels} = manifest.spec!.jobTemplate.spec!.template.metadata!
    for (const [name, value] of Object.entries(podSelector?.matchLabels ?? assert.fail('every pod')))
      assert.equal(labels?.[name], value)
  }
  assert.deepEqual([policyTypes, ingress], [['Ingress', 'Egress'], []])
  const allowed = egress!.flatMap(({ports = []}) => ports.map(({protocol, port}) => `${protocol} ${port}`))
  assert.deepEqual(allowed, ['UDP 53', 'TCP 53', 'TCP 443', 'TCP 5432', 'TCP 6432', 'TCP 6379', 'TCP 9092'])
})

test('a container has no rights beyond its work', async () => {
  for (const manifest of await manifests()) {
    const pod = podOf(manifest)
    assert.equal(pod.restartPolicy, 'Never')
    assert.equal(pod.automountServiceAccountToken, false)
    assert.equal(pod.securityContext?.runAsNonRoot, true)
    assert.ok((pod.securityContext?.runAsUser ?? 0) > 0)
    assert.equal(pod.securityContext?.seccompProfile?.type, 'RuntimeDefault')
    assert.equal(pod.containers.length, 1)
    for (const container of pod.containers) {
      assert.equal(container.image, 'registry.example/fin:1.2.3')
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: {drop: ['ALL']},
      })
      assert.ok(
        container.resources?.requests?.['cpu'] &&
          container.resources.requests['memory'] &&
          container.resources.limits?.['cpu'] &&
          container.resources.limits['memory'],
      )
      assert.deepEqual(container.volumeMounts, [{name: 'tmp', mountPath: '/tmp'}])
    }
    assert.ok(pod.volumes?.[0]?.emptyDir)
  }
})

test('the schedule keeps its zone; the start deadline follows the catch-up policy', async () => {
  const weekly = await one(collector('cpi', [scheduledAt('0 15 * * 1', 'America/New_York')]))
  assert.equal(weekly.spec?.schedule, '0 15 * * 1')
  assert.equal(weekly.spec.timeZone, 'America/New_York')
  assert.equal(weekly.spec.startingDeadlineSeconds, 86_400)
  assert.equal(weekly.spec.jobTemplate.spec?.activeDeadlineSeconds, 4 * 3600)
  const hourly = await one(collector('posts', [scheduledAt('0 * * * *')]))
  assert.equal(hourly.spec?.startingDeadlineSeconds, 3600)
  assert.equal(hourly.spec.jobTemplate.spec?.activeDeadlineSeconds, 3600)
  const none = await one(collector('prices', [scheduledAt('*/10 * * * *', 'UTC', {catchUp: 'none'})]))
  assert.equal(none.spec?.startingDeadlineSeconds, 120)
})

test('a pod gets only the variables of its provider, from one Secret', async () => {
  const names = (manifest: Manifest) => envOf(manifest).map(({name}) => name)
  const fixed = ['FIN_EMBEDDED', 'HOME', 'TZ', 'DATABASE_URL', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']
  const cpi = await one(collector('cpi', [scheduledAt('0 1 * * *')]))
  assert.deepEqual(names(cpi), [
    ...fixed,
    'COUNTED_API_KEY_1',
    'COUNTED_API_KEY_NEWS',
    'COUNTED_REQUESTS_PER_DAY',
  ])
  assert.equal(envOf(cpi)[0]?.value, 'never')
  for (const {name, value, valueFrom} of envOf(cpi)) {
    if (value !== undefined) continue
    assert.deepEqual(valueFrom, {
      secretKeyRef: {name: 'fin', key: name, ...(name === 'DATABASE_URL' ? {} : {optional: true})},
    })
  }
  const contacted = {...keyless, headers: {'user-agent': 'fin ({contact})'}}
  const contact = await one(
    collector('members', [scheduledAt('0 1 * * *')], {sources: {contacted: {provider: contacted}}}),
  )
  assert.deepEqual(names(contact), [...fixed, 'FIN_CONTACT'])
  const sources = {keyless: {provider: keyless}, counted: {provider: counted}}
  assert.deepEqual(names(await one(collector('tickers', [scheduledAt('0 1 * * *')], {sources}))), fixed)
  const other = await one(
    collector('tickers', [scheduledAt('0 1 * * *', 'UTC', {args: ['--provider', 'counted']})], {sources}),
  )
  assert.ok(names(other).includes('COUNTED_API_KEY_1'))
  assert.deepEqual(
    names(
      await one(
        command('map:pairs', {mapper: {name: 'pairs', summary: '', schedule: [scheduledAt('0 1 * * *')]}}),
      ),
    ),
    fixed,
  )
  assert.deepEqual(
    names(
      await one(
        command('cache:sp500', {cache: {name: 'sp500', summary: '', schedule: [scheduledAt('0 1 * * *')]}}),
      ),
    ),
    [...fixed, 'REDIS_URL'],
  )
  assert.deepEqual(
    names(
      await one(
        command('notify:weekly', {summary: '', schedule: [scheduledAt('0 1 * * *')], needs: ['SMTP_URL']}),
      ),
    ),
    [...fixed, 'SMTP_URL'],
  )
})

test('names are unique DNS labels of at most 52 characters, and each file has the name of its manifest', async () => {
  const rendered = renderAll(await manyLines(), 'fin:1')
  const names = [...rendered]
    .filter(([file]) => file.startsWith('k8s/cronjobs/'))
    .map(([file, text]) => {
      const name = (parse(text) as {metadata: {name: string}}).metadata.name
      assert.equal(file, `k8s/cronjobs/${name}.yaml`)
      return name
    })
  assert.equal(new Set(names).size, names.length)
  assert.ok(
    names.includes('ingest-grouped-token-primary') &&
      names.includes('ingest-twice') &&
      names.includes('ingest-twice-2'),
  )
  const long = ['ingest', 'a-name-that-goes-on-and-on', '--target', 'ONE_THING', '--target', 'ANOTHER_THING']
  for (const name of [...names, jobName(long), jobName([...long, 'x'])])
    assert.match(name, /^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/)
  assert.notEqual(jobName(long), jobName([...long, 'x']))
})

test('the container runs the command line of the schedule', async () => {
  const manifest = await one(
    collector('x-posts', [scheduledAt('0 2 * * *', 'UTC', {args: ['--token', 'primary']})]),
  )
  assert.deepEqual(podOf(manifest).containers[0]?.args, ['ingest', 'x-posts', '--token', 'primary'])
})
