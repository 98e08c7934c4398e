import type { DenialFault } from '../../injection/model/fault.ts'
import { reasons } from '../../injection/model/reasons.ts'
import { ownerOf } from '../../injection/prepare/owner.ts'
import { injectLabel } from '../../istio/names.ts'
import { revisionOf } from '../../istio/revisions/configuration.ts'
import { defaultRevision, revisionValue } from '../../istio/revisions/names.ts'
import { checkPod } from '../../kubernetes/pod/check.ts'
import { controllerOfPods } from '../../kubernetes/workloads/owner.ts'
import { type Json, type JsonObject, lookupString, own, type StringMap } from '../../lang/json.ts'
import { isPod } from '../../webhook/admission/review.ts'
import { explainInjection } from '../provenance/explain.ts'
import type { Provenance } from '../provenance/types.ts'
import { type Call, callProblems, describeCall, titleOf } from './calls.ts'
import { plansFor } from './remedies.ts'
import { linesOf, type Places, type RemedyLine, renewal, rulesLines, shell } from './remedy-lines.ts'
import { describeRunning, type Running } from './running.ts'
import {
  evaluateScenario,
  factsOf,
  type InjectionScenario,
  isCreation,
  labelsOfNamespace,
  type ScenarioEvaluation,
  stringsAt,
} from './scenario.ts'

/** All that there is to say of one pod: what `-o json` prints, in the order in which it is told. */
export interface Story extends Provenance {
  readonly pod: {
    readonly namespace: string
    /** Its name, or the generateName that its controller gives it. */
    readonly name: string
    /** Such as `Deployment/web`; `Pod/web` where nothing controls it. */
    readonly workload: string
    /** The file, or the cluster. */
    readonly source: string
    readonly labels: StringMap
    readonly namespaceLabels: StringMap
  }
  /** Whether a pod that is created now is injected, and the one that runs was. */
  readonly injected: boolean
  /** The answer in one sentence. */
  readonly summary: string
  /** What nobody gave, and was taken to be so. */
  readonly assumed: readonly string[]
  readonly notes: readonly string[]
  /** All webhooks, in the order in which the API server calls them. */
  readonly webhooks: readonly Call[]
  readonly problems: readonly string[]
  /** What the injector decides when it is asked. */
  readonly decision: {
    readonly result: string
    /** A code of docs/reasons.md; `failed` where the injector itself can't inject the pod. */
    readonly reason: string
    readonly message: string
    /** What is wrong with a pod that is denied, as data. */
    readonly faults: readonly DenialFault[]
    readonly templates: readonly string[]
    readonly revision: string
    readonly configuration: string
    readonly configHash: string
    readonly path: string
    readonly warnings: readonly string[]
  }
  /** The pod that runs; null for one that is yet to be created. */
  readonly running: Running | null
  /** What would change it; each was tried, and gives what it says. */
  readonly changes: readonly Remedy[]
}

/** Where the configuration comes from by which a pod is told, and what to know about that. */
export interface InUse {
  readonly from: string
  readonly notes: readonly string[]
}

export interface Remedy {
  readonly text: string
  /** Whether the pod is injected then: it was tried. False also for what can't be tried here. */
  readonly injected: boolean
  readonly lines: readonly RemedyLine[]
}

const nothing: Provenance = { fields: [], removed: [], settings: [], probes: [], ports: [], ignored: [] }

/** Tells what becomes of a pod in a scenario. */
export function createStory(
  scenario: InjectionScenario,
  places: Places,
  inUse: InUse,
  assumed: readonly string[],
): Story {
  const evaluation = evaluateScenario(scenario)
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
    notes: [...subject.notes, ...inUse.notes, ...otherRevision(evaluation, snapshot.revision), ...unheard(evaluation)],
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

/** Without the labels that stand for those which only a cluster's controller knows. */
function ownLabels(pod: JsonObject, { place }: InjectionScenario): StringMap {
  const standIns = Object.entries((place.kind && controllerOfPods(place.kind, '').labels) ?? {})
  const isStandIn = ([key, value]: readonly [string, string]) =>
    standIns.some(([name, stand]) => name === key && stand === value)
  return Object.fromEntries(Object.entries(stringsAt(pod, 'metadata', 'labels')).filter((pair) => !isStandIn(pair)))
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

/** The answer in one sentence. */
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
  return `${then}; created now: ${now}`
}

function nowOf({ injectors, decision }: ScenarioEvaluation, scenario: InjectionScenario): string {
  const [first] = injectors
  const why = decision.message.split('\n')[0] ?? ''
  if (first === undefined) {
    const also = decision.result === 'injected' ? '' : `, and it would leave the pod alone: ${why}`
    const what = isCreation(scenario) ? 'this pod' : describeRequest(scenario)
    return `not injected: no injector is called for ${what}${also}`
  }
  switch (decision.result) {
    case 'injected':
      return `injected by ${titleOf(first)}: ${why}`
    case 'skipped':
      return `not injected: ${why}`
    case 'denied':
      return `refused, the pod is not created: ${why}`
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

/** Whoever gave a configuration explains by that, even where another revision would be called. */
function otherRevision({ injectors }: ScenarioEvaluation, revision: string): readonly string[] {
  const [first] = injectors
  const called = first && revisionOf(first.configuration)
  const used = revisionValue(revision)
  if (called === undefined || called === used) return []
  return [`revision ${called} is called, and all that follows is told by the configuration of revision ${used}`]
}

/** The commonest mistake: the label was meant. */
function unheard({ pod, injectors }: ScenarioEvaluation): readonly string[] {
  const asks = own(stringsAt(pod, 'metadata', 'annotations'), injectLabel) === 'true'
  if (!asks || injectors.length > 0) return []
  return [`the annotation ${injectLabel} has no injector called: webhooks select pods by their labels`]
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
        text: 'have the pod made anew: it was created before it would have been injected',
        injected: true,
        lines: renewal(places),
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

/** Where nothing helps that can be tried here. */
function otherwise({ decision, webhooks, injectors }: ScenarioEvaluation, places: Places): Remedy {
  const remedy = (text: string, ...commands: readonly string[][]): Remedy => ({
    text,
    injected: false,
    lines: commands.map((words) => shell(words, places)),
  })
  const installed = webhooks.filter(({ isInjector }) => isInjector)
  if (injectors.length === 0 && installed.length === 0) {
    return remedy('install an injector: the cluster has no webhook configuration of one (docs/chart.md)', [
      ...['helm', 'install', 'outrigger', 'charts/outrigger', '--namespace', 'istio-system'],
    ])
  }
  const [first] = installed
  if (injectors.length === 0 && first !== undefined && installed.every(({ deactivated }) => deactivated)) {
    const revision = revisionOf(first.configuration) ?? defaultRevision
    return remedy('point a tag to a revision: the webhooks of all injectors are switched off', [
      ...['outrigger', 'tag', 'set', defaultRevision, '--revision', revision],
    ])
  }
  if (decision.reason !== undefined && decision.result !== 'injected') return remedy(reasons[decision.reason].change)
  if (decision.result === 'failed') return remedy('mend the template that is named above')
  return remedy('change the selectors of the webhooks: no labels of the namespace and the pod meet them')
}

/** A story as data to print. */
export function storyData(story: Story): Json {
  // Only what is undefined in it is no JSON, and goes.
  return JSON.parse(JSON.stringify(story))
}
