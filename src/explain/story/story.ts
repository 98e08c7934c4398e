import type { DenialFault } from '../../injection/model/fault.ts'
import { reasons } from '../../injection/model/reasons.ts'
import { ownerOf } from '../../injection/prepare/owner.ts'
import { injectLabel } from '../../istio/names.ts'
import { revisionOf } from '../../istio/revisions/configuration.ts'
import { defaultRevision, revisionValue } from '../../istio/revisions/names.ts'
import { stringsAt } from '../../kubernetes/objects.ts'
import { checkPod } from '../../kubernetes/pod/check.ts'
import { controllerOfPods } from '../../kubernetes/workloads/owner.ts'
import { type Json, type JsonObject, lookupString, own, type StringMap } from '../../lang/json.ts'
import { isPod } from '../../webhook/admission/review.ts'
import { explainInjection } from '../provenance/explain.ts'
import type { Provenance } from '../provenance/types.ts'
import { type Call, callProblems, describeCall, titleOf } from './calls.ts'
import { plansFor } from './remedies.ts'
import { linesOf, type Places, type RemedyLine, recreation, rulesLines, shell } from './remedy-lines.ts'
import { describeRunning, type Running } from './running.ts'
import {
  evaluateScenario,
  factsOf,
  type InjectionScenario,
  isCreation,
  labelsOfNamespace,
  type ScenarioEvaluation,
} from './scenario.ts'

/** The explanation of one pod, as `-o json` prints it. */
export interface Story extends Provenance {
  readonly pod: {
    readonly namespace: string
    /** Its name, or the generateName that its controller gives it. */
    readonly name: string
    /** Such as `Deployment/web`; `Pod/web` without a controller. */
    readonly workload: string
    /** The file, or the cluster. */
    readonly source: string
    readonly labels: StringMap
    readonly namespaceLabels: StringMap
  }
  /** Whether a pod created now is injected, and the running one was. */
  readonly injected: boolean
  /** The result in one sentence. */
  readonly summary: string
  /** Assumptions about missing input. */
  readonly assumed: readonly string[]
  readonly notes: readonly string[]
  /** All webhooks, in the order in which the API server calls them. */
  readonly webhooks: readonly Call[]
  readonly problems: readonly string[]
  /** The decision of the injector. */
  readonly decision: {
    readonly result: string
    /** A code of docs/reasons.md; `failed` if the injector can't inject the pod. */
    readonly reason: string
    readonly message: string
    /** The faults of a denied pod, as data. */
    readonly faults: readonly DenialFault[]
    readonly templates: readonly string[]
    readonly revision: string
    readonly configuration: string
    readonly configHash: string
    readonly path: string
    readonly warnings: readonly string[]
  }
  /** The running pod; null for one that is yet to be created. */
  readonly running: Running | null
  /** Changes that would change the result; each was evaluated. */
  readonly changes: readonly Remedy[]
}

/** Where the configuration comes from, and notes about it. */
export interface InUse {
  readonly from: string
  readonly notes: readonly string[]
}

export interface Remedy {
  readonly text: string
  /** Whether the pod is injected after the change. False also if that can't be evaluated here. */
  readonly injected: boolean
  readonly lines: readonly RemedyLine[]
}

const nothing: Provenance = { fields: [], removed: [], settings: [], probes: [], ports: [], ignored: [] }

/** Explains the injection of a pod in a scenario. */
export function createStory(
  scenario: InjectionScenario,
  places: Places,
  inUse: InUse,
  assumed: readonly string[],
  evaluation: ScenarioEvaluation = evaluateScenario(scenario),
): Story {
  const { subject } = places
  const { snapshot } = scenario
  const { decision, path, pod } = evaluation
  const provenance =
    decision.injection === undefined || evaluation.injectors.length === 0 || !isCreation(scenario)
      ? nothing
      : explainInjection({ pod, namespace: scenario.namespace, path }, snapshot, factsOf(scenario)).provenance
  const running = subject.running === undefined ? null : describeRunning(subject.running, evaluation)
  const injected = evaluation.injected && running?.injected !== false
  return {
    pod: {
      namespace: scenario.namespace,
      name: running?.name || nameOf(pod),
      workload: workloadOf(pod, scenario.namespace),
      source: sourceOf(places),
      labels: ownLabels(pod, scenario),
      namespaceLabels: labelsOfNamespace(scenario),
    },
    injected,
    summary: summaryOf(evaluation, running, scenario),
    assumed,
    notes: [
      ...subject.notes,
      ...inUse.notes,
      ...otherRevision(evaluation, snapshot.revision),
      ...ineffectiveAnnotation(evaluation),
    ],
    webhooks: evaluation.webhooks.map(describeCall),
    problems: callProblems(evaluation.webhooks),
    decision: {
      result: decision.result,
      reason: decision.reason ?? 'failed',
      message: decision.message,
      faults: decision.faults,
      templates: decision.templates,
      revision: revisionValue(snapshot.revision),
      configuration: inUse.from,
      configHash: snapshot.hash,
      path,
      warnings: decision.warnings.map(({ text }) => text),
    },
    ...provenance,
    running,
    changes: remediesFor(scenario, evaluation, running, places),
  }
}

/** Without the placeholders for labels that only a cluster's controller sets. */
function ownLabels(pod: JsonObject, { place }: InjectionScenario): StringMap {
  const placeholders = Object.entries((place.kind && controllerOfPods(place.kind, '').labels) ?? {})
  const isPlaceholder = ([key, value]: readonly [string, string]) =>
    placeholders.some(([name, placeholder]) => name === key && placeholder === value)
  return Object.fromEntries(Object.entries(stringsAt(pod, 'metadata', 'labels')).filter((pair) => !isPlaceholder(pair)))
}

