import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join, normalize, relative} from 'node:path'
import ts from 'typescript'
import {root} from './paths.js'

export interface Import {
  /** Path from the repository root for our own files ('src/lib/parse.ts'), else the package's name. */
  to: string
  ours: boolean
  typesOnly: boolean
  /** `await import()`: loads the module only when it runs. */
  dynamic: boolean
}

export interface Source {
  /** Path from the repository root. */
  file: string
  text: string
  imports: Import[]
  /** Names that the file exports, without those of `export *`. */
  exports: string[]
  /** The text of every string and template, with its line. */
  strings: {text: string; line: number}[]
}

/** Every file below some folders of the repository, sorted; paths from its root. */
export function filesBelow(...folders: string[]): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), {recursive: true, withFileTypes: true})
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    )
    .sort()
}

/** Every TypeScript file of src/, parsed. */
export function sources(): Map<string, Source> {
  return new Map(
    filesBelow('src')
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [file, parse(file)]),
  )
}

function parse(file: string): Source {
  const text = readFileSync(join(root, file), 'utf8')
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true)
  const source: Source = {
    file,
    text,
    imports: [],
    exports: tree.statements.flatMap(exportedNames),
    strings: [],
  }
  const add = (specifier: ts.Expression | undefined, typesOnly: boolean, dynamic: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier))
      source.imports.push({...resolve(file, specifier.text), typesOnly, dynamic})
  }
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node), false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal as ts.Expression, true, false)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false, true)
    else if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) {
      source.strings.push({
        text: node.text,
        line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return source
}

function exportedNames(statement: ts.Statement): string[] {
  if (ts.isExportDeclaration(statement)) {
    const {exportClause: names} = statement
    return names && ts.isNamedExports(names) ? names.elements.map(({name}) => name.text) : []
  }
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({kind}) => kind === ts.SyntaxKind.ExportKeyword)
  if (!isExported) return []
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({name}) => name.getText())
  const {name} = statement as ts.DeclarationStatement
  return name === undefined ? [] : [name.getText()]
}

function importsTypesOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  return (
    !clause.name &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((one) => one.isTypeOnly)
  )
}

function resolve(from: string, specifier: string): {to: string; ours: boolean} {
  if (specifier.startsWith('.'))
    return {to: normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts'), ours: true}
  const parts = specifier.replace(/^node:/, 'node:').split('/')
  return {to: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'), ours: false}
}

/** Every package that is loaded together with `file`, with one path of files that leads to it. */
export function packagesLoadedBy(file: string, all: ReadonlyMap<string, Source>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const seen = new Set<string>()
  const walk = (at: string, path: string[]) => {
    if (seen.has(at)) return
    seen.add(at)
    for (const one of all.get(at)?.imports ?? []) {
      if (one.typesOnly || one.dynamic) continue
      if (one.ours) walk(one.to, [...path, one.to])
      else if (!found.has(one.to)) found.set(one.to, path)
    }
  }
  walk(file, [file])
  return found
}

/** Each chain of imports that ends at its first file, with imports of types and of code. */
export function importCycles(all: ReadonlyMap<string, Pick<Source, 'imports'>>): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const walk = (at: string, path: readonly string[]) => {
    if (path.includes(at)) return void cycles.push([...path.slice(path.indexOf(at)), at].join(' -> '))
    if (done.has(at)) return
    for (const {to, ours} of all.get(at)?.imports ?? []) if (ours) walk(to, [...path, at])
    done.add(at)
  }
  for (const file of all.keys()) walk(file, [])
  return cycles
}
