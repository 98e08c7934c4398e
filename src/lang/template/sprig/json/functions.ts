/* JSON functions. The plain forms ignore errors (and return "" or nil); the must forms throw them. */
import { Complex } from '../../../go/complex.ts'
import { goJson, JsonError, type JsonOptions } from '../../../go/json.ts'
import { FunctionError } from '../../errors.ts'
import { define, defineWithRuntime, type FunctionTable } from '../../functions.ts'
import { GoFunction, nilMark, type Runtime, StructValue, type Value } from '../../value.ts'
import { parseJson } from './parse.ts'

/** Converts the engine's own values for encoding/json. */
function convert(value: object): unknown {
  if (value instanceof StructValue) return value.isNil() ? null : value.json()
  if (value instanceof Complex) throw new JsonError('json: unsupported type: complex128')
  if (value instanceof GoFunction) throw new JsonError('json: unsupported type: func')
  return nilMark in value ? null : undefined
}

/** Encodes a value like Go's encoding/json. Throws a FunctionError for NaN, infinities, complex numbers and functions, which JSON doesn't have. */
export function toJson(value: Value, options: JsonOptions = {}): string {
  try {
    return goJson(value, { convert, ...options })
  } catch (error) {
    throw error instanceof JsonError ? new FunctionError(error.message) : error
  }
}

function counted(options: JsonOptions): (runtime: Runtime, value: Value) => string {
  return (runtime, value) => {
    const json = toJson(value, options)
    runtime.grow(json.length)
    return json
  }
}

function orElse<T extends Value>(attempt: () => T, otherwise: T): T {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof FunctionError) return otherwise
    throw error
  }
}

const compact = counted({})
const pretty = counted({ indent: '  ' })
const raw = counted({ plainHtml: true })
// toRawJson fails too, like its must form.
const toRawJson = defineWithRuntime({ params: ['any'], call: raw })

export const jsonFunctions: FunctionTable = {
  toJson: defineWithRuntime({ params: ['any'], call: (runtime, value) => orElse(() => compact(runtime, value), '') }),
  toPrettyJson: defineWithRuntime({
    params: ['any'],
    call: (runtime, value) => orElse(() => pretty(runtime, value), ''),
  }),
  toRawJson,
  mustToJson: defineWithRuntime({ params: ['any'], call: compact }),
  mustToPrettyJson: defineWithRuntime({ params: ['any'], call: pretty }),
  mustToRawJson: toRawJson,
  fromJson: define({ params: ['string'], call: (text) => orElse<Value>(() => parseJson(text), null) }),
  mustFromJson: define({ params: ['string'], call: parseJson }),
}
