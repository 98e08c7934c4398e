import type { Injection } from '../../injection/model/injection.ts'
import type { Source } from '../../injection/model/source.ts'
import { findAnnotation, annotations as known } from '../../istio/annotations/registry.ts'
import { injectLabel, overridesAnnotation, statusAnnotation } from '../../istio/names.ts'
import { annotation, annotationsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { nearest } from '../../lang/text/nearest.ts'
import { fieldText } from './fields.ts'
import { changesBetween, pointer } from './keyed.ts'
import type { FieldOrigin, IgnoredAnnotation, SettingOrigin } from './types.ts'
import { sourcesText, sourceText } from './words.ts'

/** What the search for annotations without effect needs to know. */
export interface Effects {
  readonly pod: Pod
  readonly injection: Injection
  /** Injects another pod in the same circumstances. */
  readonly inject: (pod: Pod) => Injection
  readonly fields: readonly FieldOrigin[]
  readonly settings: readonly SettingOrigin[]
  /** What the templates looked at. */
  readonly read: readonly Source[]
}

/** Of so many unknown names the pod's author learns; more are no slips of the pen. */
const maxUnknown = 100
/** Which names are Istio's: one of them that nobody knows is likely misspelt. */
const ofIstio = /(^|\.)istio\.io\//
const written: ReadonlySet<string> = new Set([statusAnnotation, overridesAnnotation])

/** The annotations about injection that change nothing: without them the injected pod would be the same. */
export function ignoredAnnotations(effects: Effects): readonly IgnoredAnnotation[] {
  const { pod } = effects
  let unknown = 0
  return Object.entries(annotationsOf(pod)).flatMap(([name, value]): readonly IgnoredAnnotation[] => {
    if (findAnnotation(name) === undefined && ofIstio.test(name) && ++unknown > maxUnknown) return []
    if (!concerns(name) || isWritten(name, effects) || hasEffect(name, effects)) return []
    return [{ name, value, why: whyIgnored(name, value, effects) }]
  })
}

/** Whether an injection wrote it: of a pod that was injected before, also what templates and the merge of metrics did. */
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
  // What neither the injector knows nor a template looked at needs no try: there may be thousands of such names.
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
  if (name === injectLabel) return `the pod is ${result} all the same (${reason})`
  if (result !== 'injected') return `the pod is ${result} (${reason})`
  const entry = findAnnotation(name)
  if (entry === undefined) return unknownName(name)
  if (entry.target === 'Namespace') return 'it belongs on the namespace'
  if (entry.unused === true) return 'it has no effect'
  const isIt = (source: Source) => source.kind === 'annotation' && source.name === name
  const weighed = settings.find(({ lost }) => lost.some(isIt))
  if (weighed !== undefined) return `${sourceText(weighed.from)} wins over it`
  const shaped = fields.find(({ from }) => from.some(isIt))
  if (shaped !== undefined || settings.some(({ from }) => isIt(from))) return 'it says what would hold without it'
  const beaten = fields.find(({ lost }) => lost.some(isIt))
  if (beaten !== undefined) return whyBeaten(beaten)
  if (entry.inTemplate && read.some(isIt)) return 'nothing that the templates render for this pod depends on it'
  if (entry.inTemplate) return `no template of this pod (${templates.join(', ')}) reads it`
  if (value.trim() === '') return 'it is empty'
  return entry.deprecated ?? 'nothing in this pod depends on it'
}

function whyBeaten({ by, from, path }: FieldOrigin): string {
  if (by.kind === 'pod') return by.why
  return `${fieldText(path)} takes ${from.length === 0 ? 'something else' : sourcesText(from)} instead`
}

function unknownName(name: string): string {
  const near = nearest(
    name,
    known.map((entry) => entry.name),
  )
  return near === undefined ? 'no such annotation is known to the injector' : `unknown; did you mean ${near}?`
}
