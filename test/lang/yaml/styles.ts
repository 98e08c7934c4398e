import fc from 'fast-check'
import type { YamlValue } from '../../../src/lang/yaml/value.ts'
import { writeYaml } from '../../../src/lang/yaml/write.ts'

/** The layout of a value as block YAML. Some are invalid for some values: the readers must agree on these too. */
export interface Layout {
  readonly indent: number
  /** Whether lists are indented below their key. */
  readonly deepLists: boolean
  readonly quotes: 'needed' | 'double' | 'single' | 'none'
  /** The depth from which values are written in brackets. */
  readonly flowFrom: number
  readonly blocks: '|' | '|-' | '|+' | '>' | '>-' | '|2' | 'none'
  readonly comments: boolean
  readonly marker: boolean
}

export const layouts: fc.Arbitrary<Layout> = fc.record({
  indent: fc.constantFrom(1, 2, 2, 2, 3, 4),
  deepLists: fc.boolean(),
  quotes: fc.constantFrom('needed', 'needed', 'double', 'single', 'none'),
  flowFrom: fc.constantFrom(1, 2, 3, 9, 9),
  blocks: fc.constantFrom('|', '|-', '|+', '>', '>-', '|2', 'none'),
  comments: fc.boolean(),
  marker: fc.boolean(),
})

/** Writes a value in a layout, including line breaks at the end. */
export function layOut(value: YamlValue, layout: Layout): string {
  return `${layout.marker ? '---\n' : ''}${block(value, 0, 0, layout).replace(/^\n/, '')}\n`
}

function block(value: YamlValue, column: number, depth: number, layout: Layout): string {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  if (typeof value !== 'object' || value === null || isEmpty || depth >= layout.flowFrom) {
    return ` ${scalarOrFlow(value, column, layout)}${layout.comments && depth % 2 === 1 ? '  # note' : ''}`
  }
  const lead = `${layout.comments && depth === 1 ? '\n\n# note: more' : ''}\n`
  const margin = ' '.repeat(column)
  if (Array.isArray(value))
    return lead + value.map((item) => `${margin}-${listItem(item, column, depth, layout)}`).join('\n')
  const lines = Object.entries(value).map(([key, child]) => {
    const inner = Array.isArray(child) && !layout.deepLists ? column : column + layout.indent
    return `${margin}${quoted(key, layout)}:${block(child, inner, depth + 1, layout)}`
  })
  return lead + lines.join('\n')
}

/** A mapping or list in a list begins on the line of its dash. */
function listItem(value: YamlValue, column: number, depth: number, layout: Layout): string {
  const text = block(value, column + layout.indent, depth + 1, layout)
  const spaces = ' '.repeat(layout.indent - 1)
  return text.startsWith('\n') && !text.startsWith('\n\n') ? spaces + text.slice(1 + column + layout.indent) : text
}

function scalarOrFlow(value: YamlValue, column: number, layout: Layout): string {
  if (Array.isArray(value))
    return `[${value.map((item) => scalarOrFlow(item, 0, { ...layout, blocks: 'none' })).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const flat = { ...layout, blocks: 'none' } as const
    return `{${Object.entries(value).map(([key, child]) => `${quoted(key, layout)}: ${scalarOrFlow(child, 0, flat)}`)}}`
  }
  if (typeof value !== 'string') return String(value)
  if (value.includes('\n') && layout.blocks !== 'none') {
    const lines = value.split('\n').map((line) => (line === '' ? '' : ' '.repeat(Math.max(column, 1)) + line))
    return `${layout.blocks}\n${lines.join('\n')}`
  }
  return quoted(value, layout)
}

function quoted(text: string, layout: Layout): string {
  if (layout.quotes === 'double') return JSON.stringify(text)
  if (layout.quotes === 'single') return `'${text.replaceAll("'", "''")}'`
  if (layout.quotes === 'none') return text
  const written = writeYaml(text).trimEnd()
  return written.includes('\n') ? JSON.stringify(text) : written
}
