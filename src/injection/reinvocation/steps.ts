import type { Step } from '../model/step.ts'
import { keepChanges } from './keep.ts'

/** What others have changed since the first pass. */
export const reinvocationSteps = [
  {
    name: 'kept',
    why: 'it was changed after the first pass, and is kept',
    take: (pod, { reinvocation }) => ({ pod: reinvocation === undefined ? pod : keepChanges(reinvocation) }),
  },
] as const satisfies readonly Step[]
