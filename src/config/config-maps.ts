import { isDnsLabel } from '../istio/revisions/names.ts'
import type { JsonObject } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import type { Report } from './faults.ts'

/** A ConfigMap that a setting names; by default in the namespace of the injector. */
export interface ConfigMapName {
  readonly namespace?: string | undefined
  readonly name: string
}

export interface ConfigMapId {
  readonly namespace: string
  readonly name: string
}

/** The state of a ConfigMap. */
export type ConfigMapState =
  | { readonly state: 'there'; readonly uid: string; readonly resourceVersion: string; readonly data: JsonObject }
  | { readonly state: 'missing' }
  /** The API server could not be reached, or refused the request. */
  | { readonly state: 'unread'; readonly reason: string }

/** ConfigMaps of an API server: read once, or watched. */
export interface ConfigMaps {
  /** The namespace of ConfigMaps that are named without one. */
  readonly namespace: string
  read(id: ConfigMapId): Promise<ConfigMapState>
  /** Watches these ConfigMaps and no others from now on; calls back after each change. An empty list stops watching. */
  follow(names: readonly ConfigMapId[], onChange: () => void): void
  close(): Promise<void>
}

/** A ConfigMap that a configuration was read from, with its version at that time. */
export interface ConfigMapInUse extends ConfigMapId {
  readonly uid: string
  readonly resourceVersion: string
}

const prefix = 'configmap:'

/** Whether a setting names a ConfigMap of the cluster rather than a file: `configmap:[NAMESPACE/]NAME`. */
export function namesConfigMap(setting: string): boolean {
  return setting.startsWith(prefix)
}

/** The ConfigMap that a setting names; undefined for a file. */
export function configMapNamed(setting: string): ConfigMapName | undefined {
  if (!namesConfigMap(setting)) return undefined
  const [first = '', second] = setting.slice(prefix.length).split('/')
  return second === undefined ? { name: first } : { namespace: first, name: second }
}

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
const nameForm = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

/** Reports a setting that starts with `configmap:` but doesn't name a ConfigMap. */
export function checkConfigMapNamed(setting: string, path: Path, report: Report): void {
  if (!namesConfigMap(setting)) return
  const { namespace, name } = configMapNamed(setting) ?? { name: '' }
  const parts = setting.split('/').length
  if (parts <= 2 && nameForm.test(name) && (namespace === undefined || isDnsLabel(namespace))) return
  report(path, { code: 'not-a-config-map', actual: setting })
}

/** The name of a ConfigMap in faults and logs. */
export function configMapTitle({ namespace, name }: ConfigMapId): string {
  return `ConfigMap ${namespace}/${name}`
}
