import { Int, intOf } from '../../go/int.ts'
import { sortedKeys } from '../../go/utf8.ts'
import type { Branch, Statement } from '../ast.ts'
import { toText } from '../format/plain.ts'
import { fail, type Site, type State } from '../state.ts'
import { isList, isMap, type Value } from '../value.ts'
import { type Context, siteOf } from './context.ts'
import { assignedIn, compileCondition } from './pipelines.ts'
import { breaks, proceed, type Runner, type Signal } from './runner.ts'

type CompileList = (context: Context, body: readonly Statement[]) => Runner

/** Compiles a loop over a list, a map in the order of its keys, or the integers below an integer. */
export function compileRange(context: Context, branch: Branch, compileList: CompileList): Runner {
  return context.scope.block(() => {
    const { tracer } = context
    const assigned = assignedIn(context, branch)
    // The variables that it declares hold elements, not the collection.
    const pipeline = compileCondition({ ...context, constancy: undefined }, branch.pipeline)
    const collection = tracer?.collection(pipeline) ?? pipeline
    const { variables } = branch.pipeline
    // The pipeline declares them. With two variables the first is the index; a single one is the element.
    const slots = variables.map((name) => context.scope.find(name) ?? 0)
    const indexSlot = slots.length > 1 ? (slots[0] ?? 0) : -1
    const elementSlot = slots.at(-1) ?? -1
    const site = siteOf(context, branch.pipeline, 'range')
    const block = context.scope.block(() => compileList({ ...context, dot: 'varying' }, branch.body))
    const body = tracer?.pass(slots, block) ?? block
    const elseBlock = context.scope.block(() => compileList(context, branch.otherwise ?? []))
    // As in Go, a `break` in the `else` ends this range only, whereas a `continue` is that of the range around it.
    const otherwise: Runner = (state, dot) => {
      const signal = elseBlock(state, dot)
      return signal === breaks ? proceed : signal
    }

    const pass = (state: State, index: Value, element: Value): Signal => {
      state.iterate(1)
      if (indexSlot >= 0) state.vars[indexSlot] = index
      if (elementSlot >= 0) state.vars[elementSlot] = element
      return body(state, element)
    }

    const run: Runner = (state, dot) => {
      const value = collection(state, dot)
      state.at = site
      if (isEmptyCollection(value, site, indexSlot >= 0)) return otherwise(state, dot)
      if (isList(value)) return overList(state, value, pass)
      if (value instanceof Int) return overInt(state, value, pass)
      return isMap(value) ? overMap(state, value, pass) : otherwise(state, dot)
    }
    return tracer?.branch(assigned, tracer.loop(run)) ?? run
  })
}

type Pass = (state: State, index: Value, element: Value) => Signal

function overList(state: State, list: readonly Value[], pass: Pass): Signal {
  // An iteration may change the list; Go iterates over the original elements.
  const { length } = list
  for (let index = 0; index < length; index++) if (pass(state, intOf(index), list[index]) === 1) break
  return 0
}

function overMap(state: State, map: { readonly [key: string]: Value }, pass: Pass): Signal {
  for (const key of sortedKeys(map)) if (pass(state, key, map[key]) === 1) break
  return 0
}

function overInt(state: State, int: Int, pass: Pass): Signal {
  for (let index = 0n; index < int.value; index++) {
    const element = intOf(index, int.kind, int.named)
    if (pass(state, element, element) === 1) break
  }
  return 0
}

function isEmptyCollection(value: Value, site: Site, hasIndex: boolean): boolean {
  if (value === null || value === undefined) return true
  if (isList(value)) return value.length === 0
  if (value instanceof Int) {
    if (hasIndex) return fail(site, `can't use ${toText(value)} to iterate over more than one variable`)
    return value.value <= 0n
  }
  if (isMap(value)) return sortedKeys(value).length === 0
  return fail(site, `range can't iterate over ${toText(value)}`)
}
