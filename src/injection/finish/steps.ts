import { own } from '../../lang/json.ts'
import type { Step } from '../model/step.ts'
import { setClusterEnvironment } from './environment.ts'
import { stamp } from './metadata.ts'
import { annotateSecurePort, mergeMetrics } from './metrics.ts'
import { orderContainers } from './order.ts'
import { rewriteProbes } from './probes.ts'

/** Everything after the templates and the author of the pod, in the order that Istio's contract gives. */
export const finishSteps = [
  {
    name: 'cluster-environment',
    why: 'the cluster sets this variable',
    take: (pod, { prepared }) => ({
      pod: setClusterEnvironment(pod, prepared.environment, prepared.environmentBefore),
    }),
  },
  {
    name: 'metrics',
    why: 'Prometheus is pointed at the agent, which merges the metrics',
    take: (pod, { snapshot: { mesh } }) =>
      mergeMetrics(pod, {
        enablePrometheusMerge: mesh.enablePrometheusMerge,
        statusPort: mesh.defaultConfig.statusPort,
      }),
  },
  {
    name: 'secure-port',
    why: 'the secure metrics port is set',
    take: (pod) => ({ pod: annotateSecurePort(pod) }),
  },
  {
    name: 'probes',
    why: 'the probe goes through the agent',
    take: (pod, { snapshot: { values, mesh } }) =>
      rewriteProbes(pod, { values, statusPort: mesh.defaultConfig.statusPort }),
  },
  {
    name: 'stamp',
    why: 'the injection is recorded',
    take: (pod, { injected, prepared, snapshot }) => {
      const { revision, injectedAnnotations, stampHash } = snapshot
      const network = own(prepared.environment, 'ISTIO_META_NETWORK')
      const hash = stampHash ? snapshot.hash : undefined
      return { pod: stamp(pod, injected, { network, revision, injectedAnnotations, hash }) }
    },
  },
  {
    name: 'order',
    why: 'containers are put in order',
    take: (pod, { prepared }) => ({ pod: orderContainers(pod, prepared.hold) }),
  },
] as const satisfies readonly Step[]
