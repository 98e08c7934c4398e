import { isRefused, pathOfFault } from '../../injection/model/fault.ts'
import type { Reason } from '../../injection/model/reasons.ts'
import { findAnnotation } from '../../istio/annotations/registry.ts'
import { injectLabel, systemNamespaces, templatesAnnotation } from '../../istio/names.ts'
import { revisionOf, tagOf } from '../../istio/revisions/configuration.ts'
import type { Failure } from '../../istio/revisions/match.ts'
import { injectionLabel, namespaceNameLabel, revisionLabel, revisionValue } from '../../istio/revisions/names.ts'
import { stringsAt } from '../../kubernetes/objects.ts'
import { type Expected, fieldPath, isFieldFault, podFaultReason } from '../../kubernetes/pod/fault.ts'
import { type Json, lookup, type StringMap } from '../../lang/json.ts'
import { nearest } from '../../lang/text/nearest.ts'
import { type EvaluatedWebhook, evaluateWebhooks } from './calls.ts'
import { type Edit, type Keys, withEdit } from './edits.ts'
import { isSamePlace } from './failure.ts'
import {
  type EvaluatedDecision,
  evaluateScenario,
  type InjectionScenario,
  isCreation,
  labelsOfNamespace,
  podOf,
  type ScenarioEvaluation,
} from './scenario.ts'

/** A possible next step, with its description. The caller evaluates whether it helps. */
export interface Option {
  readonly text: string
  readonly edits: readonly Edit[]
}

const labels = ['metadata', 'labels'] as const
const annotations = ['metadata', 'annotations'] as const

/** Possible changes to what keeps a pod from being injected, the most likely first. */
export function optionsFor(scenario: InjectionScenario, evaluation: ScenarioEvaluation): readonly Option[] {
  const { decision, injectors } = evaluation
  const ofDecision =
    decision.result === 'injected'
      ? []
      : decision.reason === undefined
        ? withoutAnnotation(scenario, evaluation)
        : (byReason[decision.reason]?.(scenario, evaluation) ?? [])
  if (injectors.length > 0 || !isCreation(scenario)) return ofDecision
  const byLabels = toBeCalled(scenario, evaluation)
  // Webhooks that exclude a namespace by name aren't called whatever its labels.
  const elsewhere = ofDecision.length + byLabels.length === 0 ? otherNamespaces(scenario) : []
  return [...ofDecision, ...byLabels, ...elsewhere]
}

/** Keeps an injected pod from being injected. */
export const keepOut: Option = {
  text: `set the label ${injectLabel} to "false" on the pod`,
  edits: [{ on: 'pod', path: [...labels, injectLabel], value: 'false' }],
}

const optIn: Option = {
  text: `set the label ${injectLabel} to "true" on the pod`,
  edits: [{ on: 'pod', path: [...labels, injectLabel], value: 'true' }],
}

function creation({ review }: InjectionScenario): readonly Option[] {
  const { operation = 'CREATE', subResource = '' } = review?.request ?? {}
  const edits: readonly Edit[] = [
    ...(operation === 'CREATE' ? [] : [{ on: 'review', path: ['operation'], value: 'CREATE' } as const]),
    ...(subResource === '' ? [] : [{ on: 'review', path: ['subResource'], value: undefined } as const]),
  ]
  return [{ text: 'recreate the pod: pods are injected only at creation', edits }]
}

type FindOptions = (scenario: InjectionScenario, evaluation: ScenarioEvaluation) => readonly Option[]

const byReason: Readonly<Partial<Record<Reason, FindOptions>>> = {
  'host-network': () => [
    {
      text: 'do not use the host network',
      edits: [{ on: 'pod', path: ['spec', 'hostNetwork'], value: undefined }],
    },
  ],
  windows: () => [
    {
      text: 'run the pod on Linux nodes',
      edits: [
        { on: 'pod', path: ['spec', 'os', 'name'], value: 'linux' },
        { on: 'pod', path: ['spec', 'nodeSelector', 'kubernetes.io/os'], value: 'linux' },
      ],
    },
  ],
  'system-namespace': otherNamespaces,
  'mirror-pod': () => [
    {
      text: 'create the pod through the API server, not as a static pod of the kubelet',
      edits: [{ on: 'pod', path: [...annotations, 'kubernetes.io/config.mirror'], value: undefined }],
    },
  ],
  'refused-by-label': () => [optIn],
  'refused-by-annotation': () => [optIn],
  'never-inject-selector': () => [optIn],
  'policy-disabled': () => [optIn],
  'policy-unknown': () => [
    {
      text: 'set a valid policy in the injector configuration',
      edits: [{ on: 'config', path: ['policy'], value: 'enabled' }],
    },
  ],
  'invalid-annotation': withoutAnnotation,
  'annotation-policy': withoutAnnotation,
  'unknown-template': knownTemplates,
  'unusable-template': (scenario) => [defaultTemplates(scenario)],
  'invalid-pod': correctedField,
  'invalid-injected-pod': withoutCause,
  'not-create': creation,
  'sub-resource': creation,
}

