import { Int } from '../go/int.ts'
import { nearest } from '../text/nearest.ts'
import { countProblem } from './functions.ts'
import { fail, type Site, type State } from './state.ts'
import { GoFunction, type GoMap, isMap, StructValue, typeName, type Value } from './value.ts'

/** The field or key of a value. A missing key is undefined, and so is any field of it. Reads own properties only. */
export function fieldOf(state: State, receiver: Value, name: string, site: Site): Value {
  if (typeof receiver === 'object' && receiver !== null) {
    if (Object.getPrototypeOf(receiver) === Object.prototype) {
      // Lists, structs, functions and numbers of classes have prototypes of their own.
      const map = receiver as GoMap
      return Object.hasOwn(map, name) ? map[name] : undefined
    }
    if (receiver instanceof StructValue) return structField(state, receiver, name, site)
    if (isMap(receiver)) return Object.hasOwn(receiver, name) ? receiver[name] : undefined
  }
  if (receiver === undefined) return undefined
  // The only method of named integers: enums and durations print by it.
  if (name === 'String' && receiver instanceof Int && receiver.named?.text) return receiver.named.text(receiver.value)
  if (receiver === null) return fail(site, `nil pointer evaluating interface {}.${name}`)
  return fail(site, `can't evaluate field ${name} in type ${typeName(receiver)}`)
}

/** The method with this name, if the value has one. */
export function methodOf(receiver: Value, name: string): GoFunction | undefined {
  return receiver instanceof StructValue ? receiver.method(name) : undefined
}

/** Why a field can't be called with arguments. */
export function notAMethod(receiver: Value, name: string): string {
  if (receiver instanceof StructValue) {
    return receiver.field(name) === undefined
      ? unknownField(receiver, name)
      : `${name} has arguments but cannot be invoked as function`
  }
  return isMap(receiver) || receiver instanceof GoFunction
    ? `${name} is not a method but has arguments`
    : `can't evaluate field ${name} in type ${typeName(receiver)}`
}

function structField(state: State, receiver: StructValue, name: string, site: Site): Value {
  if (!receiver.isNil()) {
    const value = receiver.field(name)
    if (value !== undefined) return value
  }
  const method = receiver.method(name)
  if (method !== undefined) return callMethod(state, method, name, site)
  if (receiver.isNil()) return fail(site, `nil pointer evaluating ${receiver.typeName}.${name}`)
  return fail(site, unknownField(receiver, name))
}

function callMethod(state: State, method: GoFunction, name: string, site: Site): Value {
  const problem = countProblem(name, method, 0)
  if (problem !== undefined) return fail(site, problem)
  state.at = site.calls === name ? site : { ...site, calls: name }
  return method.wantsRuntime ? method.call(state) : method.call()
}

function unknownField(receiver: StructValue, name: string): string {
  const suggestion = nearest(name, receiver.fieldNames())
  const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
  return `can't evaluate field ${name} in type ${receiver.typeName}${hint}`
}
