import type { Injection } from '../../injection/model/injection.ts'
import type { Source } from '../../injection/model/source.ts'
import { sourcesText, sourceText } from '../../injection/model/source-text.ts'
import { findAnnotation, annotations as known } from '../../istio/annotations/registry.ts'
import { injectLabel, overridesAnnotation, statusAnnotation } from '../../istio/names.ts'
import { annotation, annotationsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { nearest } from '../../lang/text/nearest.ts'
import { fieldText } from './fields.ts'
import { changesBetween, pointer } from './keyed.ts'
import type { FieldOrigin, IgnoredAnnotation, SettingOrigin } from './types.ts'

/** Input of the search for annotations without effect. */
export interface Effects {
  readonly pod: Pod
  readonly injection: Injection
  /** Injects another pod with the same settings. */
  readonly inject: (pod: Pod) => Injection
  readonly fields: readonly FieldOrigin[]
  readonly settings: readonly SettingOrigin[]
  /** The sources that the templates read. */
  readonly read: readonly Source[]
}

/** The maximum number of unknown names to report; more aren't typos. */
const maxUnknown = 100
/** Istio's names: an unknown one is likely misspelt. */
const ofIstio = /(^|\.)istio\.io\//
const written: ReadonlySet<string> = new Set([statusAnnotation, overridesAnnotation])

/** Injection annotations without effect: the injected pod would be the same without them. */
export function ignoredAnnotations(effects: Effects): readonly IgnoredAnnotation[] {
  const { pod } = effects
  let unknown = 0
  return Object.entries(annotationsOf(pod)).flatMap(([name, value]): readonly IgnoredAnnotation[] => {
    if (findAnnotation(name) === undefined && ofIstio.test(name) && ++unknown > maxUnknown) return []
    if (!concerns(name) || isWritten(name, effects) || hasEffect(name, effects)) return []
    return [{ name, value, why: whyIgnored(name, value, effects) }]
  })
}

/** Whether an injection wrote it: in a pod that was injected before, templates and metrics merging may have, too. */
function isWritten(name: string, { pod, fields }: Effects): boolean {
  if (written.has(name)) return true
  if (annotation(pod, statusAnnotation) === undefined) return false
  const path = pointer(['metadata', 'annotations', name])
  return /^prometheus[._]io/.test(name) || fields.some((field) => field.path === path)
}

function concerns(name: string): boolean {
  const entry = findAnnotation(name)
  if (entry === undefined) return ofIstio.test(name)
  return entry.readElsewhere !== true
}

function hasEffect(name: string, { pod, injection, inject, read }: Effects): boolean {
  // Unknown annotations that no template read need no evaluation: there may be thousands of them.
  const isRead = read.some((source) => source.kind === 'annotation' && source.name === name)
  if (findAnnotation(name) === undefined && !isRead) return false
  const others = inject(without(pod, name))
  if (others.decision.result !== injection.decision.result) return true
  const own = pointer(['metadata', 'annotations', name])
  const changes = changesBetween(others.pod, injection.pod)
  return changes.some(({ path }) => pointer(path) !== own)
}

function without(pod: Pod, name: string): Pod {
  const { [name]: _, ...annotations } = annotationsOf(pod)
  return { ...pod, metadata: { ...pod.metadata, annotations } }
}

function whyIgnored(name: string, value: string, effects: Effects): string {
  const { injection, settings, fields, read } = effects
  const { result, reason, templates } = injection.decision
  if (name === injectLabel) return `the pod is ${result} anyway (${reason})`
  if (result !== 'injected') return `the pod is ${result} (${reason})`
  const entry = findAnnotation(name)
  if (entry === undefined) return unknownName(name)
  if (entry.target === 'Namespace') return 'it belongs on the namespace'
  if (entry.unused === true) return 'it has no effect'
  const isIt = (source: Source) => source.kind === 'annotation' && source.name === name
  const overriding = settings.find(({ lost }) => lost.some(isIt))
  if (overriding !== undefined) return `${sourceText(overriding.from)} takes precedence`
  const used = fields.find(({ from }) => from.some(isIt))
  if (used !== undefined || settings.some(({ from }) => isIt(from))) return 'it sets the value that would apply anyway'
  const overridden = fields.find(({ lost }) => lost.some(isIt))
  if (overridden !== undefined) return whyOverridden(overridden)
  if (entry.inTemplate && read.some(isIt)) return 'the templates of this pod render the same without it'
  if (entry.inTemplate) return `no template of this pod (${templates.join(', ')}) reads it`
  if (value.trim() === '') return 'it is empty'
  return entry.deprecated ?? 'nothing in this pod depends on it'
}

function whyOverridden({ by, from, path }: FieldOrigin): string {
  if (by.kind === 'pod') return by.why
  return `${fieldText(path)} comes from ${from.length === 0 ? 'something else' : sourcesText(from)} instead`
}

function unknownName(name: string): string {
  const near = nearest(
    name,
    known.map((entry) => entry.name),
  )
  return near === undefined ? 'unknown annotation' : `unknown; did you mean ${near}?`
}
