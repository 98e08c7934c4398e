import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import type { Extension, Text } from '@codemirror/state'
import type { NameHint } from '../src/playground/types.ts'

/** The names that an editor completes: those below `annotations:` and `labels:` of workloads, or all keys. */
export type NamesOf = 'pods' | 'namespace label' | 'namespace annotation'

/** Completes the names of annotations and labels. The Tab key is left to the browser; Ctrl-Space opens the list. */
export function nameCompletion(namesOf: NamesOf, hints: () => readonly NameHint[]): Extension {
  const source = (context: CompletionContext): CompletionResult | null => {
    const { state, pos, explicit } = context
    const line = state.doc.lineAt(pos)
    const before = state.sliceDoc(line.from, pos)
    const typed = /^\s*([\w./-]*)$/.exec(before)?.[1]
    if (typed === undefined || (typed === '' && !explicit)) return null
    const of = namesOf === 'pods' ? kindAt(state.doc, line.number, before.length - typed.length) : namesOf
    const hasValue = /^[\w./-]*:/.test(line.text.slice(before.length))
    const options = hints().filter((hint) => hint.of === of)
    if (options.length === 0) return null
    return {
      from: pos - typed.length,
      options: options.map(({ name, text, example }) => ({
        label: name,
        type: 'property',
        info: example === '' || example.includes('\n') ? text : `${text} For example ${example}`,
        apply: hasValue ? name : `${name}: `,
      })),
      validFor: /^[\w./-]*$/,
    }
  }
  return autocompletion({ override: [source], icons: false })
}

const parents: Readonly<Record<string, NameHint['of']>> = { annotations: 'pod annotation', labels: 'pod label' }

/** The kind of a line's keys, by the nearest less indented line above. */
function kindAt(text: Text, number: number, indent: number): NameHint['of'] | undefined {
  for (let above = number - 1; above >= 1; above -= 1) {
    const line = text.line(above).text
    const own = line.search(/[^\s]/)
    if (own >= 0 && own < indent && !line.startsWith('#', own)) {
      const key = /^\s*(\w+):\s*(?:#.*)?$/.exec(line)?.[1] ?? ''
      return Object.hasOwn(parents, key) ? parents[key] : undefined
    }
  }
  return undefined
}
