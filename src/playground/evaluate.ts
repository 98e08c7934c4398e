import type { Loaded } from '../config/load.ts'
import { objectTitle } from '../explain/story/edits.ts'
import {
  evaluateScenario,
  type InjectionScenario,
  labelsOfNamespace,
  type ScenarioEvaluation,
} from '../explain/story/scenario.ts'
import { createStory, type Story } from '../explain/story/story.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { analyze } from '../lint/analyze.ts'
import { readCluster } from '../lint/cluster.ts'
import { readCommentIgnores } from '../lint/ignore.ts'
import type { Finding } from '../lint/rule.ts'
import { compareSubject } from './compare.ts'
import { type ConfigurationReading, configurationText, createReadConfiguration } from './configuration.ts'
import { decisionOf } from './decision.ts'
import { diffOf } from './diff.ts'
import { locateObjects } from './documents.ts'
import { explanationOf } from './explanation.ts'
import { pictureOf } from './picture/picture.ts'
import { podProblems } from './pod-problems.ts'
import { resultView } from './result-lines.ts'
import { namespaceObject, readTyped, scenarioOf, type Typed, type TypedSubject } from './scenarios.ts'
import type { Evaluation, PlaygroundState, SubjectEvaluation } from './types.ts'

/** Evaluates states one after the other, and caches expensive results between them. */
export function createEvaluate(): (state: PlaygroundState) => Evaluation {
  const read = createReadConfiguration()
  return (state) => {
    const { compare } = state
    const { values, mesh, config, settings } = state
    const current = read({ values, mesh, config, settings }, '')
    const other = compare === undefined ? undefined : read(compare, 'compare.')
    const typed = readTyped(state)
    const problems = [...typed.problems, ...current.problems, ...(other?.problems ?? [])]
    if (current.loaded === undefined) return { problems, subjects: [], lint: [] }
    const { loaded } = current
    const evaluated = typed.subjects.map((subject) => evaluateSubject(subject, typed, loaded, other, state))
    return {
      problems: [...problems, ...evaluated.flatMap((one) => one.problems)],
      subjects: evaluated.map((one) => one.evaluation),
      lint: lintOf(typed, loaded.snapshot, state),
    }
  }
}

/** Evaluates a state. Never throws for any input. */
export function evaluate(state: PlaygroundState): Evaluation {
  return createEvaluate()(state)
}

function evaluateSubject(
  typedSubject: TypedSubject,
  typed: Typed,
  loaded: Loaded,
  other: ConfigurationReading | undefined,
  state: PlaygroundState,
): { readonly evaluation: SubjectEvaluation; readonly problems: Evaluation['problems'] } {
  const { document } = typedSubject
  const { scenario, assumed } = scenarioOf(typedSubject, typed, loaded.snapshot, state.settings.path)
  const evaluation = evaluateScenario(scenario)
  const story = storyOf(typedSubject, scenario, evaluation, loaded, assumed)
  const before = evaluation.pod
  const after = evaluation.injected ? (evaluation.decision.injection?.pod ?? before) : before
  const title = objectTitle(scenario)
  const result = resultView(after, story.fields, loaded.snapshot.templates)
  const model = pictureOf(title, before, after, story)
  const against =
    other === undefined
      ? undefined
      : compareSubject(scenario, evaluation, other.loaded?.snapshot, state.compare?.settings.path ?? '')
  return {
    evaluation: {
      title,
      line: document.line,
      decision: decisionOf(evaluation, story.summary, loaded.snapshot.hash),
      result,
      diff: after === before ? [] : diffOf(before, result.yaml),
      patch: JSON.stringify(patchOf(evaluation), null, 2),
      explain: explanationOf(story),
      ...(model !== undefined && { picture: model }),
      ...(against !== undefined && { comparison: against }),
    },
    problems: podProblems(typedSubject, evaluation),
  }
}

function patchOf({ injected, decision }: ScenarioEvaluation) {
  return injected ? (decision.injection?.patch ?? []) : []
}

function storyOf(
  { subject }: TypedSubject,
  scenario: InjectionScenario,
  evaluation: ScenarioEvaluation,
  loaded: Loaded,
  assumed: readonly string[],
): Story {
  const places = {
    subject,
    title: objectTitle(scenario),
    namespaceLabels: labelsOfNamespace(scenario),
    namespaceFile: undefined,
    configuration: 'the configuration editor',
    connection: {},
  }
  return createStory(scenario, places, { from: configurationText(loaded), notes: [] }, assumed, evaluation)
}

/** The findings of the lint rules for all input. */
function lintOf(typed: Typed, snapshot: Snapshot, { workload, cluster: around }: PlaygroundState): readonly Finding[] {
  const namespace = namespaceObject(typed)
  const objects = [...typed.objects.map(({ json }) => json), ...(namespace === undefined ? [] : [namespace])]
  const cluster = readCluster(objects, snapshot, { namespace: typed.namespace.name || 'default' })
  const locate = locateObjects(typed.objects)
  const comments = new Map([
    ['workload', readCommentIgnores(workload)],
    ['cluster', readCommentIgnores(around)],
  ])
  return analyze(cluster, snapshot, {
    isIgnoredAt: ({ file, line }, code) => comments.get(file)?.(code, line) === true,
    locate: (object, path) => (object === namespace ? { file: 'namespace.labels', line: 1 } : locate(object, path)),
  })
}
