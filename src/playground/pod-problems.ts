import { pathInWorkload } from '../explain/story/edits.ts'
import type { ScenarioEvaluation } from '../explain/story/scenario.ts'
import { describeFault, pathOfFault } from '../injection/model/fault.ts'
import type { Path } from '../lang/text/path.ts'
import { problemAt } from './documents.ts'
import type { TypedSubject } from './scenarios.ts'
import type { Diagnostic } from './types.ts'

/** Why a pod is denied or fails, at the lines of the faults if known. */
export function podProblems(
  { subject, document }: TypedSubject,
  { decision }: ScenarioEvaluation,
): readonly Diagnostic[] {
  const prefix = subject.review === undefined ? subject.place.path : ['request', 'object']
  const at = (path: Path, message: string): Diagnostic => ({
    ...problemAt('workload', message),
    line: document.line,
    ...document.locate([...prefix, ...pathInWorkload(subject.place, path)]),
  })
  if (decision.result === 'failed') return [at(['metadata', 'annotations'], decision.message)]
  return decision.faults.map((fault) => at(pathOfFault(fault), describeFault(fault)))
}
