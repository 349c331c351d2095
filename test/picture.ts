/** The folders of src/ and what they import, as a Mermaid graph. */
import type {Source} from './sources.js'

/** 'commands' for src/commands/**, 'lib/run' for src/lib/run/**; undefined for a file directly in src/lib. */
function folderOf(file: string): string | undefined {
  const [, top = '', below = '', ...rest] = file.split('/')
  if (top !== 'lib') return top
  return rest.length === 0 ? undefined : `${top}/${below}`
}

/**
 * Folder -> folders that its code loads, sorted. Imports of types do not count, and neither do the files
 * directly in src/lib.
 */
function foldersLoaded(all: Iterable<Source>): Map<string, Set<string>> {
  const loaded = new Map<string, Set<string>>()
  for (const {file, imports} of all) {
    const from = folderOf(file)
    if (from === undefined) continue
    const to = loaded.get(from) ?? new Set()
    loaded.set(from, to)
    for (const one of imports) {
      const target = one.ours && !one.typesOnly ? folderOf(one.to) : undefined
      if (target !== undefined && target !== from) to.add(target)
    }
  }
  return new Map([...loaded].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Every folder that each folder can reach; itself only if folders import one another. */
function reachable(loaded: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  return new Map(
    [...loaded.keys()].map((from) => {
      const seen = new Set<string>()
      const next = [...(loaded.get(from) ?? [])]
      for (let at = next.pop(); at !== undefined; at = next.pop()) {
        if (seen.has(at)) continue
        seen.add(at)
        next.push(...(loaded.get(at) ?? []))
      }
      return [from, seen]
    }),
  )
}

/**
 * The Mermaid source, without a fence. It omits arrows that follow from others: if A imports B and B imports
 * C, no arrow goes from A to C.
 */
export function picture(all: Iterable<Source>): string {
  const loaded = foldersLoaded(all)
  const reach = reachable(loaded)
  const leads = (from: string, to: string) => reach.get(from)?.has(to) ?? false
  const folders = [...loaded.keys()]
  const arrows = folders.flatMap((from) =>
    [...loaded.get(from)!]
      .sort()
      .filter(
        (to) =>
          !folders.some((via) => leads(from, via) && leads(via, to) && !leads(via, from) && !leads(to, via)),
      )
      .map((to) => `  ${idOf(from)} --> ${idOf(to)}`),
  )
  return ['flowchart TD', ...folders.map((folder) => `  ${idOf(folder)}["${folder}"]`), ...arrows].join('\n')
}

function idOf(folder: string): string {
  return folder.replaceAll(/\W/g, '_')
}
