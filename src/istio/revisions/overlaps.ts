import type { StringMap } from '../../lang/json.ts'
import {
  injectorsOf,
  isDeactivated,
  meets,
  type ReadSelector,
  revisionOf,
  tagOf,
  type Webhook,
  type WebhookConfiguration,
} from './configuration.ts'
import { reachesPods } from './match.ts'
import { namespaceNameLabel } from './names.ts'

/** Two webhooks of different injectors that an API server calls for one pod, with the labels of such a pod. */
export interface Overlap {
  readonly first: OverlapSide
  readonly second: OverlapSide
  /** As few labels as possible. */
  readonly namespaceLabels: StringMap
  readonly podLabels: StringMap
}

export interface OverlapSide {
  readonly configuration: string
  readonly webhook: string
  /** From the label istio.io/rev of the configuration; undefined when it has none. */
  readonly revision: string | undefined
  /** From the label istio.io/tag; undefined for a revision's own configuration. */
  readonly tag: string | undefined
  /** Names of CEL conditions, which may keep the two apart: they aren't evaluated here. */
  readonly conditions: readonly string[]
}

/**
 * All pairs of injecting webhooks that can select the same pod although they belong to different revisions, or to one revision
 * with two injectors. Such a pod would be injected by one and changed again by the other.
 */
export function findOverlaps(configurations: readonly WebhookConfiguration[]): readonly Overlap[] {
  const active = configurations.map((configuration) => ({
    configuration,
    webhooks: injectorsOf(configuration).filter((webhook) => reachesPods(webhook) && !isDeactivated(webhook)),
  }))
  const overlaps: Overlap[] = []
  for (const [index, one] of active.entries()) {
    for (const other of active.slice(index + 1)) {
      for (const first of one.webhooks) {
        for (const second of other.webhooks) {
          if (caller(one.configuration, first) === caller(other.configuration, second)) continue
          const labels = commonLabels(first, second)
          if (labels === undefined) continue
          overlaps.push({ first: side(one.configuration, first), second: side(other.configuration, second), ...labels })
        }
      }
    }
  }
  return overlaps
}

/** The identity of an injector: its revision and the address of its server. */
function caller(configuration: WebhookConfiguration, { clientConfig: { url, service } }: Webhook): string {
  const revision = revisionOf(configuration) ?? `unlabelled ${configuration.name}`
  return JSON.stringify([revision, url, service?.namespace, service?.name, service?.path, service?.port ?? 443])
}

function side(configuration: WebhookConfiguration, webhook: Webhook): OverlapSide {
  return {
    configuration: configuration.name,
    webhook: webhook.name,
    revision: revisionOf(configuration),
    tag: tagOf(configuration),
    conditions: webhook.matchConditions.map(({ name }) => name),
  }
}

function commonLabels(
  one: Webhook,
  other: Webhook,
): { readonly namespaceLabels: StringMap; readonly podLabels: StringMap } | undefined {
  const namespaceLabels = labelsForBoth(one.namespaceSelector, other.namespaceSelector, [namespaceNameLabel])
  if (namespaceLabels === undefined) return undefined
  const podLabels = labelsForBoth(one.objectSelector, other.objectSelector, [])
  return podLabels && { namespaceLabels, podLabels }
}

/**
 * Labels that two selectors both accept; undefined when there are none. `always` are labels that are never missing.
 *
 * It is the exhaustive product over the values that the selectors mention, with "missing" and "some other value" for
 * each key. Every requirement is about one key, so the product is searched key by key and doesn't grow with their number.
 */
export function labelsForBoth(
  one: ReadSelector,
  other: ReadSelector,
  always: readonly string[],
): StringMap | undefined {
  // The API server rejects an invalid selector, so such a webhook can't exist.
  if (one.faults.length > 0 || other.faults.length > 0) return undefined
  const requirements = [...one.selector.requirements, ...other.selector.requirements]
  const labels: [string, string][] = []
  for (const key of new Set(requirements.map((requirement) => requirement.key))) {
    const ofKey = requirements.filter((requirement) => requirement.key === key)
    const mentioned = ofKey.flatMap(({ values }) => values)
    const values = always.includes(key)
      ? [unmentioned(mentioned), ...mentioned]
      : [undefined, ...mentioned, unmentioned(mentioned)]
    const found = values.findIndex((value) => {
      const label: StringMap = value === undefined ? {} : Object.fromEntries([[key, value]])
      return ofKey.every((requirement) => meets(requirement, label))
    })
    if (found < 0) return undefined
    const value = values[found]
    if (value !== undefined) labels.push([key, value])
  }
  return Object.fromEntries(labels)
}

/** A label value that isn't one of these. */
function unmentioned(values: readonly string[]): string {
  const name = 'example'
  for (let number = 1; ; number++) {
    const value = number === 1 ? name : `${name}-${number}`
    if (!values.includes(value)) return value
  }
}

/** An overlap in words, with a pod that shows it. */
export function describeOverlap({ first, second, namespaceLabels, podLabels }: Overlap): string {
  const conditions = [...first.conditions, ...second.conditions]
  const unless =
    conditions.length > 0 ? ` (unless a match condition excludes one of them: ${conditions.join(', ')})` : ''
  return (
    `${describeSide(first)} and ${describeSide(second)} both select a pod with ${describeLabels(podLabels)} ` +
    `in a namespace with ${describeLabels(namespaceLabels)}${unless}`
  )
}

function describeSide({ configuration, webhook, revision, tag }: OverlapSide): string {
  const tagged = tag === undefined ? '' : `tag ${tag}, `
  return `${webhook} of ${configuration} (${tagged}${revision === undefined ? 'without a revision' : `revision ${revision}`})`
}

function describeLabels(labels: StringMap): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? 'no labels' : pairs.join(', ')
}
