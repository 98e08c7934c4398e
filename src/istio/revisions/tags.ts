import type { JsonObject } from '../../lang/json.ts'
import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import {
  type CalledInjector,
  calledBy,
  calledInjector,
  injectorsOf,
  isDeactivated,
  type Namespace,
  readConfigurations,
  readNamespaces,
  revisionOf,
  sortedByName,
  tagOf,
  type WebhookConfiguration,
} from './configuration.ts'
import type { IstiodService } from './istiod-service.ts'
import { defaultRevision, injectionLabel, revisionLabel } from './names.ts'
import { findOverlaps, type Overlap } from './overlaps.ts'
import { injectorsFor, ownConfigurations, type TagObjects } from './tag-list.ts'
import { namespaceOf, tagConfigurationOf } from './tag-model.ts'
import { findSource, nameProblems, type TagSource, type TagTarget, trustNotes } from './tag-source.ts'
import { type MutatingWebhookConfiguration, neverMatch } from './webhooks.ts'

export interface TagRequest {
  readonly tag: string
  /** The injector to point to. */
  readonly target: TagTarget
  /** Whether an existing tag may be moved. */
  readonly overwrite?: boolean
  /** The namespace in the object's name; by default the name of an existing tag's object stays, and a new one has istiod's. */
  readonly namespace?: string
  /** For the tag `default`: whether namespaces without labels are injected; by default as before. */
  readonly enableNamespacesByDefault?: boolean
}

/** What a tag command would do. It can only be done without problems; overlaps need a confirmation. */
export interface TagPlan {
  /** Sentences for the user; if there are any, there are no steps. */
  readonly problems: readonly string[]
  /** In the order of execution: after each step, at least the same pods are injected as before. */
  readonly steps: readonly TagStep[]
  /** The namespaces whose pods without labels of their own are afterwards injected by another revision, or no longer. */
  readonly namespaces: readonly NamespaceChange[]
  /** The overlaps of all configurations afterwards. */
  readonly overlaps: readonly Overlap[]
  /** Further notes for the user. */
  readonly notes: readonly string[]
}

export type TagStep = ApplyStep | ReplaceStep | DeleteStep

/** A forced server-side apply under one field manager. The object may contain only the fields that change. */
export interface ApplyStep {
  readonly action: 'apply'
  readonly name: string
  readonly object: JsonObject
  /** What it does, such as `point the tag prod to revision 1-25-0`. */
  readonly text: string
}

/**
 * An existing object gets these labels, annotations and webhooks, in one write: the webhooks of another injector have other
 * names, and an apply would leave them beside the new ones.
 */
export interface ReplaceStep {
  readonly action: 'replace'
  readonly name: string
  readonly object: MutatingWebhookConfiguration
  readonly text: string
}

export interface DeleteStep {
  readonly action: 'delete'
  /** Of a MutatingWebhookConfiguration. */
  readonly name: string
  readonly text: string
}

export interface NamespaceChange {
  readonly namespace: string
  /** The injectors of its pods; more than one when webhooks overlap. */
  readonly before: readonly NamespaceInjector[]
  readonly after: readonly NamespaceInjector[]
}

export interface NamespaceInjector extends CalledInjector {
  /** istiod's; undefined without a revision label. */
  readonly revision: string | undefined
}

/** Plans `tag set`: points a tag to an injector. */
export function planTagSet(objects: TagObjects, request: TagRequest): TagPlan {
  const configurations = readConfigurations(objects.configurations)
  const { tag } = request
  const built = build(configurations, request, objects.istiod)
  const existing = configurations.filter((configuration) => tagOf(configuration) === tag)
  const problems = [
    ...built.problems,
    ...(request.overwrite === true ? [] : existing.map((configuration) => alreadyExists(tag, configuration))),
  ]
  if (built.object === undefined || problems.length > 0) return refused(problems)
  const { name } = built.object.metadata
  // The tag `a` of a control plane in `b` has the same object name as the tag `a-b` of istio-system.
  const other = configurations.find((configuration) => configuration.name === name && tagOf(configuration) !== tag)
  if (other !== undefined) return refused([`${name} exists and is not the tag ${tag}: choose another name for the tag`])
  const text = `point the tag ${tag} to ${built.to}`
  const isThere = existing.some((configuration) => configuration.name === name)
  const steps: readonly TagStep[] = [
    isThere ? { action: 'replace', name, object: built.object, text } : apply(built.object, text),
    ...existing
      .filter((configuration) => configuration.name !== name)
      .map((configuration) => remove(configuration, `delete ${configuration.name}, which was the tag ${tag}`)),
    // Last: until the tag exists, only the default revision's own configuration injects.
    ...(tag === defaultRevision ? toDeactivate(configurations).map(deactivate) : []),
  ]
  return planned(configurations, readNamespaces(objects.namespaces), steps, built.notes)
}

