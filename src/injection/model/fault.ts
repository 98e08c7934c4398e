import { type AnnotationFault, describeAnnotationFault } from '../../istio/annotations/fault.ts'
import type { ContainerList } from '../../kubernetes/pod/access.ts'
import { describePodFault, type FieldFault, fieldPath, isSizeFault, type PodFault } from '../../kubernetes/pod/fault.ts'
import { type Syntax, syntaxWords } from '../../kubernetes/pod/syntax.ts'
import type { Json } from '../../lang/json.ts'
import { type ByCode, byCode } from '../../lang/text/by-code.ts'
import type { Path } from '../../lang/text/path.ts'
import { describePolicyFault, type PolicyFault } from '../policy/fault.ts'
import type { Source } from './source.ts'
import { sourcesText } from './source-text.ts'

/** A container of the pod has the name of an injected container in another list. */
export interface SharedNameFault {
  readonly code: 'name-of-injected'
  /** The list with the pod's own container. */
  readonly path: Path
  readonly name: string
  readonly injected: 'container' | 'init container'
}

/** The pod-level resources leave no room for the injected containers, and such pods are denied. */
export interface NoRoomFault {
  readonly code: 'no-room'
  readonly path: Path
  readonly actual: string
  readonly needed: string
}

/** What set a field that an API server would refuse. */
export interface CauseOfRefusal {
  /** The settings that its value comes from. */
  readonly from: readonly Source[]
  /** The line of a template (`sidecar:12`), or the purpose of another step; empty if the sources say all. */
  readonly why: string
}

/** What an API server would refuse in the injected pod. The path starts at its top. */
export type RefusedFault = {
  readonly path: Path
  readonly cause?: CauseOfRefusal
  /** The field that it clashes with. */
  readonly other?: Path
  readonly otherCause?: CauseOfRefusal
} & (
  | {
      readonly code: 'used-twice'
      readonly value: string
      readonly what: keyof typeof nouns
    }
  | { readonly code: 'missing-field' }
  | { readonly code: 'one-of-several'; readonly fields: readonly string[] }
  | { readonly code: 'none-of-several'; readonly fields: readonly string[] }
  | { readonly code: 'unknown-name'; readonly value: string; readonly what: 'volume' | 'claim' }
  | { readonly code: 'not-one-of'; readonly actual: Json; readonly expected: readonly Json[] }
  | { readonly code: 'out-of-range'; readonly actual: Json; readonly min: number; readonly max: number | undefined }
  | { readonly code: 'not-an-amount'; readonly actual: Json }
  | { readonly code: 'above-limit'; readonly actual: string; readonly limit: string }
  | { readonly code: 'not-the-limit'; readonly actual: string; readonly limit: string }
  | { readonly code: 'too-many'; readonly actual: number; readonly limit: number }
  | { readonly code: 'wrong-syntax'; readonly actual: string; readonly syntax: Syntax }
  | { readonly code: 'excludes'; readonly what: string }
  | { readonly code: 'annotations-too-large'; readonly limit: number }
)

/** A fault of the annotation `proxy.istio.io/overrides`. */
export type OverridesFault =
  /** `detail` is the parser's message. */
  | { readonly code: 'overrides-not-json'; readonly detail: string }
  | { readonly code: 'overrides-not-an-object' }
  /** The paths start at the top of a pod; an empty one means the annotation as a whole. */
  | { readonly code: 'invalid-overrides'; readonly faults: readonly FieldFault[] }

