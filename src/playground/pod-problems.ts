import { pathInWorkload } from '../explain/story/edits.ts'
import { faultPlace } from '../explain/story/options.ts'
import { textsAt, type Verdict } from '../explain/story/world.ts'
import { checkPod } from '../kubernetes/pod/check.ts'
import { problemAt } from './documents.ts'
import type { Problem } from './types.ts'
import type { TypedSubject } from './worlds.ts'

/** Why a pod is denied or fails, at the lines that are to blame where they can be told. */
export function podProblems({ subject, document }: TypedSubject, { pod, decision }: Verdict): readonly Problem[] {
  if (decision.result !== 'denied' && decision.result !== 'failed') return []
  const prefix = subject.review === undefined ? subject.place.path : ['request', 'object']
  const at = (path: readonly (string | number)[], message: string): Problem => ({
    ...problemAt('workload', message),
    line: document.line,
    ...document.locate([...prefix, ...pathInWorkload(subject.place, path)]),
  })
  const checked = checkPod(pod)
  if ('faults' in checked) return checked.faults.map((fault) => at(faultPlace(fault).path, fault))
  const blamed = Object.keys(textsAt(pod, 'metadata', 'annotations')).filter((name) => decision.message.includes(name))
  return [at(['metadata', 'annotations', ...blamed.slice(0, 1)], decision.message)]
}
