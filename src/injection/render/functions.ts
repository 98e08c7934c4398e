import { describeFreeValueFault } from '../../kubernetes/pod/fault.ts'
import { freeValueFault } from '../../kubernetes/pod/free-value.ts'
import { formatDuration } from '../../lang/go/duration.ts'
import { isObject, type Json } from '../../lang/json.ts'
import { FunctionError } from '../../lang/template/errors.ts'
import { sprint } from '../../lang/template/format/plain.ts'
import { define, defineWithRuntime } from '../../lang/template/functions.ts'
import { plainValue } from '../../lang/template/plain-value.ts'
import { toJson } from '../../lang/template/sprig/json/functions.ts'
import {
  type GoFunction,
  type GoMap,
  getKey,
  isList,
  isMap,
  type Runtime,
  StructValue,
  setKey,
  typedMap,
  type Value,
} from '../../lang/template/value.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import { TemplateData } from './data.ts'
import type { InjectorFunction } from './function-docs.ts'
import { istiodVariable } from './istiod-env.ts'
import { DurationView, MessageView } from './message-view.ts'
import { appendMultusNetwork } from './multus.ts'
import { otelResourceAttributes } from './otel.ts'

/**
 * The injector's own functions, which take precedence over sprig's of the same name. Templates written for Istio rely on their
 * names and results; `env` reads istiod's settings and allowed names. Every string that a template parses as JSON is recorded.
 */
export function injectorFunctions(
  environment: ReadonlyMap<string, string>,
): Readonly<Record<InjectorFunction, GoFunction>> {
  return {
    annotation: define({
      params: ['struct', 'string', 'any'],
      readsKeyOf: ['Annotations'],
      call: (meta, name, fallback) => {
        const annotations = meta.field('Annotations')
        const value = isMap(annotations) ? getKey(annotations, name) : undefined
        return typeof value === 'string' ? value : sprint([fallback])
      },
    }),
    isset: define({
      params: ['any', 'string'],
      readsKeyOf: [],
      call: (map, key) => isMap(map) && Object.hasOwn(map, key),
    }),
    valueOrDefault: define({
      params: ['any', 'any'],
      call: (value, fallback) => (value === null || value === '' ? fallback : value),
    }),

    excludeInboundPort: define({ params: ['any', 'string'], call: excludeInboundPort }),
    includeInboundPorts: define({ params: ['any'], call: (containers) => portsOf(containers, () => true) }),
    applicationPorts: define({
      params: ['any'],
      call: (containers) => portsOf(containers, (container) => container.field('Name') !== 'istio-proxy'),
    }),
    kubevirtInterfaces: define({ params: ['string'], call: (names) => names }),
    excludeInterfaces: define({ params: ['string'], call: (names) => names }),
    appendMultusNetwork: define({ params: ['string', 'string'], call: appendMultusNetwork }),

    toJSON: define({ params: ['any'], call: (value) => toJson(value) }),
    structToJSON: define({ params: ['any'], call: (value) => toJson(value) }),
    protoToJSON: define({
      params: ['any'],
      call: (message) => (message instanceof MessageView ? message.protoJson() : toJson(message)),
    }),
    fromJSON: defineWithRuntime({ params: ['string'], notes: true, call: fromJson }),
    toYaml: define({ params: ['any'], call: (value) => writeYaml(plainValue(value)) }),

    indent: define({
      params: ['int', 'string'],
      call: (spaces, text) => {
        if (spaces < 0 || spaces > 1000) throw new FunctionError(`indent by ${spaces}: must be 0 to 1000`)
        return text.replaceAll('\n', `\n${' '.repeat(spaces)}`)
      },
    }),
    contains: define({ params: ['string', 'string'], call: (needle, haystack) => haystack.includes(needle) }),
    toLower: define({ params: ['string'], call: (text) => text.toLowerCase() }),
    directory: define({ params: ['string'], call: (path) => path.slice(0, path.lastIndexOf('/') + 1) }),
    formatDuration: define({
      params: ['any'],
      call: (duration) => (duration instanceof DurationView ? formatDuration(duration.nanoseconds) : '0s'),
    }),

    env: defineWithRuntime({
      params: ['string', 'string'],
      call: ({ data }, name, fallback) => {
        const setting = data instanceof TemplateData ? istiodVariable(name, data.inputs) : undefined
        return setting ?? environment.get(name) ?? fallback
      },
    }),

    omit: define({
      params: ['any'],
      variadic: 'string',
      call: (map, ...names) => stringMap(entriesOf(map).filter(([name]) => !names.includes(name))),
    }),
    strdict: define({
      params: [],
      variadic: 'string',
      call: (...words) => {
        const pairs: [string, string][] = []
        for (let at = 0; at < words.length; at += 2) pairs.push([words[at] ?? '', words[at + 1] ?? ''])
        return stringMap(pairs)
      },
    }),
    toJsonMap: define({ params: [], variadic: 'any', call: (...maps) => toJson(stringMap(maps.flatMap(entriesOf))) }),
    mergeMaps: define({ params: [], variadic: 'any', call: (...maps) => stringMap(maps.flatMap(entriesOf)) }),
    omitNil: define({ params: ['any'], call: (value) => withoutNulls(value) ?? null }),

    otelResourceAttributes: define({ params: ['struct', 'any', 'any', 'string', 'any'], call: otelResourceAttributes }),
  }
}

