import type { Step } from '../model/step.ts'
import { withoutInitRestart } from './init-restart.ts'
import { reapplyOverrides } from './overrides.ts'
import { adoptProxyUser } from './proxy-user.ts'

/** What templates rendered is corrected, and the pod author's settings of injected containers take precedence over it. */
export const overlaySteps = [
  {
    name: 'init-restart',
    why: 'Kubernetes would take istio-init for a native sidecar',
    take: (pod, { injected }) => ({ pod: withoutInitRestart(pod, injected) }),
  },
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