const maxNamespaces = 20

/** Another namespace: known ones if there are any, since pods may be injected there without further changes. */
function otherNamespaces({ namespace, namespaces }: InjectionScenario): readonly Option[] {
  const known = [...namespaces.keys()].filter((name) => !systemNamespaces.has(name) && name !== namespace)
  return (known.length === 0 ? ['default'] : known).slice(0, maxNamespaces).map((name) => ({
    text: `create the pod in another namespace, such as ${name}`,
    edits: [{ on: 'workload', path: ['metadata', 'namespace'], value: name }],
  }))
}

/** The first annotation that causes a denial, or without which the injector wouldn't fail in the same way. */
function withoutAnnotation(scenario: InjectionScenario, { decision }: ScenarioEvaluation): readonly Option[] {
  const names = Object.keys(stringsAt(podOf(scenario), ...annotations))
  const without = (name: string): Edit => ({ on: 'pod', path: [...annotations, name], value: undefined })
  const faulty = new Set(
    decision.faults
      .map(pathOfFault)
      .filter(isAnnotation)
      .map((path) => path[2]),
  )
  const isFaulty =
    decision.result === 'failed'
      ? (name: string) => !failsAlike(evaluateScenario(withEdit(scenario, without(name))).decision, decision)
      : (name: string) => faulty.has(name)
  const name = names.find(isFaulty)
  return name === undefined ? [] : [{ text: `${correctable(name)} the annotation ${name}`, edits: [without(name)] }]
}

function isAnnotation([first, second]: Keys): boolean {
  return first === annotations[0] && second === annotations[1]
}

function failsAlike(one: EvaluatedDecision, other: EvaluatedDecision): boolean {
  return one.result === other.result && isSamePlace(one.failure, other.failure)
}

function correctable(name: string): string {
  const entry = findAnnotation(name)
  return entry?.check === undefined ? 'correct or remove' : `correct (it must be ${entry.values}) or remove`
}

function knownTemplates(scenario: InjectionScenario): readonly Option[] {
  const { templates, aliases } = scenario.snapshot
  const known = [...templates.keys(), ...aliases.keys()]
  const value = lookup(podOf(scenario), ...annotations, templatesAnnotation)
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : []
  const meant = names.map((name) => (known.includes(name) ? name : nearest(name, known)))
  const path = [...annotations, templatesAnnotation]
  const corrected: readonly Option[] = meant.every((name) => name !== undefined)
    ? [
        {
          text: `set the annotation ${templatesAnnotation} to a known template`,
          edits: [{ on: 'pod', path, value: meant.join(',') }],
        },
      ]
    : []
  return [...corrected, defaultTemplates(scenario)]
}

function defaultTemplates({ snapshot }: InjectionScenario): Option {
  return {
    text: `remove the annotation ${templatesAnnotation} to use the default templates (${snapshot.defaultTemplates.join(', ')})`,
    edits: [{ on: 'pod', path: [...annotations, templatesAnnotation], value: undefined }],
  }
}

/** Corrects the first invalid field to the most likely value. */
function correctedField(scenario: InjectionScenario, { decision }: ScenarioEvaluation): readonly Option[] {
  const [fault] = decision.faults.filter(isFieldFault)
  if (fault === undefined) return []
  const { path } = fault
  const place = fieldPath(path)
  if (fault.code === 'missing-key' && fault.key === 'name' && path.length === 3) {
    return [{ text: `give ${place} a name`, edits: [{ on: 'pod', path: [...path, 'name'], value: 'app' }] }]
  }
  const value = fault.code === 'wrong-type' ? meant(valueAt(podOf(scenario), path), fault.expected) : undefined
  const verb = value === undefined ? 'remove' : 'correct'
  return [{ text: `${verb} ${place}: ${podFaultReason(fault)}`, edits: [{ on: 'pod', path, value }] }]
}

/** The annotations from which a value comes that an API server would refuse, or the one that it clashes with. */
function withoutCause(_: InjectionScenario, { decision }: ScenarioEvaluation): readonly Option[] {
  const causes = decision.faults.filter(isRefused).flatMap(({ cause, otherCause }) => [cause, otherCause])
  const sources = causes.flatMap((cause) => cause?.from ?? []).filter(({ kind }) => kind === 'annotation')
  return [...new Set(sources.map(({ name }) => name))].map((name) => ({
    text: `${correctable(name)} the annotation ${name}`,
    edits: [{ on: 'pod', path: [...annotations, name], value: undefined }],
  }))
}

