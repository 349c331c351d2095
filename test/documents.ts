/** The content of the documents: links, paths and files in fenced blocks. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from './paths.js'
import {filesBelow} from './sources.js'

/**
 * README.md, CONTRIBUTING.md, SECURITY.md and every Markdown file below docs/, as paths from the root of the
 * repository.
 */
export function documents(): string[] {
  return [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...filesBelow('docs').filter((file) => file.endsWith('.md')),
  ]
}

export function textOf(document: string): string {
  return readFileSync(join(root, document), 'utf8')
}

export interface Block {
  /** Language after the opening fence: 'ts', 'sh'. */
  language: string
  text: string
  /** The file that the line before the block names, alone in backquotes and followed by a colon: `a/b.ts`: */
  file: string | undefined
}

/** The fenced blocks of a document, in order. */
export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/(?:^`([^`\n]+)`:?\n\n?)?^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, file, language = '', body = '']) => ({language, text: body, file}),
  )
}

/** A text without its fenced blocks. */
export function proseOf(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '')
}

/** Anchors of the headings, as GitHub builds them. */
export function anchorsOf(text: string): Set<string> {
  return new Set(
    [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
