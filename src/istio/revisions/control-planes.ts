import { stringsAt } from '../../kubernetes/objects.ts'
import { type JsonObject, lookup, lookupString, own, type StringMap } from '../../lang/json.ts'
import { type IstioVersion, versionOfImage } from '../version.ts'
import { type Namespace, revisionOf, tagOf, type WebhookConfiguration } from './configuration.ts'
import { defaultRevision, revisionLabel, tagLabel, tagObjectName } from './names.ts'

/* What istiod considers its own, by the labels that its tag watcher reads. */

/** An istiod in the cluster. */
export interface ControlPlane {
  /** `default` for the unnamed one. */
  readonly revision: string
  readonly namespace: string
  /** Of its Deployment. */
  readonly name: string
  /** Undefined if its image's tag names none. */
  readonly version: IstioVersion | undefined
}

/** A Gateway of the Gateway API, or a waypoint, that one of Istio's classes implements. */
export interface Gateway {
  readonly namespace: string
  readonly name: string
  readonly labels: StringMap
}

/** A Service: since 1.28 some of istiod's are tags. */
export interface LabelledService {
  readonly namespace: string
  readonly labels: StringMap
}

/** The objects that decide whose an object is. */
export interface OwnershipObjects {
  readonly controlPlanes: readonly ControlPlane[]
  readonly configurations: readonly WebhookConfiguration[]
  /** The Services of istiod's namespaces. */
  readonly services: readonly LabelledService[]
  /** The default revision; undefined if unknown. */
  readonly defaultRevision: string | undefined
}

/** The istiods among Deployments: those whose pods have the label `app: istiod`, as in Istio's chart. */
export function readControlPlanes(deployments: readonly JsonObject[]): readonly ControlPlane[] {
  return deployments.flatMap((deployment) => {
    const ofPods = lookup(deployment, 'spec', 'template', 'metadata', 'labels')
    if (lookupString(ofPods, 'app') !== 'istiod') return []
    const revision =
      lookupString(ofPods, revisionLabel) || lookupString(deployment, 'metadata', 'labels', revisionLabel)
    const namespace = lookupString(deployment, 'metadata', 'namespace')
    const name = lookupString(deployment, 'metadata', 'name')
    return [{ revision: revision || defaultRevision, namespace, name, version: versionOfImage(imageOf(deployment)) }]
  })
}

function imageOf(deployment: JsonObject): string {
  const containers = lookup(deployment, 'spec', 'template', 'spec', 'containers')
  const list = Array.isArray(containers) ? containers : []
  return lookupString(
    list.find((container) => lookupString(container, 'name') === 'discovery'),
    'image',
  )
}

/** The name of the ConfigMap of templates and values that an istiod injects with, in its namespace. */
export function injectorConfigMapName({ revision }: ControlPlane): string {
  return revision === defaultRevision ? 'istio-sidecar-injector' : `istio-sidecar-injector-${revision}`
}

// Classes of Istio's own controllers: istio, istio-remote, istio-waypoint, istio-east-west...
const istioClass = /^istio(-|$)/

/** The Gateways of Istio's classes. Objects of other API groups and classes are left out. */
export function readGateways(objects: readonly JsonObject[]): readonly Gateway[] {
  return objects
    .filter((object) => istioClass.test(lookupString(object, 'spec', 'gatewayClassName')))
    .map((object) => ({
      namespace: lookupString(object, 'metadata', 'namespace'),
      name: lookupString(object, 'metadata', 'name'),
      labels: stringsAt(object, 'metadata', 'labels'),
    }))
}

/** Services as far as they are tags. */
export function readServices(objects: readonly JsonObject[]): readonly LabelledService[] {
  return objects.map((object) => ({
    namespace: lookupString(object, 'metadata', 'namespace'),
    labels: stringsAt(object, 'metadata', 'labels'),
  }))
}

/** The default revision: the one that validates Istio's resources for all. Undefined if it is unknown. */
export function readDefaultRevision(validatingConfigurations: readonly JsonObject[]): string | undefined {
  const validator = validatingConfigurations.find(
    (one) => lookupString(one, 'metadata', 'name') === 'istiod-default-validator',
  )
  return lookupString(validator, 'metadata', 'labels', revisionLabel) || undefined
}

/** istiod's tags: those of its revision's webhook configurations, and since 1.28 of Services in its namespace. */
export function tagsOf(plane: ControlPlane, { configurations, services }: OwnershipObjects): ReadonlySet<string> {
  const ofConfigurations = configurations.filter((one) => revisionOf(one) === plane.revision).map(tagOf)
  const ofServices = services
    .filter(({ namespace, labels }) => namespace === plane.namespace && own(labels, revisionLabel) === plane.revision)
    .map(({ labels }) => own(labels, tagLabel))
  return new Set([...ofConfigurations, ...ofServices].filter((tag) => tag !== undefined))
}

/** The istiods that an object belongs to, by its own label or that of its namespace. */
export function ownersOf(
  labels: StringMap,
  namespace: Namespace | undefined,
  objects: OwnershipObjects,
): readonly ControlPlane[] {
  const label = revisionLabelOf(labels, namespace)
  return objects.controlPlanes.filter((plane) => {
    const tags = tagsOf(plane, objects)
    if (label !== undefined) return label === plane.revision || tags.has(label)
    return tags.has(defaultRevision) || isDefault(plane, objects)
  })
}

/** The label `istio.io/rev` that decides whose an object is; undefined without one. */
export function revisionLabelOf(labels: StringMap, namespace: Namespace | undefined): string | undefined {
  return own(labels, revisionLabel) || own(namespace?.labels ?? {}, revisionLabel) || undefined
}

function isDefault({ revision }: ControlPlane, objects: OwnershipObjects): boolean {
  if (revision !== (objects.defaultRevision ?? defaultRevision)) return false
  const ofDefault = tagObjectName(defaultRevision, 'istio-system')
  const taken = objects.configurations.find(({ name }) => name === ofDefault)
  return taken === undefined || revisionOf(taken) === revision
}
