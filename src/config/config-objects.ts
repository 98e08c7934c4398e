import { deploymentTitle, discoveryContainer } from '../istio/istiod/deployment.ts'
import { isDnsLabel } from '../istio/revisions/names.ts'
import { isObject, type JsonObject, lookupString, own } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import type { Report } from './faults.ts'

/** A ConfigMap that a setting names; by default in the namespace of the injector. */
export interface ConfigMapName {
  readonly namespace?: string | undefined
  readonly name: string
}

/** An object of the cluster that the configuration depends on: a ConfigMap, or the Deployment of istiod. */
export interface ConfigObjectId {
  /** `istiod` is a Deployment. */
  readonly kind: 'ConfigMap' | 'istiod'
  readonly namespace: string
  readonly name: string
}

/** The state of such an object. */
export type ConfigObjectState =
  | {
      readonly state: 'there'
      readonly uid: string
      readonly resourceVersion: string
      /** The data of a ConfigMap; of a Deployment the container of istiod, empty if it has none. */
      readonly data: JsonObject
    }
  | { readonly state: 'missing' }
  /** The API server could not be reached, or refused the request. */
  | { readonly state: 'unread'; readonly reason: string }

/** Objects of an API server, or of manifests in its place: read once, or watched. */
export interface ConfigObjects {
  /** The namespace of ConfigMaps that are named without one. */
  readonly namespace: string
  read(id: ConfigObjectId): Promise<ConfigObjectState>
  /** Watches these objects and no others from now on; calls back after each change. An empty list stops watching. */
  follow(ids: readonly ConfigObjectId[], onChange: () => void): void
  close(): Promise<void>
}

/** What a configuration takes from an object. */
export function configObjectState(kind: ConfigObjectId['kind'], object: JsonObject): ConfigObjectState {
  const data = kind === 'ConfigMap' ? own(object, 'data') : discoveryContainer(object)
  return {
    state: 'there',
    uid: lookupString(object, 'metadata', 'uid'),
    resourceVersion: lookupString(object, 'metadata', 'resourceVersion'),
    data: isObject(data) ? data : {},
  }
}

/** A ConfigMap that a configuration was read from, with its version at that time. */
export interface ConfigMapInUse {
  readonly namespace: string
  readonly name: string
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

/** The name of an object in faults and logs. */
export function objectTitle({ kind, namespace, name }: ConfigObjectId): string {
  return kind === 'istiod' ? deploymentTitle({ namespace, name }) : `${kind} ${namespace}/${name}`
}
