import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {CronJob} from 'kubernetes-models/batch/v1/CronJob'
import {parse} from 'yaml'
import {root} from '../paths.js'
import {fin} from '../servers/fin.js'

const folder = join(root, 'k8s/cronjobs')

test('the committed crontab and manifests match the schedules of the jobs, and no runs clash', async () => {
  const {code, stdout, stderr} = await fin(['schedule', 'check', '--json'])
  assert.equal(code, 0, stderr)
  assert.match(
    stderr,
    /\d+ command lines are scheduled; the generated files are current, no schedules clash, the requests fit each quota/,
  )
  const reserved = JSON.parse(stdout) as {provider: string; fits: boolean}[]
  assert.ok(reserved.some(({provider}) => provider === 'coingecko'))
  assert.ok(reserved.every(({fits}) => fits))
})

test('every committed manifest is valid against the schemas of Kubernetes', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  assert.ok(files.length >= 10)
  for (const file of files)
    new CronJob(
      parse(readFileSync(join(folder, file), 'utf8')) as ConstructorParameters<typeof CronJob>[0],
    ).validate()
})

test('every scheduled job has a line in the crontab and a manifest', async () => {
  const {code, stdout, stderr} = await fin(['schedule', 'list', '--json'], {
    env: {FIN_TIME_ZONE: 'Asia/Seoul'},
  })
  assert.equal(code, 0, stderr)
  const listed = JSON.parse(stdout) as {unit: string; command: string; next_utc: string; here: string}[]
  assert.ok(listed.some(({unit, command}) => unit === 'cpi' && command === 'fin ingest cpi'))
  const crontab = readFileSync(join(root, 'crontab/fin.crontab'), 'utf8')
  const manifests = readdirSync(folder).map(
    (file) => parse(readFileSync(join(folder, file), 'utf8')) as {metadata: {labels: Record<string, string>}},
  )
  for (const {unit, command, next_utc, here} of listed) {
    assert.ok(crontab.includes(`# ${unit}: `) && crontab.includes(` ${command} `), unit)
    assert.ok(
      manifests.some(({metadata}) => metadata.labels['app.kubernetes.io/component'] === unit),
      unit,
    )
    assert.match(next_utc, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/)
    assert.equal(here, 'Asia/Seoul')
  }
})

test('render --check writes nothing and reports the differences', async () => {
  const before = readFileSync(join(folder, 'ingest-cpi.yaml'), 'utf8')
  const {code, stdout, stderr} = await fin([
    'schedule',
    'render',
    '--check',
    '--image',
    'registry.example/other:1',
  ])
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /k8s\/cronjobs\/ingest-cpi\.yaml is different/)
  assert.match(stderr, /Run: fin schedule render --image registry\.example\/other:1\n/)
  assert.equal(readFileSync(join(folder, 'ingest-cpi.yaml'), 'utf8'), before)
})
