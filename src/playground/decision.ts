import type { ScenarioEvaluation } from '../explain/story/scenario.ts'
import { presentMessage, presentWarnings } from '../webhook/admission/words.ts'
import type { DecisionView } from './types.ts'

/** The decision, as displayed on the page. */
export function decisionOf(
  { injected, injectors, decision }: ScenarioEvaluation,
  summary: string,
  configHash: string,
): DecisionView {
  const { result, reason = 'failed', message, templates, warnings } = decision
  return {
    result,
    reason,
    message: presentMessage(message),
    injected,
    called: injectors.length > 0,
    summary,
    templates,
    warnings: presentWarnings(warnings),
    configHash,
  }
}
