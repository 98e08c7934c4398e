import { pathInWorkload } from '../explain/story/edits.ts'
import type { Verdict } from '../explain/story/world.ts'
import { describeFault, pathOfFault } from '../injection/model/fault.ts'
import type { Path } from '../lang/text/path.ts'
import { problemAt } from './documents.ts'
import type { Problem } from './types.ts'
import type { TypedSubject } from './worlds.ts'

/** Why a pod is denied or fails, at the lines that are to blame where they can be told. */
export function podProblems({ subject, document }: TypedSubject, { decision }: Verdict): readonly Problem[] {
  const prefix = subject.review === undefined ? subject.place.path : ['request', 'object']
  const at = (path: Path, message: string): Problem => ({
    ...problemAt('workload', message),
    line: document.line,
    ...document.locate([...prefix, ...pathInWorkload(subject.place, path)]),
  })
  if (decision.result === 'failed') return [at(['metadata', 'annotations'], decision.message)]
  return decision.faults.map((fault) => at(pathOfFault(fault), describeFault(fault)))
}
