/** Renders the generated files, compares them with those on disk, and writes the differences. */
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {stringify} from 'yaml'
import {NeedsPerson} from '../errors.js'
import {cronJobs} from './cronjob.js'
import {renderCrontab} from './crontab.js'
import type {LoadedLine} from './lines.js'
import {networkPolicy} from './network-policy.js'

const crontabFile = 'crontab/fin.crontab'
const manifestFolder = 'k8s/cronjobs'
const policyFile = 'k8s/network-policy.yaml'
const generated = '# Generated from the schedules of the jobs: fin schedule render. Do not edit.\n'

/** `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`, the reference of a container image. */
const imageName =
  /^(?:(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?\/)?[a-z0-9][a-z0-9._/-]*(?::\w[\w.-]*)?(?:@[a-z0-9]+:[0-9a-f]+)?$/

/** Path below the package root -> text. */
export type Rendered = ReadonlyMap<string, string>

export function renderAll(lines: readonly LoadedLine[], image: string): Rendered {
  return new Map([
    [crontabFile, renderCrontab(lines)],
    [policyFile, yaml(networkPolicy())],
    ...cronJobs(lines, image).map(
      ({name, manifest}) => [`${manifestFolder}/${name}.yaml`, yaml(manifest)] as const,
    ),
  ])
}

/** The image of the CronJobs: that of the flag --image, else `fin` with this version. Throws NeedsPerson. */
export function imageFrom(given: string | undefined, version: string): string {
  if (given === undefined) return `fin:${version}`
  if (imageName.test(given)) return given
  throw new NeedsPerson(`--image is ${JSON.stringify(given)}, which is not the name of an image`, {
    nextStep: `Write it as registry.example.com/fin:${version}.`,
  })
}

/** The next step after files that differ; it keeps an image that a person chose. */
export function renderAgain(given: string | undefined, version: string): string {
  return given === undefined
    ? `Run: fin schedule render. If the CronJobs use another image than fin:${version}, add --image NAME, also to the check.`
    : `Run: fin schedule render --image ${given}`
}

function yaml(manifest: object): string {
  return `${generated}${stringify(manifest, {lineWidth: 0, aliasDuplicateObjects: false})}`
}

export interface Difference {
  file: string
  /** `stale`: generated for a job that is no longer scheduled. */
  is: 'missing' | 'different' | 'stale'
}

/** The changes that `render` would make below `root`. */
export function differences(rendered: Rendered, root: string): Difference[] {
  const found: Difference[] = []
  for (const [file, text] of rendered) {
    if (!existsSync(join(root, file))) found.push({file, is: 'missing'})
    else if (readFileSync(join(root, file), 'utf8') !== text) found.push({file, is: 'different'})
  }
  const stale = manifestsOfOthers(rendered, root).filter((file) => isGenerated(join(root, file)))
  return [...found, ...stale.map((file) => ({file, is: 'stale' as const}))]
}

/** The manifests below `root` that fin did not write; they are neither deleted nor reported as stale. */
export function foreignFiles(rendered: Rendered, root: string): string[] {
  return manifestsOfOthers(rendered, root).filter((file) => !isGenerated(join(root, file)))
}

/** The manifests below `root` that belong to no current schedule. */
function manifestsOfOthers(rendered: Rendered, root: string): string[] {
  const folder = join(root, manifestFolder)
  if (!existsSync(folder)) return []
  return readdirSync(folder, {withFileTypes: true})
    .filter((entry) => entry.name.endsWith('.yaml') && !entry.isDirectory())
    .map(({name}) => `${manifestFolder}/${name}`)
    .filter((file) => !rendered.has(file))
}

/** True for a file with the header of generated files. A link that leads nowhere is not such a file. */
function isGenerated(path: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8').startsWith(generated)
}

/** Writes the files that differ and removes stale ones, which fin wrote itself. */
export function writeRendered(rendered: Rendered, root: string): Difference[] {
  const changes = differences(rendered, root)
  for (const {file, is} of changes) {
    const path = join(root, file)
    if (is === 'stale') rmSync(path)
    else {
      mkdirSync(dirname(path), {recursive: true})
      writeFileSync(path, rendered.get(file) ?? '')
    }
  }
  return changes
}
