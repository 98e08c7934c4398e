import { Int, intOf } from '../go/int.ts'
import type { Operand } from './ast.ts'
import { fail, type Site } from './state.ts'
import type { ParamType } from './value.ts'
import { goType, isList, isMap, nilList, nilMap, StructValue, typeName, type Value } from './value.ts'

/** An argument doesn't fit a parameter; the reason is in Go's words. */
export class Mismatch {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** Checks a value against a parameter's type and converts it for the function. */
export type Converter = (value: Value) => unknown

/** Go's names of the parameter types. */
const goNames: Readonly<Record<ParamType, string>> = {
  string: 'string',
  bool: 'bool',
  float64: 'float64',
  int: 'int',
  int64: 'int64',
  any: 'interface {}',
  value: 'reflect.Value',
  list: '[]interface {}',
  strings: '[]string',
  map: 'map[string]interface {}',
  stringMap: 'map[string]string',
  struct: 'struct',
}

export const converters: Readonly<Record<ParamType, Converter>> = {
  any: (value) => (value === undefined ? null : value),
  value: (value) => value,
  string: (value) => (typeof value === 'string' ? value : mismatch(value, 'string')),
  bool: (value) => (typeof value === 'boolean' ? value : mismatch(value, 'bool')),
  float64: (value) => (typeof value === 'number' ? value : mismatch(value, 'float64')),
  int: (value) => (isInt(value, 'int') ? Number(value.value) : mismatch(value, 'int')),
  int64: (value) => (isInt(value, 'int64') ? value.value : mismatch(value, 'int64')),
  list: (value) => {
    if (isList(value) && value[goType] === undefined) return value
    return value === undefined ? nilList() : mismatch(value, 'list')
  },
  strings: (value) => {
    if (isList(value) && value[goType] === '[]string') return value
    return value === undefined ? nilList('[]string') : mismatch(value, 'strings')
  },
  map: (value) => {
    if (isMap(value) && value[goType] === undefined) return value
    return value === undefined ? nilMap() : mismatch(value, 'map')
  },
  stringMap: (value) => {
    if (isMap(value) && value[goType] === 'map[string]string') return value
    return value === undefined ? nilMap('map[string]string') : mismatch(value, 'stringMap')
  },
  struct: (value) => (value instanceof StructValue ? value : mismatch(value, 'struct')),
}

/** Converts a value to a parameter's type; fails at `site` if it doesn't fit. */
export function convertAt(site: Site, type: ParamType, value: Value): unknown {
  const converted = converters[type](value)
  return converted instanceof Mismatch ? fail(site, converted.reason) : converted
}

function isInt(value: Value, kind: 'int' | 'int64'): value is Int {
  return value instanceof Int && value.kind === kind && value.named === null
}

function mismatch(value: Value, type: ParamType): Mismatch {
  if (value === undefined) return new Mismatch(`invalid value; expected ${goNames[type]}`)
  return new Mismatch(
    `wrong type for value; expected ${goNames[type]}; got ${value === null ? 'interface {}' : typeName(value)}`,
  )
}

/**
 * The value of a literal for a parameter's type, as Go converts an untyped constant. `text` is its source. Undefined
 * for operands that aren't literals.
 */
export function literalAs(literal: Operand, type: ParamType, text: string): unknown {
  if (literal.kind === 'nil') return nilAs(type)
  if (literal.kind !== 'bool' && literal.kind !== 'string' && literal.kind !== 'number') return undefined
  switch (type) {
    case 'any':
    case 'value':
      return ideal(literal, text)
    case 'string':
      return literal.kind === 'string' ? literal.value : new Mismatch(`expected string; found ${text}`)
    case 'bool':
      return literal.kind === 'bool' ? literal.value : new Mismatch(`expected bool; found ${text}`)
    case 'float64':
      return literal.kind === 'number' && literal.float !== null
        ? literal.float
        : new Mismatch(`expected float; found ${text}`)
    case 'int':
    case 'int64': {
      if (literal.kind !== 'number' || literal.int === null) return new Mismatch(`expected integer; found ${text}`)
      return type === 'int' ? Number(literal.int) : literal.int
    }
    default:
      return new Mismatch(`can't handle ${text} for arg of type ${goNames[type]}`)
  }
}

/** The value of a literal where no type is expected. */
export function ideal(literal: Operand, text: string): Value | Mismatch {
  if (literal.kind === 'bool' || literal.kind === 'string') return literal.value
  if (literal.kind !== 'number') return undefined
  if (literal.ideal === 'complex') return literal.complex
  if (literal.ideal === 'float') return literal.float
  return literal.int === null ? new Mismatch(`${text} overflows int`) : intOf(literal.int)
}

function nilAs(type: ParamType): unknown {
  if (['string', 'bool', 'float64', 'int', 'int64', 'struct'].includes(type)) {
    return new Mismatch(`cannot assign nil to ${goNames[type]}`)
  }
  return converters[type](undefined) ?? null
}

/** An argument of `call`, which is less strict: an integer may have another size. */
export function callArgument(value: Value, type: ParamType): unknown {
  if (value === undefined || value === null) {
    const nil = nilAs(type)
    return nil instanceof Mismatch ? new Mismatch(`value is nil; should be of type ${goNames[type]}`) : nil
  }
  const fitting = value instanceof Int && (type === 'int' || type === 'int64') ? intOf(value.value, type) : value
  const converted = converters[type](fitting)
  return converted instanceof Mismatch
    ? new Mismatch(`value has type ${typeName(value)}; should be ${goNames[type]}`)
    : converted
}
