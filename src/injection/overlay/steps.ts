import type { Step } from '../model/step.ts'
import { reapplyOverrides } from './overrides.ts'
import { adoptProxyUser } from './proxy-user.ts'

/** The pod author's settings of injected containers take precedence over the templates. */
export const overlaySteps = [
  {
    name: 'overrides',
    why: "the pod's own version of the container replaces it",
    take: (pod, { prepared, injected }) => ({ pod: reapplyOverrides(pod, injected, prepared) }),
  },
  {
    name: 'proxy-user',
    why: 'the user of the proxy was chosen by the pod',
    take: (pod, { prepared }) => ({ pod: adoptProxyUser(pod, prepared) }),
  },
] as const satisfies readonly Step[]
