import { changesBetween } from '../explain/compare/changes.ts'
import { describeChange, kindOf } from '../explain/compare/words.ts'
import { evaluateScenario, type InjectionScenario, type ScenarioEvaluation } from '../explain/story/scenario.ts'
import { summaryOf } from '../explain/story/story.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import type { JsonObject } from '../lang/json.ts'
import { writeYaml } from '../lang/yaml/write.ts'
import { decisionOf } from './decision.ts'
import { diffOf } from './diff.ts'
import type { Comparison } from './types.ts'

/**
 * What a second configuration changes for a pod: compares the injectors' results, whichever webhook is called, since an upgrade
 * also changes the labels that select the webhook. Undefined snapshot: the second configuration is invalid.
 */
export function compareSubject(
  scenario: InjectionScenario,
  evaluation: ScenarioEvaluation,
  other: Snapshot | undefined,
  path: string,
): Comparison {
  if (other === undefined) return { changes: [], diff: [] }
  const scenario2: InjectionScenario = { ...scenario, snapshot: other, path: path === '' ? undefined : path }
  const evaluation2 = evaluateScenario(scenario2)
  const [before, after] = [answerOf(evaluation), answerOf(evaluation2)]
  return {
    decision: decisionOf(evaluation2, summaryOf(evaluation2, null, scenario2), other.hash),
    changes: changesBetween(before, after).map((change) => ({
      kind: kindOf(change),
      text: describeChange(change),
      ...change,
    })),
    diff: diffOf(before, writeYaml(after)),
  }
}

function answerOf({ pod, decision }: ScenarioEvaluation): JsonObject {
  return decision.injection?.pod ?? pod
}