/** Plans `tag generate`: its one step is what to print. Whether the tag exists doesn't matter. */
export function planTagGenerate(objects: TagObjects, request: TagRequest): TagPlan {
  const configurations = readConfigurations(objects.configurations)
  const built = build(configurations, request, objects.istiod)
  if (built.object === undefined) return refused(built.problems)
  const steps = [apply(built.object, `point the tag ${request.tag} to ${built.to}`)]
  const active = request.tag === defaultRevision ? toDeactivate(configurations) : []
  const notes = active.map(
    ({ name }) =>
      `${name} is active: with the tag ${defaultRevision} applied beside it, both would select the same pods; ` +
      `\`tag set ${defaultRevision}\` switches it off`,
  )
  return planned(configurations, readNamespaces(objects.namespaces), steps, [...built.notes, ...notes])
}

/** Plans `tag remove`: `namespaces` are those that use the tag. */
export function planTagRemove(objects: TagObjects, tag: string): TagPlan {
  const configurations = readConfigurations(objects.configurations)
  const existing = configurations.filter((configuration) => tagOf(configuration) === tag)
  if (existing.length === 0) {
    const known = new Set(configurations.flatMap((configuration) => tagOf(configuration) ?? []))
    return refused([`unknown tag ${quote(tag)}: ${knownNames(tag, [...known])}`])
  }
  const steps = existing.map((configuration) => remove(configuration, `delete the tag ${tag} (${configuration.name})`))
  const notes = [
    `pods that use the tag by their own label ${revisionLabel}=${tag} are not checked`,
    ...(tag === defaultRevision ? ownConfigurations(configurations).filter(isOff).map(staysOff) : []),
  ]
  return planned(configurations, readNamespaces(objects.namespaces), steps, notes)
}

function refused(problems: readonly string[]): TagPlan {
  return { problems, steps: [], namespaces: [], overlaps: [], notes: [] }
}

function planned(
  before: readonly WebhookConfiguration[],
  namespaces: readonly Namespace[],
  steps: readonly TagStep[],
  notes: readonly string[] = [],
): TagPlan {
  const after = afterSteps(before, steps)
  return { problems: [], steps, namespaces: changes(namespaces, before, after), overlaps: findOverlaps(after), notes }
}

/**
 * The configurations after all steps, as far as they select pods: one that is switched off has only its selectors here, and
 * selects none.
 */
function afterSteps(
  configurations: readonly WebhookConfiguration[],
  steps: readonly TagStep[],
): readonly WebhookConfiguration[] {
  return steps.reduce((current, step) => {
    const others = current.filter(({ name }) => name !== step.name)
    return step.action === 'delete' ? others : sortedByName([...others, ...readConfigurations([step.object])])
  }, configurations)
}