/** The value converted to the expected type, if possible. */
function meant(value: Json | undefined, expected: Expected): Json | undefined {
  if (expected === 'integer' && typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value)
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value)
  if (expected === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return undefined
}

function valueAt(value: Json | undefined, path: Keys): Json | undefined {
  const [step, ...rest] = path
  if (step === undefined || value === undefined) return value
  if (typeof step === 'number') return valueAt(Array.isArray(value) ? value[step] : undefined, rest)
  return valueAt(lookup(value, step), rest)
}

// A cluster can have any number of tags.
const maxWebhooks = 6

/** For each injecting webhook, the labels with which it would be called; few labels on one object first. */
function toBeCalled(scenario: InjectionScenario, { webhooks }: ScenarioEvaluation): readonly Option[] {
  const own = revisionValue(scenario.snapshot.revision)
  return webhooks
    .filter(({ isInjector, deactivated }) => isInjector && !deactivated)
    .flatMap((one) => {
      const edits = editsFor(one, scenario)
      return edits === undefined ? [] : [{ one, edits }]
    })
    .map(({ one, edits }, index) => ({ one, edits, rank: rankOf(edits, revisionOf(one.configuration) === own, index) }))
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, maxWebhooks)
    .map(({ one, edits }) => ({ text: textOf(edits, one), edits }))
}

const commonLabels: ReadonlySet<unknown> = new Set([injectionLabel, injectLabel])

function rankOf(edits: readonly Edit[], isOwn: boolean, index: number): number {
  const objects = new Set(edits.map(({ on }) => on)).size
  const ofPod = edits.some(({ on }) => on === 'pod') ? 1 : 0
  // The well-known labels come before the equivalent labels for revision `default`.
  const isCommon = edits.some(({ path }) => commonLabels.has(path.at(-1))) ? 0 : 1
  return objects * 1e6 + edits.length * 1e5 + (isOwn ? 0 : 1e4) + ofPod * 1e3 + isCommon * 100 + index
}

/** The labels with which a webhook's selectors match; undefined if labels aren't sufficient. */
function editsFor(webhook: EvaluatedWebhook, scenario: InjectionScenario): readonly Edit[] | undefined {
  const edits: Edit[] = []
  for (const failure of webhook.failures) {
    const edit = editFor(failure)
    if (edit === undefined) return undefined
    edits.push(edit)
  }
  const distinct = [...new Map(edits.map((edit) => [JSON.stringify([edit.on, edit.path]), edit])).values()]
  const changed = distinct.reduce(withEdit, scenario)
  const again = evaluateWebhooks([webhook.configuration], {
    namespace: { name: changed.namespace, labels: labelsOfNamespace(changed) },
    labels: stringsAt(podOf(changed), ...labels),
  })
  return again.some(({ webhook: { name }, called }) => called && name === webhook.webhook.name) ? distinct : undefined
}

function editFor(failure: Failure): Edit | undefined {
  if (failure.field === 'rules' || 'faults' in failure) return undefined
  const { field, requirement } = failure
  const { key, operator, values } = requirement
  if (key === namespaceNameLabel) return undefined
  const on = field === 'namespaceSelector' ? 'namespace' : 'pod'
  const value = operator === 'In' ? values[0] : operator === 'Exists' ? 'true' : undefined
  // An opt-out becomes an opt-in rather than being removed.
  const said = on === 'pod' && key === injectLabel && operator === 'NotIn' ? 'true' : value
  return { on, path: [...labels, key], value: said }
}

function textOf(edits: readonly Edit[], { configuration }: EvaluatedWebhook): string {
  const words = edits.map(({ on, path, value }) => {
    const name = String(path.at(-1))
    const subject = on === 'namespace' ? 'the namespace' : 'the pod'
    return value === undefined ? `remove the label ${name} from ${subject}` : `label ${subject} ${name}=${value}`
  })
  const [revision, tag] = [revisionOf(configuration), tagOf(configuration)]
  const whose = tag !== undefined ? `, for tag ${tag}` : revision !== undefined ? `, for revision ${revision}` : ''
  return `${words.join(' and ')}${whose}`
}

/** The labels with which a namespace selects a revision. */
export function labelsForRevision(revision: string): StringMap {
  return revision === '' || revision === 'default' ? { [injectionLabel]: 'enabled' } : { [revisionLabel]: revision }
}
