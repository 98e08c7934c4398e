import { Complex } from '../../go/complex.ts'
import { Int } from '../../go/int.ts'
import { sortedKeys } from '../../go/utf8.ts'
import { FunctionError } from '../errors.ts'
import {
  elementType,
  GoFunction,
  type GoMap,
  isList,
  isMap,
  type List,
  nilMark,
  StructValue,
  typeName,
  type Value,
} from '../value.ts'
import { type Flags, pad, truncate } from './flags.ts'
import { bounded } from './plain.ts'
import { formatBool, formatComplex, formatFloatVerb, formatInt, formatString } from './scalars.ts'

const maxDepth = 200

/** Formats a value by a verb of printf; `%!d(string=x)` and the like if its type doesn't have that verb. */
export function formatValue(value: Value, verb: string, flags: Flags): string {
  if (value === null || value === undefined)
    return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : badVerb(value, verb, flags)
  if (verb === 'w') return badVerb(value, verb, flags)
  return verb === 'T' ? pad(truncate(typeName(value), flags), flags) : format(value, verb, flags, 0)
}

function format(value: Value, verb: string, flags: Flags, depth: number): string {
  if (depth > maxDepth) throw new FunctionError(`can't print a value nested deeper than ${maxDepth} levels`)
  return scalar(value, verb, flags) ?? composite(value, verb, flags, depth) ?? badVerb(value, verb, flags)
}

function scalar(value: Value, verb: string, flags: Flags): string | undefined {
  if (typeof value === 'string') return formatString(value, verb, flags)
  if (typeof value === 'number') return formatFloatVerb(value, verb, flags)
  if (typeof value === 'boolean') return formatBool(value, verb, flags)
  const text = ownText(value, verb, flags)
  if (text !== undefined) return formatString(text, verb, flags)
  if (value instanceof Complex) return formatComplex(value, verb, flags)
  return value instanceof Int ? formatInt(value, verb, flags) : undefined
}

/** The result of a String method, which the verbs for strings use. */
function ownText(value: Value, verb: string, flags: Flags): string | undefined {
  if (flags.sharpV || !'vsxXq'.includes(verb)) return undefined
  if (value instanceof Int) return value.named?.text?.(value.value)
  return value instanceof StructValue ? value.text() : undefined
}

function composite(value: Value, verb: string, flags: Flags, depth: number): string | undefined {
  if (isList(value)) return list(value, verb, flags, depth)
  if (value instanceof StructValue) return struct(value, verb, flags, depth)
  if (isMap(value)) return map(value, verb, flags, depth)
  return value instanceof GoFunction && verb === 'v' ? pad(value.typeName, flags) : undefined
}

/** An element of a list, map or struct: nil is printed differently in `%#v`. */
function element(value: Value, type: string, verb: string, flags: Flags, depth: number): string {
  if (value === null || value === undefined) return flags.sharpV ? `${type}(nil)` : '<nil>'
  return format(value, verb, flags, depth + 1)
}

function list(value: List, verb: string, flags: Flags, depth: number): string {
  const type = typeName(value)
  if (flags.sharpV && value[nilMark]) return `${type}(nil)`
  const items = value.map((item) => element(item, elementType(type), verb, flags, depth))
  return bounded(flags.sharpV ? `${type}{${items.join(', ')}}` : `[${items.join(' ')}]`)
}

function map(value: GoMap, verb: string, flags: Flags, depth: number): string {
  const type = typeName(value)
  if (flags.sharpV && value[nilMark]) return `${type}(nil)`
  const items = sortedKeys(value).map(
    (key) => `${format(key, verb, flags, depth + 1)}:${element(value[key], elementType(type), verb, flags, depth)}`,
  )
  return bounded(flags.sharpV ? `${type}{${items.join(', ')}}` : `map[${items.join(' ')}]`)
}

function struct(value: StructValue, verb: string, flags: Flags, depth: number): string {
  const type = value.typeName.replace(/^\*/, '')
  const pointer = value.typeName.startsWith('*') ? '&' : ''
  if (value.isNil()) return flags.sharpV ? `(${value.typeName})(nil)` : pad('<nil>', flags)
  const named = flags.plusV || flags.sharpV
  const items = value
    .fieldNames()
    .map((name) => (named ? `${name}:` : '') + element(value.field(name), 'interface {}', verb, flags, depth))
  return bounded(flags.sharpV ? `${pointer}${type}{${items.join(', ')}}` : `${pointer}{${items.join(' ')}}`)
}

function badVerb(value: Value, verb: string, flags: Flags): string {
  if (value === null || value === undefined) return `%!${verb}(<nil>)`
  return `%!${verb}(${typeName(value)}=${format(value, 'v', flags, 0)})`
}