function changes(
  namespaces: readonly Namespace[],
  before: readonly WebhookConfiguration[],
  after: readonly WebhookConfiguration[],
): readonly NamespaceChange[] {
  return namespaces
    .map((namespace) => ({
      namespace: namespace.name,
      before: namespaceInjectors(before, namespace),
      after: namespaceInjectors(after, namespace),
    }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

function namespaceInjectors(
  configurations: readonly WebhookConfiguration[],
  namespace: Namespace,
): readonly NamespaceInjector[] {
  const called = injectorsFor(configurations, namespace).map(({ revision, called }) => ({ ...called, revision }))
  return [...new Map(called.map((one) => [JSON.stringify(one), one])).values()]
}

/** The tag's object with the title of its injector, or the problems of the request. */
type Built =
  | {
      readonly object: MutatingWebhookConfiguration
      readonly to: string
      readonly notes: readonly string[]
      readonly problems: readonly []
    }
  | { readonly object?: never; readonly problems: readonly string[] }

function build(
  configurations: readonly WebhookConfiguration[],
  request: TagRequest,
  istiod: IstiodService | undefined,
): Built {
  const { tag, target, namespace } = request
  const found = findSource(configurations, target, istiod)
  const problems = [
    ...nameProblems(tag, ownConfigurations(configurations)),
    ...('problem' in found ? [found.problem] : []),
  ]
  if ('problem' in found || problems.length > 0) return { problems }
  const ofTag = configurations.filter((configuration) => tagOf(configuration) === tag)
  const ofDefault = ownConfigurations(configurations).filter((one) => revisionOf(one) === defaultRevision)
  const { enableNamespacesByDefault } = request
  const object = tagConfigurationOf({
    tag,
    ...found,
    predecessors: [...ofTag, ...(tag === defaultRevision ? ofDefault : [])],
    ...(namespace === undefined ? { existing: ofTag[0], ...homeOf(configurations, found) } : { namespace }),
    ...(enableNamespacesByDefault !== undefined && { enableNamespacesByDefault }),
  })
  const to = describeInjector({ ...calledInjector(found.webhook), revision: revisionOf(found.source) })
  return { object, to, notes: trustNotes(found), problems: [] }
}

/**
 * The namespace for the name of a new tag: that of istiod, if the tag's revision has a configuration of its own, so that istioctl
 * finds the object by the name that it would give it. Else that of the injector.
 */
function homeOf(
  configurations: readonly WebhookConfiguration[],
  { source }: TagSource,
): { readonly namespace?: string } {
  const own = ownConfigurations(configurations).find((one) => revisionOf(one) === revisionOf(source))
  const [webhook] = own === undefined ? [] : injectorsOf(own)
  return own === undefined || webhook === undefined ? {} : { namespace: namespaceOf(own, webhook) }
}

/** An injector in messages: `revision 1-27-1`, or `Outrigger in outrigger-system/outrigger`. */
export function describeInjector({ injector, address, revision }: NamespaceInjector): string {
  if (injector === 'outrigger') return `Outrigger in ${address}`
  return revision === undefined ? `${address}, which has no revision` : `revision ${revision}`
}

function alreadyExists(tag: string, configuration: WebhookConfiguration): string {
  const [called] = calledBy(configuration)
  const to = called === undefined ? 'no injector' : describeInjector({ ...called, revision: revisionOf(configuration) })
  return `the tag ${tag} exists and points to ${to} (${configuration.name}): use --overwrite to move it`
}

function apply(object: MutatingWebhookConfiguration, text: string): ApplyStep {
  return { action: 'apply', name: object.metadata.name, object, text }
}

function remove({ name }: WebhookConfiguration, text: string): DeleteStep {
  return { action: 'delete', name, text }
}

function isOff({ webhooks }: WebhookConfiguration): boolean {
  return webhooks.length > 0 && webhooks.every(isDeactivated)
}

/** The default revision's own configurations that are active. */
function toDeactivate(configurations: readonly WebhookConfiguration[]): readonly WebhookConfiguration[] {
  return ownConfigurations(configurations).filter(
    (configuration) => revisionOf(configuration) === defaultRevision && !isOff(configuration),
  )
}

/** Changes only the selectors: all other fields stay with their field manager. */
function deactivate({ name, webhooks }: WebhookConfiguration): ApplyStep {
  const object = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: webhooks.map((webhook) => ({
      name: webhook.name,
      namespaceSelector: neverMatch,
      objectSelector: neverMatch,
    })),
  }
  return { action: 'apply', name, object, text: `switch off ${name}, whose pods the tag ${defaultRevision} takes over` }
}

// Reinstalling without deleting first may not switch it on: a three-way merge keeps fields that it didn't set.
function staysOff({ name }: WebhookConfiguration): string {
  return (
    `${name} stays switched off, so nothing injects namespaces with ${injectionLabel}=enabled afterwards: point the tag ` +
    `${defaultRevision} to revision ${defaultRevision} instead (tag set, --overwrite), or delete it and reinstall its revision`
  )
}
