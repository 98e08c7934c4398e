import fc from 'fast-check'
import type { YamlValue } from '../../../src/lang/yaml/value.ts'
import { writeYaml } from '../../../src/lang/yaml/write.ts'

/** How a value is laid out as block YAML. Not every layout is right for every value: the readers must agree on the wrong ones too. */
export interface Layout {
  readonly indent: number
  /** Whether lists stand deeper than their key. */
  readonly deepLists: boolean
  readonly quotes: 'needed' | 'double' | 'single' | 'none'
  /** How deep values go before they are written in brackets. */
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

/** A value in a layout, line breaks at the end included. */
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
  const lines = Object.entries(value).map(([key, one]) => {
    const inner = Array.isArray(one) && !layout.deepLists ? column : column + layout.indent
    return `${margin}${quoted(key, layout)}:${block(one, inner, depth + 1, layout)}`
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
    return `[${value.map((one) => scalarOrFlow(one, 0, { ...layout, blocks: 'none' })).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const flat = { ...layout, blocks: 'none' } as const
    return `{${Object.entries(value).map(([key, one]) => `${quoted(key, layout)}: ${scalarOrFlow(one, 0, flat)}`)}}`
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
