import { isObject, type Json, type JsonObject, lookup } from '../lang/json.ts'
import { FaultCollector } from './collect.ts'
import { defaultValues } from './defaults.ts'
import type { FoundDocument } from './documents.ts'
import { wrongType } from './read.ts'
import { assign, readSet, SetError } from './set-values.ts'
import { checkValues } from './values.ts'
import { type ConfigWarning, configWarning } from './warning.ts'

/** The values of a document, or the embedded ones, with the assignments of `--set`. */
export function readValues(
  document: FoundDocument | undefined,
  set: readonly string[],
  faults: FaultCollector,
  warnings: ConfigWarning[],
): JsonObject {
  const base: Json = document === undefined ? defaultValues : (document.value ?? {})
  if (!isObject(base)) {
    faults.addFrom(document, [{ ...wrongType('object', base), path: [] }])
    return {}
  }
  const values = setValues(base, set, faults)
  const wrong = checkValues(base)
  if (wrong.length > 0) faults.addFrom(document, wrong)
  else faults.addAll('--set', checkValues(values))
  const missing = ['hub', 'tag'].filter((key) => (lookup(values, 'global', key) ?? '') === '')
  if (document !== undefined && missing.length > 0) {
    const path = ['global']
    warnings.push(configWarning(document.name, { code: 'incomplete-image', path, missing }, document.locate(path)))
  }
  return values
}

/** The values as far as they can be read; their faults are left to whoever loads them. */
export function peekValues(document: FoundDocument | undefined, set: readonly string[] = []): JsonObject {
  return readValues(document, set, new FaultCollector(), [])
}

/** Whether the version of the proxies is that of the embedded values, because nobody named another. */
export function hasEmbeddedVersion(document: FoundDocument | undefined, set: readonly string[]): boolean {
  const own = setValues({}, set, new FaultCollector())
  return (
    document === undefined &&
    [['tag'], ['proxy', 'image']].every((path) => lookup(own, 'global', ...path) === undefined)
  )
}

function setValues(values: JsonObject, set: readonly string[], faults: FaultCollector): JsonObject {
  let changed = values
  for (const argument of set) {
    try {
      for (const assignment of readSet(argument)) changed = assign(changed, assignment)
    } catch (error) {
      if (!(error instanceof SetError)) throw error
      faults.addAll(`--set ${argument}`, [{ code: 'set', path: [], fault: error.fault }])
    }
  }
  return changed
}