function nameOf(pod: JsonObject): string {
  return lookupString(pod, 'metadata', 'name') || lookupString(pod, 'metadata', 'generateName')
}

function workloadOf(pod: JsonObject, namespace: string): string {
  const checked = checkPod({ metadata: pod['metadata'] ?? {} })
  if ('faults' in checked) return `${lookupString(pod, 'kind') || 'Pod'}/${nameOf(pod)}`
  const { kind, name } = ownerOf(checked.pod, namespace)
  const itself = lookupString(pod, 'kind')
  return `${kind === 'Pod' && itself !== '' ? itself : kind}/${name || nameOf(pod)}`
}

function sourceOf({ subject: { origin } }: Places): string {
  return origin.form === 'file' ? `${origin.file}:${origin.line}` : 'the cluster'
}

/** The result in one sentence. */
export function summaryOf(
  evaluation: ScenarioEvaluation,
  running: Running | null,
  scenario: InjectionScenario,
): string {
  const now = nowOf(evaluation, scenario)
  if (running === null) return now
  const revision = running.revision === null ? '' : ` by revision ${running.revision}`
  const then = running.injected
    ? `it was injected${revision} when it was created`
    : 'it was not injected when it was created'
  return `${then}; if it were created now: ${now}`
}

function nowOf({ injectors, decision }: ScenarioEvaluation, scenario: InjectionScenario): string {
  const [first] = injectors
  const why = decision.message.split('\n')[0] ?? ''
  if (first === undefined) {
    const also = decision.result === 'injected' ? '' : `, and it would not inject the pod: ${why}`
    const what = isCreation(scenario) ? 'this pod' : describeRequest(scenario)
    return `not injected: no injector is called for ${what}${also}`
  }
  switch (decision.result) {
    case 'injected':
      return `injected by ${titleOf(first)}: ${why}`
    case 'skipped':
      return `not injected: ${why}`
    case 'denied':
      return `denied, the pod is not created: ${why}`
    case 'failed': {
      const ignores = first.webhook.failurePolicy === 'Ignore'
      const then = ignores ? 'created without a sidecar' : 'not created'
      return `the injector fails, and the pod is ${then} (failurePolicy ${ignores ? 'Ignore' : 'Fail'}): ${why}`
    }
  }
}

function describeRequest({ review }: InjectionScenario): string {
  if (review === undefined) return 'this pod'
  const { operation, subResource, kind } = review.request
  return `${operation} of ${isPod(kind) ? 'pods' : kind.kind}${subResource === '' ? '' : `/${subResource}`}`
}

/** A given configuration is used even if another revision is called. */
function otherRevision({ injectors }: ScenarioEvaluation, revision: string): readonly string[] {
  const [first] = injectors
  const called = first && revisionOf(first.configuration)
  const used = revisionValue(revision)
  if (called === undefined || called === used) return []
  return [`revision ${called} is called, but this explanation uses the configuration of revision ${used}`]
}

/** The most common mistake: the label was meant. */
function ineffectiveAnnotation({ pod, injectors }: ScenarioEvaluation): readonly string[] {
  const asks = own(stringsAt(pod, 'metadata', 'annotations'), injectLabel) === 'true'
  if (!asks || injectors.length > 0) return []
  return [`the annotation ${injectLabel} does not select the pod for injection: webhooks select pods by labels`]
}

function remediesFor(
  scenario: InjectionScenario,
  evaluation: ScenarioEvaluation,
  running: Running | null,
  places: Places,
): readonly Remedy[] {
  if (running?.injected === false && evaluation.injected) {
    return [
      {
        text: 'recreate the pod: it was created before injection applied to it',
        injected: true,
        lines: recreation(places),
      },
    ]
  }
  const plans = plansFor(scenario, evaluation).map((plan) => ({
    text: plan.texts.join('; then '),
    injected: plan.injected,
    lines: linesOf(plan, places),
  }))
  const { decision, injectors } = evaluation
  const rules =
    isCreation(scenario) || decision.reason === undefined
      ? []
      : [{ text: reasons[decision.reason].change, injected: false, lines: rulesLines(injectors, places) }]
  if (plans.length > 0 || evaluation.injected) return [...plans, ...rules]
  return rules.length > 0 ? rules : [otherwise(evaluation, places)]
}

/** Suggestions that can't be evaluated here. */
function otherwise({ decision, webhooks, injectors }: ScenarioEvaluation, places: Places): Remedy {
  const remedy = (text: string, ...commands: readonly string[][]): Remedy => ({
    text,
    injected: false,
    lines: commands.map((words) => shell(words, places)),
  })
  const installed = webhooks.filter(({ isInjector }) => isInjector)
  if (injectors.length === 0 && installed.length === 0) {
    return remedy('install an injector: there is no injecting webhook configuration (docs/chart.md)', [
      ...['helm', 'install', 'outrigger', 'charts/outrigger', '--namespace', 'outrigger-system', '--create-namespace'],
      ...['--set', 'injector.fromCluster=true'],
    ])
  }
  const [first] = installed
  if (injectors.length === 0 && first !== undefined && installed.every(({ deactivated }) => deactivated)) {
    const revision = revisionOf(first.configuration) ?? defaultRevision
    return remedy('point a tag to a revision: the webhooks of all injectors are deactivated', [
      ...['outrigger', 'tag', 'set', defaultRevision, '--revision', revision],
    ])
  }
  if (decision.reason !== undefined && decision.result !== 'injected') return remedy(reasons[decision.reason].change)
  if (decision.result === 'failed') return remedy('fix the template named above')
  return remedy('change the selectors of the webhooks: no labels of the namespace and pod can match them')
}

/** A story as data to print. */
export function storyData(story: Story): Json {
  // Drops undefined fields.
  return JSON.parse(JSON.stringify(story))
}