function fromJson(runtime: Runtime, text: string): Value {
  runtime.note(text)
  let value: Json
  try {
    value = JSON.parse(text)
  } catch {
    return '{}'
  }
  const fault = freeValueFault(value)
  if (fault !== undefined)
    throw new FunctionError(`fromJSON: the JSON cannot be used: ${describeFreeValueFault(fault)}`)
  return copy(value)
}

/** A copy that functions such as `set` may change. */
function copy(value: Json): Value {
  if (typeof value !== 'object' || value === null) return value
  if (!isObject(value)) return value.map(copy)
  const map: GoMap = {}
  for (const [key, item] of Object.entries(value)) setKey(map, key, copy(item))
  return map
}

function excludeInboundPort(port: Value, list: string): string {
  const excluded = sprint([port]).trim()
  if (excluded === '' || excluded === '0') return list
  const entries = list.split(',')
  if (entries.includes(excluded)) return list
  return [...entries.map((entry) => entry.trim()).filter((entry) => entry !== ''), excluded].join(',')
}

function portsOf(containers: Value, wanted: (container: StructValue) => boolean): string {
  const ports: string[] = []
  for (const container of isList(containers) ? containers : []) {
    if (!(container instanceof StructValue) || !wanted(container)) continue
    const declared = container.field('Ports')
    for (const port of isList(declared) ? declared : []) {
      if (!(port instanceof StructValue)) continue
      const protocol = port.field('Protocol')
      if (protocol !== 'UDP' && protocol !== 'SCTP') ports.push(sprint([port.field('ContainerPort')]))
    }
  }
  return ports.join(',')
}

function entriesOf(map: Value): [string, string][] {
  if (!isMap(map)) return []
  return Object.entries(map).map(([key, value]) => [key, typeof value === 'string' ? value : sprint([value])])
}

function stringMap(entries: readonly (readonly [string, string])[]): GoMap {
  return typedMap('map[string]string', Object.fromEntries(entries))
}

function withoutNulls(value: Value): Value {
  if (isList(value)) {
    const kept = value.map(withoutNulls).filter((item) => item !== undefined)
    return kept.length === 0 && value.length > 0 ? undefined : kept
  }
  if (isMap(value)) {
    const keys = Object.keys(value)
    const kept: GoMap = {}
    for (const key of keys) {
      const item = withoutNulls(value[key])
      if (item !== undefined) setKey(kept, key, item)
    }
    return keys.length > 0 && Object.keys(kept).length === 0 ? undefined : kept
  }
  return value ?? undefined
}
