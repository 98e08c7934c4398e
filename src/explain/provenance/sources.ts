import type { ClusterFacts } from '../../injection/model/facts.ts'
import type { Prepared } from '../../injection/model/prepared.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import { defaultMeshConfig } from '../../istio/mesh/mesh-config.ts'
import { type Field, message } from '../../istio/mesh/messages.ts'
import type { ProxyConfigLayer } from '../../istio/mesh/proxy-config/layers.ts'
import { annotation, labelsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { struct } from '../../kubernetes/schema/schema.ts'
import { isObject, type Json, lookup, own } from '../../lang/json.ts'
import type { DataPath } from '../../lang/template/trace/causes.ts'
import { fieldsSet, layeredField } from './proxy-config.ts'
import type { Source } from './types.ts'

/** All that an injection was made from. */
export interface Inputs {
  /** The pod as it came. */
  readonly pod: Pod
  readonly namespace: string
  readonly path: string
  readonly snapshot: Snapshot
  readonly facts: ClusterFacts
  readonly prepared: Prepared
  readonly layers: readonly ProxyConfigLayer[]
}

/** What a piece of the templates' data stands for. */
export interface Resolved {
  /** The settings that have a say in it. */
  readonly set: readonly Source[]
  /** Settings that gave way before a template saw it. */
  readonly lost: readonly Source[]
  /** What could be set, and isn't. */
  readonly unset: readonly Source[]
}

const nothing: Resolved = { set: [], lost: [], unset: [] }

/** The settings behind a path of the templates' data. */
export function resolve(path: DataPath, inputs: Inputs): Resolved {
  const [root = '', ...rest] = path
  return Object.hasOwn(roots, root) ? (roots[root]?.(rest, inputs) ?? nothing) : nothing
}

type Resolver = (path: readonly string[], inputs: Inputs) => Resolved

const roots: Readonly<Record<string, Resolver>> = {
  ObjectMeta: ([field = '', ...rest], { pod }) => {
    const [name] = rest
    if (field === 'Annotations') return name === undefined ? nothing : pair('annotation', name, annotation(pod, name))
    if (field === 'Labels') return name === undefined ? nothing : pair('label', name, own(labelsOf(pod), name))
    return ofPod('ObjectMeta', 'metadata', [field, ...rest], pod)
  },
  Spec: (path, { pod }) => ofPod('PodSpec', 'spec', path, pod),
  TypeMeta: ofWorkload,
  DeploymentMeta: ofWorkload,
  Values: (path, { snapshot }) => valueAt(path, snapshot),
  MeshConfig: (path, { snapshot }) => {
    const fields = messagePath('MeshConfig', path)
    const value = lookup(snapshot.mesh, ...fields)
    const name = fields.join('.')
    if (fields.length === 0 || value === undefined) return nothing
    const [field = ''] = fields
    const isDefault = own(defaultMeshConfig, field) === own(snapshot.mesh, field)
    return {
      ...nothing,
      set: [{ kind: isDefault ? 'default' : 'mesh', name: isDefault ? `MeshConfig ${name}` : name, value }],
    }
  },
  ProxyConfig: (path, { layers }) => {
    const fields = messagePath('ProxyConfig', path)
    if (fields.length === 0) return unite(fieldsSet(layers).map((one) => ofLayers(layers, one)))
    return ofLayers(layers, fields)
  },
  Revision: (_path, { snapshot }) => setting('revision', snapshot.revision),
  CompliancePolicy: (_path, { snapshot }) => setting('compliancePolicy', snapshot.compliancePolicy),
  NativeSidecars: (_path, inputs) => ({ ...nothing, set: nativeSidecarsSources(inputs) }),
  InboundTrafficPolicyMode: (_path, inputs) => resolve(['MeshConfig', 'InboundTrafficPolicy', 'Mode'], inputs),
  ProxyImage: (_path, inputs) => imageSources('proxy', inputs),
  ProxyInitImage: (_path, inputs) => imageSources('proxy_init', inputs),
  ProxyUID: ofProxyUser,
  ProxyGID: ofProxyUser,
}

function ofLayers(layers: Inputs['layers'], fields: readonly string[]): Resolved {
  const { won, lost } = layeredField(layers, fields)
  return { set: won === undefined ? [] : [won], lost: lost.filter(({ kind }) => kind !== 'default'), unset: [] }
}

function ofWorkload(_path: readonly string[], { prepared }: Inputs): Resolved {
  const { kind, name } = prepared.inputs.owner
  return { ...nothing, set: name === '' ? [] : [{ kind: 'workload', name: `${kind}/${name}` }] }
}

function ofProxyUser(_path: readonly string[], { snapshot, facts, namespace, prepared }: Inputs): Resolved {
  const name = 'openshift.io/sa.scc.uid-range'
  const value = own(facts.namespaces.get(namespace)?.annotations, name)
  const openshift = snapshot.platform === 'openshift' && value !== undefined
  const source: Source = openshift
    ? { kind: 'namespace', name, value }
    : { kind: 'default', name: 'proxy user', value: prepared.inputs.proxyUser.uid }
  return { ...nothing, set: [source] }
}

/** Mode, and where it is `auto` what the nodes say. */
export function nativeSidecarsSources({ snapshot, facts }: Inputs): readonly Source[] {
  const mode: Source = { kind: 'setting', name: 'nativeSidecars', value: snapshot.nativeSidecars }
  if (snapshot.nativeSidecars !== 'auto') return [mode]
  const minors = [...facts.nodes.values()].filter((minor) => minor !== undefined)
  if (minors.length === 0) return [mode]
  return [mode, { kind: 'nodes', name: 'oldest kubelet', value: `1.${Math.min(...minors)}` }]
}

/** An image is made of hub, name and tag; of its type only one of the places where it can be set counts. */
export function imageSources(component: 'proxy' | 'proxy_init', inputs: Inputs): Resolved {
  const { pod, snapshot } = inputs
  const parts = ['hub', 'tag'].map((name) => valueAt(['global', name], snapshot))
  const type = imageTypeSources(component, inputs)
  const [won, ...lost] = type.set
  const annotated = annotation(pod, 'sidecar.istio.io/proxyImageType')
  const unset = annotated === undefined ? [annotationSource('sidecar.istio.io/proxyImageType')] : []
  const all = unite([...parts, valueAt(['global', component, 'image'], snapshot)])
  return { set: [...all.set, ...(won === undefined ? [] : [won])], lost, unset }
}

/** The places that set the type of an image, from the one that counts downwards. */
export function imageTypeSources(component: 'proxy' | 'proxy_init', { pod, snapshot, layers }: Inputs): Resolved {
  const annotated = annotation(pod, 'sidecar.istio.io/proxyImageType')
  const config = component === 'proxy' ? layeredField(layers, ['image']) : { won: undefined, lost: [] }
  const variant = valueAt(['global', 'variant'], snapshot)
  const set = [
    ...(annotated === undefined ? [] : [annotationSource('sidecar.istio.io/proxyImageType', annotated)]),
    ...(config.won === undefined ? [] : [config.won, ...config.lost]),
    ...variant.set,
  ]
  return { ...nothing, set }
}

export function annotationSource(name: string, value?: string): Source {
  return value === undefined ? { kind: 'annotation', name } : { kind: 'annotation', name, value }
}

function setting(name: string, value: string): Resolved {
  return value === '' ? nothing : { ...nothing, set: [{ kind: 'setting', name, value }] }
}

function pair(kind: 'annotation' | 'label', name: string, value: string | undefined): Resolved {
  return value === undefined ? { ...nothing, unset: [{ kind, name }] } : { ...nothing, set: [{ kind, name, value }] }
}

/** A value of the values document; one that says nothing (absent, null, an empty text) is not set. */
export function valueAt(path: readonly string[], { values }: Snapshot): Resolved {
  const value = lookup(values, ...path)
  if (path.length === 0 || value === undefined || value === null || value === '') return nothing
  return { ...nothing, set: [{ kind: 'values', name: path.join('.'), value }] }
}

/** A field of the pod by Go's names, items of lists by their name. */
function ofPod(type: string, start: string, path: readonly string[], pod: Pod): Resolved {
  let name = start
  let value: Json | undefined = lookup(pod, start)
  let at = struct(type)
  for (const step of path) {
    if (Array.isArray(value)) {
      const item: Json | undefined = value[Number(step)]
      const key = isObject(item) && typeof item['name'] === 'string' ? item['name'] : step
      name += `[${key}]`
      value = item
      continue
    }
    const field = at.byGo.get(step)
    const json = field?.json ?? step
    name += `.${json}`
    value = lookup(value, json)
    const inner = field === undefined ? undefined : structWithin(field.type)
    if (inner !== undefined) at = struct(inner)
  }
  return value === undefined
    ? nothing
    : { ...nothing, set: [typeof value === 'object' ? { kind: 'pod', name } : { kind: 'pod', name, value }] }
}

function structWithin(type: {
  readonly kind: string
  readonly name?: string
  readonly of?: object
}): string | undefined {
  if (type.kind === 'struct') return type.name
  return type.of === undefined ? undefined : structWithin(type.of as typeof type)
}

/** The JSON names behind Go's fields and getters; a wrapper's bare value has no name of its own. */
function messagePath(type: string, path: readonly string[]): readonly string[] {
  const names: string[] = []
  let at: string | undefined = type
  for (const step of path) {
    if (step === 'GetValue' || step === 'Value') continue
    const field: Field | undefined =
      at === undefined ? undefined : (message(at).byGo.get(step) ?? message(at).byGo.get(step.replace(/^Get/, '')))
    names.push(field?.json ?? step)
    at = field?.type.kind === 'message' ? field.type.name : undefined
  }
  return names
}

function unite(all: readonly Resolved[]): Resolved {
  return {
    set: all.flatMap(({ set }) => set),
    lost: all.flatMap(({ lost }) => lost),
    unset: all.flatMap(({ unset }) => unset),
  }
}
