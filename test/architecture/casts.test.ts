import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

const files = ['src', 'playground'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
)

/** Where a file claims a type that the compiler can't see, without a comment on that line or the one before. */
function bareCasts(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line
  let commented: ReadonlySet<number> | undefined
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (isCast(node)) {
      commented ??= commentLines(source, lineOf)
      const first = lineOf(node.getStart(source))
      const last = lineOf(node.getEnd())
      const near = [first - 1, first, last - 1, last]
      if (!near.some((line) => commented?.has(line))) found.push(`${file}:${last + 1}: ${node.getText(source)}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isCast(node: ts.Node): boolean {
  if (ts.isAsExpression(node)) return !ts.isConstTypeReference(node.type)
  return ts.isNonNullExpression(node) || ts.isTypeAssertionExpression(node)
}

/** The lines on which a comment ends. */
function commentLines(source: ts.SourceFile, lineOf: (position: number) => number): ReadonlySet<number> {
  const lines = new Set<number>()
  const collect = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(source.text, node.getEnd()) ?? []),
    ]
    for (const { end } of ranges) lines.add(lineOf(end))
    for (const child of node.getChildren(source)) collect(child)
  }
  collect(source)
  return lines
}

test.each([
  ['const a = b as C', 1],
  ['const a = b!', 1],
  ['const a = <C>b', 1],
  ['// Why.\nconst a = b as C', 0],
  ['const a = b as C // Why.', 0],
  ['// Why.\n\nconst a = b as C', 1],
  ["const a = 'https://b' as C", 1],
  ['/** What. */\nfunction f(b: B) {\n  const d = b\n  return d as C\n}', 1],
  ['const a = [b] as const', 0],
  ["import { a as b } from 'c'", 0],
])('%j has %i casts without a reason', (text, count) => {
  expect(bareCasts('a.ts', text)).toHaveLength(count)
})

test('every cast says why it is true', () => {
  expect(files.length).toBeGreaterThan(400)
  expect(files.flatMap((file) => bareCasts(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
})
