import { proxyName, templatesAnnotation } from '../../istio/names.ts'
import { unionOf } from '../../kubernetes/merge/shape.ts'
import { type ContainerList, containerLists, containersOf, withSpec } from '../../kubernetes/pod/access.ts'
import type { Container, Named, Pod } from '../../kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, lookup } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'
import type { Prepared } from '../model/prepared.ts'
import type { RenderedTemplate } from '../model/template.ts'
import { UserFault } from '../model/user-fault.ts'

/** Templates that fit together and onto the pod. */
export interface FittedTemplates {
  readonly rendered: readonly RenderedTemplate[]
  readonly warnings: readonly Warning[]
}

/**
 * Fits the output of templates together and onto the pod before it is merged, where a merge would give a pod that Kubernetes
 * refuses: the proxy is moved to the one list in which it runs, and volumes are left out whose name the pod has for a volume of
 * another kind. Throws a UserFault if two templates both bring a proxy.
 */
export function fitTemplates(rendered: readonly RenderedTemplate[], prepared: Prepared): FittedTemplates {
  const together = withProxyInOneList(rendered)
  const own = ownVolumes(prepared)
  if (own.length === 0) return { rendered: together, warnings: [] }
  const warnings: Warning[] = []
  return { rendered: together.map((one) => withoutVolumesOf(own, one, warnings)), warnings }
}

interface Proxy {
  readonly template: string
  readonly list: ContainerList
  readonly container: Container
}

/**
 * Templates may name the proxy without knowing whether it is a native sidecar: it runs where the template that brings it has it,
 * and the others are merged into it there.
 */
function withProxyInOneList(rendered: readonly RenderedTemplate[]): readonly RenderedTemplate[] {
  const [first, ...others] = rendered.flatMap(proxiesIn)
  if (first === undefined || others.every(({ list }) => list === first.list)) return rendered
  const [brought = first, ...also] = [first, ...others].filter(({ container }) => isComplete(container))
  const second = also.find(({ list }) => list !== brought.list)
  if (second !== undefined) throw twoProxies(brought, second)
  return rendered.map((one) => ({ ...one, patch: withProxyIn(brought.list, one.patch) }))
}

function proxiesIn({ template, patch }: RenderedTemplate): readonly Proxy[] {
  return containerLists.flatMap((list) => {
    const container = proxyRenderedIn(list, patch)
    return container === undefined ? [] : [{ template: template.name, list, container }]
  })
}

/** The proxy under a list of a partial pod. A template may render anything there: the merge says what doesn't fit a pod. */
export function proxyRenderedIn(list: ContainerList, { spec }: Pod): Container | undefined {
  const items: Json | undefined = lookup(spec ?? undefined, list)
  const proxy = Array.isArray(items) ? items.filter(isObject).find((item) => item['name'] === proxyName) : undefined
  // Its name is there, and every other field is optional.
  return proxy as Container | undefined
}

/** Whether a template brings the proxy, rather than changing it: something runs in it. */
function isComplete({ image, args, command }: Container): boolean {
  return Boolean(image) && [args, command].some((words) => Array.isArray(words) && words.length > 0)
}

function twoProxies(one: Proxy, other: Proxy): UserFault {
  return new UserFault('unusable-template', {
    code: 'two-proxies',
    annotation: templatesAnnotation,
    templates: [one.template, other.template],
    lists: [one.list, other.list],
  })
}

/** A partial pod with the proxy in this list, if it has one. */
function withProxyIn(list: ContainerList, patch: Pod): Pod {
  const other = list === 'containers' ? 'initContainers' : 'containers'
  const proxy = proxyRenderedIn(other, patch)
  if (proxy === undefined || !Array.isArray(containersOf(patch, list))) return patch
  return withSpec(patch, {
    [other]: containersOf(patch, other).filter((container) => container !== proxy),
    [list]: [...containersOf(patch, list), inList(list, proxy)],
  })
}

/** A container for use in this list: only init containers restart by themselves. */
export function inList(list: ContainerList, container: Container): Container {
  if (list === 'initContainers' || container['restartPolicy'] !== 'Always') return container
  const { restartPolicy: _, ...rest } = container
  // Its name is still there.
  return rest as Container
}

/** The pod's volumes that no earlier injection added. */
function ownVolumes({ base, earlier }: Prepared): readonly Named[] {
  return (base.spec?.volumes ?? []).filter(({ name }) => !earlier.volumes.includes(name))
}

/** Leaves out volumes that the pod has with another source: one with two is invalid, and the pod's containers need theirs. */
function withoutVolumesOf(own: readonly Named[], one: RenderedTemplate, warnings: Warning[]): RenderedTemplate {
  const { patch, template } = one
  const volumes: Json = lookup(patch.spec ?? undefined, 'volumes') ?? null
  if (!Array.isArray(volumes)) return one
  const kept = volumes.filter((volume: Json) => {
    if (!isObject(volume)) return true
    const replacing = own.find(({ name }) => name === volume['name'])
    if (replacing === undefined) return true
    const [injected, ownSource] = [sourceOf(volume), sourceOf(replacing)]
    if (injected === undefined || ownSource === undefined || injected === ownSource) return true
    warnings.push({
      code: 'own-volume',
      text: `the pod's own volume ${replacing.name} (${ownSource}) is used instead of the one (${injected}) that the template ${template.name} injects: the proxy may need that one; rename yours`,
    })
    return false
  })
  return kept.length === volumes.length ? one : { ...one, patch: withSpec(patch, { volumes: kept }) }
}

/** The kind of a volume's source: `emptyDir`. */
function sourceOf(volume: JsonObject): string | undefined {
  const members = unionOf('Volume')?.members
  return Object.keys(volume).find((key) => members?.has(key) && volume[key] != null)
}
