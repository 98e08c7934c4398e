import type { Verdict } from '../explain/story/world.ts'
import { presentMessage, presentWarnings } from '../webhook/admission/words.ts'
import type { Decision } from './types.ts'

/** What was decided, as the page tells it. */
export function decisionOf({ injected, injectors, decision }: Verdict, summary: string, configHash: string): Decision {
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
