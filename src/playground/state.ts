import type { NativeSidecars } from '../istio/istiod/variables.ts'
import { isObject, type Json, type JsonObject, own } from '../lang/json.ts'
import type { PlaygroundConfiguration, PlaygroundSettings, PlaygroundState } from './types.ts'

/** The maximum size of a state, in characters of all its strings. */
export const maxText = 2 * 1024 * 1024

export const noSettings: PlaygroundSettings = {
  revision: '',
  nativeSidecars: '',
  platform: '',
  compliancePolicy: '',
  path: '',
}

/** The embedded configuration. */
export const noConfiguration: PlaygroundConfiguration = { values: '', mesh: '', config: '', settings: noSettings }

/** A state without input: a namespace that is labelled for injection. */
export const emptyState: PlaygroundState = {
  ...noConfiguration,
  workload: '',
  namespace: { name: '', labels: 'istio-injection: enabled\n', annotations: '' },
  cluster: '',
}

/** A state, or the problem if it is invalid. */
export type StateReading = { readonly state: PlaygroundState } | { readonly problem: string }

/** Reads a state from outside: unset fields are as in `emptyState`. Never throws. */
export function readState(json: unknown): StateReading {
  const problems: string[] = []
  if (!isObject(json)) return { problem: 'it is not an object' }
  const read = reader(json, '', problems)
  const namespace = reader(read.object('namespace'), 'namespace.', problems)
  const compare = own(json, 'compare')
  const state: PlaygroundState = {
    workload: read.text('workload', ''),
    namespace: {
      name: namespace.text('name', emptyState.namespace.name),
      labels: namespace.text('labels', emptyState.namespace.labels),
      annotations: namespace.text('annotations', ''),
    },
    cluster: read.text('cluster', ''),
    ...configurationOf(read, '', problems),
    ...(compare !== undefined &&
      compare !== null && {
        compare: configurationOf(reader(read.object('compare'), 'compare.', problems), 'compare.', problems),
      }),
  }
  const [problem] = problems
  if (problem !== undefined) return { problem }
  const size = textsOf(state).reduce((sum, text) => sum + text.length, 0)
  return size > maxText ? { problem: `its strings are longer than ${maxText} characters in total` } : { state }
}

interface Reader {
  readonly text: (key: string, otherwise: string) => string
  readonly object: (key: string) => JsonObject
}

function reader(json: JsonObject, path: string, problems: string[]): Reader {
  return {
    text: (key, otherwise) => {
      const value = own(json, key) ?? otherwise
      if (typeof value === 'string') return value
      problems.push(`${path}${key} is not a string`)
      return ''
    },
    object: (key) => {
      const value: Json = own(json, key) ?? {}
      if (isObject(value)) return value
      problems.push(`${path}${key} is not an object`)
      return {}
    },
  }
}

function configurationOf(read: Reader, path: string, problems: string[]): PlaygroundConfiguration {
  const settings = reader(read.object('settings'), `${path}settings.`, problems)
  const oneOf = <T extends string>(key: string, known: readonly [T, ...T[]]): T => {
    const text = settings.text(key, known[0])
    const found = known.find((one) => one === text)
    if (found === undefined) problems.push(`${path}settings.${key} must be one of ${known.map(quoted).join(', ')}`)
    return found ?? known[0]
  }
  return {
    values: read.text('values', ''),
    mesh: read.text('mesh', ''),
    config: read.text('config', ''),
    settings: {
      revision: settings.text('revision', ''),
      nativeSidecars: oneOf<NativeSidecars | ''>('nativeSidecars', ['', 'auto', 'enabled', 'disabled']),
      platform: oneOf<'' | 'openshift'>('platform', ['', 'openshift']),
      compliancePolicy: settings.text('compliancePolicy', ''),
      path: settings.text('path', ''),
    },
  }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
