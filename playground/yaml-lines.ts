import { bracketMatching, foldService, indentService, indentUnit } from '@codemirror/language'
import { EditorState, type Extension, RangeSetBuilder, type Text } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import { type Token, tokensOf } from './line-tokens.ts'

/**
 * Line-based YAML support: colours, folding by indentation, and indentation of new lines. A grammar takes tens of milliseconds to
 * reparse a long document while someone types; this parses only the visible part.
 */
export function yamlLines(): Extension {
  return [
    lineColours,
    indentUnit.of('  '),
    bracketMatching(),
    indentService.of(({ state }, position) => indentBehind(state.doc, position)),
    foldService.of((state, from) => foldFrom(state.doc, from)),
    EditorState.languageData.of(() => [{ commentTokens: { line: '#' } }]),
  ]
}

// Very long lines aren't parsed.
const maxColouredLength = 10_000

const colours: Readonly<Record<Token['kind'], Decoration>> = {
  key: Decoration.mark({ class: 'token-key' }),
  text: Decoration.mark({ class: 'token-text' }),
  number: Decoration.mark({ class: 'token-number' }),
  comment: Decoration.mark({ class: 'token-comment' }),
  mark: Decoration.mark({ class: 'token-mark' }),
}

/** The colours of the visible lines. */
export const lineColours: Extension = [
  ViewPlugin.define(
    (view) => {
      const plugin = {
        decorations: coloursInSight(view),
        update: (update: ViewUpdate) => {
          if (update.docChanged || update.viewportChanged) plugin.decorations = coloursInSight(update.view)
        },
      }
      return plugin
    },
    { decorations: ({ decorations }) => decorations },
  ),
  EditorView.theme({
    '.token-key': { color: 'var(--code-key)' },
    '.token-text': { color: 'var(--code-text)' },
    '.token-number': { color: 'var(--code-number)' },
    '.token-comment': { color: 'var(--muted)', fontStyle: 'italic' },
    '.token-mark': { color: 'var(--code-mark)' },
  }),
]

function coloursInSight(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges) {
    for (let position = from; position <= to; ) {
      const line = view.state.doc.lineAt(position)
      const tokens = line.length < maxColouredLength ? tokensOf(line.text) : []
      for (const token of tokens) builder.add(line.from + token.from, line.from + token.to, colours[token.kind])
      position = line.to + 1
    }
  }
  return builder.finish()
}

/** Indents by two after a key without a value and after a block scalar's head; aligns the keys of list items. */
function indentBehind(text: Text, position: number): number {
  const line = text.lineAt(Math.max(position - 1, 0))
  const before = line.text.slice(0, Math.max(position - line.from, 0)).trimEnd()
  const [lead = ''] = /^\s*(?:- +)*/.exec(before) ?? []
  const opens = /:(?:\s+[|>][-+\d]*)?$/.test(before)
  return lead.length + (opens ? 2 : 0)
}

function foldFrom(text: Text, from: number): { readonly from: number; readonly to: number } | null {
  const line = text.lineAt(from)
  const last = lastLines(text)[line.number - 1] ?? line.number
  return last <= line.number ? null : { from: line.to, to: text.line(last).to }
}

const known = new WeakMap<Text, readonly number[]>()

/** For each line, the last line of the more indented block that follows it; in one pass over the document. */
function lastLines(text: Text): readonly number[] {
  const found = known.get(text)
  if (found !== undefined) return found
  const last: number[] = []
  const open: { readonly number: number; readonly indent: number }[] = []
  let number = 0
  let filled = 0
  const close = (indent: number): void => {
    for (let top = open.at(-1); top !== undefined && top.indent >= indent; top = open.at(-1)) {
      last[top.number - 1] = filled
      open.pop()
    }
  }
  for (const line of text.iterLines()) {
    number += 1
    last.push(number)
    const indent = line.search(/\S/)
    if (indent < 0) continue
    // List items may have the same indentation as their key.
    close(line.startsWith('- ', indent) ? indent + 0.5 : indent)
    open.push({ number, indent: line.startsWith('- ', indent) ? indent + 0.5 : indent })
    filled = number
  }
  close(-1)
  known.set(text, last)
  return last
}
