import { coreDumpName, initName, proxyName, validationName } from '../istio/names.ts'
import { type AnalyzedObject, itemsAt, stringsAt } from '../kubernetes/objects.ts'
import type { PodPlace } from '../kubernetes/workloads/places.ts'
import { type JsonObject, lookup, lookupString, own, type StringMap } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import type { InjectionState } from './injection.ts'

/** A Pod or a workload with a pod template. */
export interface Workload {
  readonly object: AnalyzedObject
  /** The path to the object that holds the pod's `metadata` and `spec`: empty for a Pod. */
  readonly podPath: Path
  /** Of the pod, not of the workload. */
  readonly labels: StringMap
  readonly annotations: StringMap
  readonly spec: JsonObject
  readonly containers: readonly AnalyzedContainer[]
  readonly injection: InjectionState
}

export interface AnalyzedContainer {
  readonly name: string
  readonly json: JsonObject
  /** From the object. */
  readonly path: Path
  /** A regular init container, which exits before the application starts: not a native sidecar. */
  readonly ends: boolean
  /** It has the name of an injected container: it was injected, or its author customises the injected one. */
  readonly isProxy: boolean
  readonly ports: readonly AnalyzedPort[]
}

export interface AnalyzedPort {
  readonly name: string
  readonly number: number
}

const injectedNames: ReadonlySet<string> = new Set([proxyName, initName, validationName, coreDumpName])

/** Reads the pod at a place. Only the metadata of the pod template counts: other metadata doesn't reach the pods. */
export function readPod(object: AnalyzedObject, { kind }: PodPlace): Omit<Workload, 'injection'> {
  const podPath = kind?.template ?? []
  const spec = lookup(object.json, ...podPath, 'spec')
  return {
    object,
    podPath,
    labels: stringsAt(object.json, ...podPath, 'metadata', 'labels'),
    annotations: stringsAt(object.json, ...podPath, 'metadata', 'annotations'),
    spec: isPodSpec(spec) ? spec : {},
    containers: (['containers', 'initContainers'] as const).flatMap((list) =>
      itemsAt(object.json, ...podPath, 'spec', list).map(({ item, index }) =>
        readContainer(item, list === 'initContainers', [...podPath, 'spec', list, index]),
      ),
    ),
  }
}

function isPodSpec(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readContainer(json: JsonObject, isInit: boolean, path: Path): AnalyzedContainer {
  const name = lookupString(json, 'name')
  return {
    name,
    json,
    path,
    ends: isInit && own(json, 'restartPolicy') !== 'Always',
    isProxy: injectedNames.has(name),
    ports: itemsAt(json, 'ports').flatMap(({ item }) => {
      const number = own(item, 'containerPort')
      return typeof number === 'number' ? [{ name: lookupString(item, 'name'), number }] : []
    }),
  }
}

/** The containers that run beside the proxy. */
export function applicationOf({ containers }: Workload): readonly AnalyzedContainer[] {
  return containers.filter(({ ends, isProxy }) => !ends && !isProxy)
}

/** The proxy in a pod, or its author's customisation. */
export function proxyOf({ containers }: Workload): AnalyzedContainer | undefined {
  return containers.find(({ name }) => name === proxyName)
}

export function annotationPath({ podPath }: Workload, name: string): Path {
  return [...podPath, 'metadata', 'annotations', name]
}

export function isInjected({ injection }: Workload): boolean {
  return injection.state === 'injected'
}

/** Whether the pod is certain to be injected. */
export function isSurelyInjected({ injection }: Workload): boolean {
  return injection.state === 'injected' && injection.certain
}

/** Whether a Pod is running in a cluster, rather than a manifest. */
export function isRunning({ object: { kind, json } }: Workload): boolean {
  const phase = lookupString(json, 'status', 'phase')
  return kind === 'Pod' && phase !== '' && phase !== 'Succeeded' && phase !== 'Failed'
}