/** An annotation that is valid by itself but can't be used in this injection. */
export type UnusableAnnotation = { readonly annotation: string } & (
  | { readonly code: 'unknown-template'; readonly template: string; readonly known: readonly string[] }
  /** `detail` is the first line of the template's error. */
  | { readonly code: 'unusable-template'; readonly template: string; readonly detail: string }
  /** Each brings a proxy, in another list of containers. */
  | {
      readonly code: 'two-proxies'
      readonly templates: readonly [string, string]
      readonly lists: readonly [ContainerList, ContainerList]
    }
  | { readonly code: 'too-many-templates'; readonly actual: number; readonly limit: number }
  | OverridesFault
  /** The template itself has a volume or a mount of that name. */
  | { readonly code: 'name-of-template'; readonly name: string }
  /** A template reads the annotation, and those in `others`, as JSON; one of them isn't a JSON object or list. */
  | { readonly code: 'not-json'; readonly others: readonly string[] }
  /** A template reads them as JSON, and fails on what is in them; `detail` is its error. */
  | { readonly code: 'template-failed'; readonly others: readonly string[]; readonly detail: string }
  | { readonly code: 'scrape-port-invalid'; readonly port: string }
  | { readonly code: 'scrape-port-of-proxy'; readonly port: string }
)

/** Why a pod is denied. Discriminated by code. */
export type DenialFault =
  | PodFault
  | SharedNameFault
  | NoRoomFault
  | RefusedFault
  | AnnotationFault
  | UnusableAnnotation
  | PolicyFault

/** The path of the fault in the pod. */
export function pathOfFault(fault: DenialFault): Path {
  return 'path' in fault ? fault.path : ['metadata', 'annotations', fault.annotation]
}

/** A fault as a sentence. */
export function describeFault(fault: DenialFault): string {
  if (isOwn(fault)) return byCode(denialSentences, fault)
  if (isRefused(fault)) return `${fieldPath(fault.path)}: ${byCode(refusedReasons, fault)}${causesText(fault)}`
  if (fault.code === 'annotation-policy') return describePolicyFault(fault)
  return 'annotation' in fault ? describeAnnotationFault(fault) : describePodFault(fault)
}

/** The message of a denial, with all faults. */
export function describeDenial(faults: readonly DenialFault[]): string {
  const [first] = faults
  const text = [...new Set(faults.map(describeFault))].join('; ')
  if (first === undefined || 'annotation' in first) return text
  const begin = isSizeFault(first)
    ? 'the pod is too large to be injected'
    : isRefused(first)
      ? 'Kubernetes would refuse the injected pod'
      : 'the pod cannot be injected as it is written'
  return `${begin}: ${text}`
}

type Own = SharedNameFault | NoRoomFault | UnusableAnnotation

/** The sentence for each code of the faults that are declared here. */
export const denialSentences: ByCode<Own, string> = {
  'name-of-injected': ({ path, name, injected }) =>
    `${path.join('.')}: ${JSON.stringify(name)} is the name of ${injected === 'container' ? 'a' : 'an'} ${injected} that is injected: rename it`,
  'no-room': ({ path, actual, needed }) =>
    `${path.join('.')}: ${actual} leaves no room for the injected containers: set at least ${needed}`,
  'unknown-template': ({ annotation, template, known }) =>
    `the annotation ${annotation} names an unknown template ${JSON.stringify(template)}; known are ${known.join(', ')}`,
  'unusable-template': ({ annotation, template, detail }) =>
    `the annotation ${annotation} names the template ${JSON.stringify(template)}, which can't be rendered for this pod: ${detail}`,
  'two-proxies': ({ annotation, templates: [one, other], lists: [first, second] }) =>
    `the templates ${one} and ${other} both bring a proxy, one under ${first} and one under ${second}: name one of them in the annotation ${annotation}`,
  'too-many-templates': ({ annotation, actual, limit }) =>
    `the annotation ${annotation} names ${actual} templates; the limit is ${limit}`,
  'overrides-not-json': ({ annotation, detail }) => invalidOverrides(annotation, detail),
  'overrides-not-an-object': ({ annotation }) => invalidOverrides(annotation, 'it is not a JSON object'),
  'invalid-overrides': ({ annotation, faults }) =>
    invalidOverrides(annotation, faults.map(describePodFault).join('; ')),
  'name-of-template': ({ annotation, name }) =>
    `the annotation ${annotation} cannot be used: ${JSON.stringify(name)} is taken, by the injector or within the annotation`,
  'not-json': ({ annotation, others }) =>
    `the annotation ${[annotation, ...others].join(', ')} cannot be used: it must be a JSON object or list`,
  'template-failed': ({ annotation, others, detail }) =>
    `the annotation ${[annotation, ...others].join(', ')} cannot be used: ${detail}`,
  'scrape-port-invalid': ({ port }) => invalidScrapePort(port, 'it must be a number from 1 to 65535'),
  'scrape-port-of-proxy': ({ port }) => invalidScrapePort(port, 'the proxy itself uses this port'),
}

