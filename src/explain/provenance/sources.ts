import type { Prepared } from '../../injection/model/prepared.ts'
import type { Resolved } from '../../injection/model/resolver.ts'
import {
  annotationSources,
  isDefault,
  labelSources,
  meshSources,
  type Source,
  valuesSources,
} from '../../injection/model/source.ts'
import type { Subject } from '../../injection/model/subject.ts'
import { estimatedConcurrency } from '../../injection/prepare/concurrency.ts'
import { imageSources } from '../../injection/prepare/images.ts'
import { compliancePolicy, inboundTrafficPolicyMode, revision } from '../../injection/prepare/installation.ts'
import { nativeSidecars } from '../../injection/prepare/native-sidecars.ts'
import { proxyConfigFields, proxyConfigPaths, proxyConfigSources } from '../../injection/prepare/proxy-configs.ts'
import { proxyGid, proxyUid } from '../../injection/prepare/proxy-user.ts'
import type { StepName } from '../../injection/steps.ts'
import { isIstiodSetting } from '../../istio/istiod/variables.ts'
import { type Field, message } from '../../istio/mesh/messages.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { type FieldType, struct } from '../../kubernetes/schema/schema.ts'
import { isObject, type Json, lookup, own } from '../../lang/json.ts'
import type { DataPath } from '../../lang/template/trace/causes.ts'

/** All inputs of an injection. */
export interface Inputs {
  readonly subject: Subject
  readonly prepared: Prepared
  /** The input pod of a step. */
  readonly takenBy: (step: StepName) => Pod
  /** Whether a template of this pod read a source. */
  readonly reads: (source: Source) => boolean
}

/** The sources behind a piece of the templates' data. */
export interface Causes {
  /** The settings that it comes from. */
  readonly set: readonly Source[]
  /** Settings that were overridden before the template read it. */
  readonly lost: readonly Source[]
  /** Settings that are unset and would change it. */
  readonly unset: readonly Source[]
}

const nothing: Causes = { set: [], lost: [], unset: [] }

/** The sources behind a path of the templates' data. */
export function causesOf(path: DataPath, inputs: Inputs): Causes {
  const [root = '', ...rest] = path
  return Object.hasOwn(roots, root) ? (roots[root]?.(rest, inputs) ?? nothing) : nothing
}

type Reader = (path: readonly string[], inputs: Inputs) => Causes

const roots: Readonly<Record<string, Reader>> = {
  ObjectMeta: ([field = '', ...rest], { prepared }) => {
    const { pod } = prepared.inputs
    const [name] = rest
    if (field === 'Annotations') return ofPair('annotation', name, (key) => annotationSources(pod, key))
    if (field === 'Labels') return ofPair('label', name, (key) => labelSources(pod, key))
    return ofPod('ObjectMeta', 'metadata', [field, ...rest], pod)
  },
  Spec: (path, { prepared }) => ofPod('PodSpec', 'spec', path, prepared.inputs.pod),
  TypeMeta: ofWorkload,
  DeploymentMeta: ofWorkload,
  Values: (path, { subject }) => set(valuesSources(subject.snapshot.values, path)),
  MeshConfig: (path, { subject }) => set(meshSources(subject.snapshot.mesh, messagePath('MeshConfig', path))),
  ProxyConfig: (path, { subject }) => {
    const [field, ...rest] = messagePath('ProxyConfig', path)
    if (field === undefined) return unite(proxyConfigFields(subject).map((one) => ofProxyConfig(one, subject)))
    const [wanted] = rest
    const paths = proxyConfigPaths(field, own(subject.proxyConfig, field))
    const found = paths.filter(([, key]) => key === undefined || wanted === undefined || key === wanted)
    return unite(found.map((one) => ofProxyConfig(one, subject)))
  },
  Revision: (_path, { subject }) => ifSet(revision.resolve(subject)),
  CompliancePolicy: (_path, { subject }) => ifSet(compliancePolicy.resolve(subject)),
  // Not a field of templates: they ask for these settings with `env`.
  Istiod: ([key = ''], { subject }) => ofIstiod(key, subject),
  NativeSidecars: (_path, { subject }) => decided(nativeSidecars.resolve(subject)),
  InboundTrafficPolicyMode: (_path, { subject }) => ifSet(inboundTrafficPolicyMode.resolve(subject)),
  ProxyImage: (_path, { subject }) => ofImage('proxy', subject),
  ProxyInitImage: (_path, { subject }) => ofImage('proxy_init', subject),
  EstimatedConcurrency: (_path, { subject }) => decided(estimatedConcurrency.resolve(subject)),
  ProxyUID: (_path, { subject }) => decided(proxyUid.resolve(subject)),
  ProxyGID: (_path, { subject }) => decided(proxyGid.resolve(subject)),
}

