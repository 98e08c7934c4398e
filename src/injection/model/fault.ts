import { type AnnotationFault, describeAnnotationFault } from '../../istio/annotations/fault.ts'
import type { ContainerList } from '../../kubernetes/pod/access.ts'
import { describePodFault, type FieldFault, isSizeFault, type PodFault } from '../../kubernetes/pod/fault.ts'
import { type ByCode, byCode } from '../../lang/text/by-code.ts'
import type { Path } from '../../lang/text/path.ts'
import { describePolicyFault, type PolicyFault } from '../policy/fault.ts'

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
export type DenialFault = PodFault | SharedNameFault | NoRoomFault | AnnotationFault | UnusableAnnotation | PolicyFault

/** The path of the fault in the pod. */
export function pathOfFault(fault: DenialFault): Path {
  return 'path' in fault ? fault.path : ['metadata', 'annotations', fault.annotation]
}

/** A fault as a sentence. */
export function describeFault(fault: DenialFault): string {
  if (isOwn(fault)) return byCode(denialSentences, fault)
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

function isOwn(fault: DenialFault): fault is Own {
  return Object.hasOwn(denialSentences, fault.code)
}

function invalidOverrides(annotation: string, reason: string): string {
  return `the annotation ${annotation} cannot be used: ${reason}. It must be a JSON object with containers and initContainers, and is normally written by the injector itself`
}

function invalidScrapePort(port: string, reason: string): string {
  return `invalid prometheus scrape port ${JSON.stringify(port)}: ${reason}`
}