/** The reason for each code of what an API server would refuse, without its place. */
export const refusedReasons: ByCode<RefusedFault, string> = {
  'used-twice': ({ what, value }) => `the ${nouns[what]} ${JSON.stringify(value)} is used twice`,
  'missing-field': () => 'it is required, and empty',
  'one-of-several': ({ fields }) => `only one of ${fields.join(', ')} may be set`,
  'none-of-several': ({ fields }) => `one of ${fields.join(', ')} must be set`,
  'unknown-name': ({ what, value }) => `no ${nouns[what]} of the pod is named ${JSON.stringify(value)}`,
  'not-one-of': ({ actual, expected }) =>
    `${JSON.stringify(actual)} is none of ${expected.map((one) => JSON.stringify(one)).join(', ')}`,
  'out-of-range': ({ actual, min, max }) => `${JSON.stringify(actual)} is not ${rangeText(min, max)}`,
  'not-an-amount': ({ actual }) => `${JSON.stringify(actual)} is not a quantity of zero or more`,
  'above-limit': ({ actual, limit }) => `the request ${actual} is above the limit ${limit}`,
  'not-the-limit': ({ actual, limit }) => `the request ${actual} has to equal the limit ${limit}`,
  'too-many': ({ actual, limit }) => `it has ${actual} items; the limit is ${limit}`,
  'wrong-syntax': ({ actual, syntax }) => `${JSON.stringify(actual)} must be ${syntaxWords[syntax]}`,
  excludes: ({ what }) => `it excludes ${what}`,
  'annotations-too-large': ({ limit }) => `they have more than ${limit} bytes together`,
}

const nouns = {
  container: 'name',
  volume: 'volume',
  path: 'path',
  port: 'port name',
  'port of the host': 'port of the host',
  claim: 'resource claim',
  resource: 'resource',
  sysctl: 'sysctl',
  gate: 'scheduling gate',
} as const

function rangeText(min: number, max: number | undefined): string {
  return max === undefined ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`
}

/** ` (annotation sidecar.istio.io/proxyCPU, shared:238; spec.containers[1]...: values global.proxy.resources, shared:250)`. */
function causesText({ cause, other, otherCause }: RefusedFault): string {
  const causes = [
    ...(cause === undefined ? [] : [causeText(cause)]),
    ...(other === undefined
      ? []
      : [`${fieldPath(other)}${otherCause === undefined ? '' : `: ${causeText(otherCause)}`}`]),
  ]
  return causes.length === 0 ? '' : ` (${causes.join('; ')})`
}

function causeText({ from, why }: CauseOfRefusal): string {
  return [sourcesText(from), why].filter((text) => text !== '').join(', ')
}

/** Whether a fault is about a field of the injected pod that Kubernetes would refuse. */
export function isRefused(fault: DenialFault): fault is RefusedFault {
  return Object.hasOwn(refusedReasons, fault.code)
}

function isOwn(fault: DenialFault): fault is Own {
  return Object.hasOwn(denialSentences, fault.code)
}

function invalidOverrides(annotation: string, reason: string): string {
  return `the annotation ${annotation} cannot be used: ${reason}. It must be a JSON object with containers and initContainers, and is normally written by the injector itself`
}

function invalidScrapePort(port: string, reason: string): string {
  return `invalid prometheus scrape port ${JSON.stringify(port)}: ${reason}`
}