/** A setting that the pipeline evaluated. */
function decided({ from, lost, unset }: Resolved<Json>): Causes {
  return { set: [from], lost, unset }
}

/** Like `decided`, but a default is no source. */
function ifSet(resolved: Resolved<Json>): Causes {
  return resolved.from.kind === 'default' ? { ...decided(resolved), set: [] } : decided(resolved)
}

/** A setting of istiod that a template asked for. */
function ofIstiod(key: string, subject: Subject): Causes {
  if (key === 'nativeSidecars') return decided(nativeSidecars.resolve(subject))
  const { settingSources } = subject.snapshot
  if (!isIstiodSetting(key)) return nothing
  const { from, lost } = settingSources[key]
  if (!isDefault(from)) return { set: [from], lost, unset: [] }
  return key === 'inboundPassthrough' ? ifSet(inboundTrafficPolicyMode.resolve(subject)) : nothing
}

function set(sources: readonly Source[]): Causes {
  return { ...nothing, set: sources }
}

function ofImage(component: 'proxy' | 'proxy_init', subject: Subject): Causes {
  const { from, lost, unset } = imageSources(component, subject)
  return { set: from, lost, unset }
}

function ofProxyConfig(path: readonly string[], subject: Subject): Causes {
  const [first, ...others] = proxyConfigSources(subject, path)
  if (first === undefined) return nothing
  const lost = (sources: readonly Source[]) => sources.filter(({ kind }) => kind !== 'default')
  // A field that the merge dropped: all its sources are overridden.
  if (lookup(subject.proxyConfig, ...path) === undefined) return { ...nothing, lost: lost([first, ...others]) }
  return { ...nothing, set: [first], lost: lost(others) }
}

function ofWorkload([field]: readonly string[], { prepared, subject }: Inputs): Causes {
  if (field === 'Namespace') return set([{ kind: 'pod', name: 'metadata.namespace', value: subject.namespace }])
  const { kind, name } = prepared.inputs.owner
  return set(name === '' ? [] : [{ kind: 'workload', name: `${kind}/${name}` }])
}

function ofPair(
  kind: 'annotation' | 'label',
  name: string | undefined,
  sources: (name: string) => readonly Source[],
): Causes {
  if (name === undefined) return nothing
  const found = sources(name)
  return found.length === 0 ? { ...nothing, unset: [{ kind, name }] } : set(found)
}

/** A field of the pod by Go's field names, list items by name. */
function ofPod(type: string, start: string, path: readonly string[], pod: Pod): Causes {
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

function structWithin(type: FieldType): string | undefined {
  if (type.kind === 'struct') return type.name
  return 'of' in type ? structWithin(type.of) : undefined
}

/** The JSON names of Go's fields and getters; a wrapper's value has no name. */
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

function unite(all: readonly Causes[]): Causes {
  return {
    set: all.flatMap(({ set }) => set),
    lost: all.flatMap(({ lost }) => lost),
    unset: all.flatMap(({ unset }) => unset),
  }
}
