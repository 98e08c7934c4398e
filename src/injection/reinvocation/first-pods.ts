import { injectLabel, overridesAnnotation, proxyName } from '../../istio/names.ts'
import { findProxy } from '../../istio/proxy.ts'
import {
  annotationsOf,
  type ContainerList,
  containersOf,
  findNamed,
  labelsOf,
  withAnnotations,
  withSpec,
} from '../../kubernetes/pod/access.ts'
import type { Container, EnvVar, Pod } from '../../kubernetes/pod/types.ts'
import { type JsonObject, own, type StringMap } from '../../lang/json.ts'
import type { EarlierInjection } from '../model/prepared.ts'
import { portKey, recordedPorts } from '../prepare/earlier-injection.ts'
import { fieldsBelow } from './managed-fields.ts'

/**
 * What the pod may have been like when the first pass took it, likelier ones first; none if nothing is known to have been added
 * since. The first pass described the pod to its proxy: the containers and their ports. What isn't in that description was added
 * later. A description that lists what the pod doesn't have was changed itself, and says nothing. Labels and annotations that
 * the creator of the pod didn't send may have been added before or after the first pass: both is tried.
 *
 * `bare` is the pod without the injection, `injected` what an injection of it gives.
 */
export function firstPods(
  bare: Pod,
  present: Pod,
  earlier: EarlierInjection,
  injected: Pod,
  authors: JsonObject | undefined,
): readonly Pod[] {
  const before = withoutLatePorts(withoutLateContainers(bare, present, earlier, injected), present)
  const older = before === bare ? [] : [before]
  if (authors === undefined) return older
  const sent = withPairs(before, authors)
  return sent === before ? older : [sent, ...older]
}

/**
 * A pod for templates, for another first pass: its own containers are back in place, and injected volumes would count as its own,
 * which take precedence over those of templates.
 */
export function withoutRecords(pod: Pod, { volumes }: EarlierInjection): Pod {
  const { [overridesAnnotation]: _overrides, ...annotations } = annotationsOf(pod)
  const injected = new Set(volumes)
  const own = (pod.spec?.volumes ?? []).filter(({ name }) => !injected.has(name))
  return withSpec(withAnnotations(pod, annotations), { volumes: own })
}

/**
 * Containers that the proxy doesn't know, and those that the templates change but that aren't among those which the first pass
 * changed.
 */
function withoutLateContainers(pod: Pod, present: Pod, earlier: EarlierInjection, injected: Pod): Pod {
  const known = knownContainers(pod, present)
  const isLate = (list: ContainerList, { name }: Container) => {
    if (name === proxyName) return false
    if (list === 'containers' && known?.has(name) === false) return true
    return findNamed(containersOf(injected, list), name) !== undefined && !earlier[list].includes(name)
  }
  const kept = (list: ContainerList) => containersOf(pod, list).filter((container) => !isLate(list, container))
  const [containers, initContainers] = [kept('containers'), kept('initContainers')]
  // A pod has a container; its own proxy may be one that became a native sidecar.
  if (containers.length === 0 && findProxy(pod) === undefined) return pod
  if (
    containers.length === containersOf(pod).length &&
    initContainers.length === containersOf(pod, 'initContainers').length
  )
    return pod
  return withSpec(pod, { containers, initContainers })
}

/** The containers that the first pass listed for the proxy; undefined if that isn't known. */
function knownContainers(pod: Pod, present: Pod): ReadonlySet<string> | undefined {
  if (descriptionIn(present) === undefined) return undefined
  const known = describedContainers(present)
  const names = new Set(containersOf(pod).map(({ name }) => name))
  return [...known].every((name) => names.has(name)) ? known : undefined
}

/** The containers that are listed for the proxy. */
export function describedContainers(present: Pod): ReadonlySet<string> {
  const text = descriptionIn(present)?.value
  return new Set(text ? text.split(',') : [])
}

function descriptionIn(present: Pod): EnvVar | undefined {
  return findProxy(present)?.env?.find(({ name }) => name === 'ISTIO_META_APP_CONTAINERS')
}

/** Ports that the first pass didn't list for the proxy. */
function withoutLatePorts(pod: Pod, present: Pod): Pod {
  const listed = recordedPorts(present)
  if (listed === undefined) return pod
  const recorded = new Set(listed)
  const keys = new Set(containersOf(pod).flatMap(({ ports }) => (ports ?? []).map(portKey)))
  if (listed.some((key) => !keys.has(key)) || keys.size === recorded.size) return pod
  const containers = containersOf(pod).map((container) => {
    const ports = container.ports?.filter((port) => recorded.has(portKey(port)))
    return ports === undefined || ports.length === container.ports?.length ? container : { ...container, ports }
  })
  return withSpec(pod, { containers })
}

/** The pod with the labels and annotations that its creator sent. That it is injected may be a webhook's wish, too. */
function withPairs(pod: Pod, authors: JsonObject): Pod {
  const sent = (field: 'labels' | 'annotations', pairs: StringMap) => {
    const fields = fieldsBelow(authors, 'metadata', field)
    return Object.fromEntries(
      Object.entries(pairs).filter(([name]) => name === injectLabel || own(fields, `f:${name}`) !== undefined),
    )
  }
  const labels = sent('labels', labelsOf(pod))
  const annotations = sent('annotations', annotationsOf(pod))
  const size = (pairs: StringMap) => Object.keys(pairs).length
  if (size(labels) === size(labelsOf(pod)) && size(annotations) === size(annotationsOf(pod))) return pod
  return { ...pod, metadata: { ...pod.metadata, labels, annotations } }
}
