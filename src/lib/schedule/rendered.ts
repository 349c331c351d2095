/** Renders the generated files, compares them with those on disk, and writes the differences. */
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {stringify} from 'yaml'
import {cronJobs} from './cronjob.js'
import {renderCrontab} from './crontab.js'
import type {LoadedLine} from './lines.js'
import {networkPolicy} from './network-policy.js'

const crontabFile = 'crontab/fin.crontab'
const manifestFolder = 'k8s/cronjobs'
const policyFile = 'k8s/network-policy.yaml'
const generated = '# Generated from the schedules of the jobs: fin schedule render. Do not edit.\n'

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
  const folder = join(root, manifestFolder)
  const there = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => `${manifestFolder}/${file}`)
    : []
  return [
    ...found,
    ...there.filter((file) => !rendered.has(file)).map((file) => ({file, is: 'stale' as const})),
  ]
}

/** Writes the files that differ and removes stale ones. */
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
