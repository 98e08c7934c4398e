import type { Step } from '../model/step.ts'
import { networkIn } from '../prepare/cluster-environment.ts'
import { holdApplication } from '../prepare/hold.ts'
import { setClusterEnvironment } from './environment.ts'
import { overwritten, stamp } from './metadata.ts'
import { annotateSecurePort, mergeMetrics } from './metrics.ts'
import { orderContainers } from './order.ts'
import { makeRoom } from './pod-resources.ts'
import { rewriteProbes } from './probe-rewrite.ts'

/** All steps after the templates and the pod author's overrides, in the order of Istio's contract. */
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
    take: (pod, { snapshot }) => mergeMetrics(pod, snapshot),
  },
  {
    name: 'secure-port',
    why: 'the secure metrics port is set',
    take: (pod) => ({ pod: annotateSecurePort(pod) }),
  },
  {
    name: 'probes',
    why: 'the probe goes through the agent',
    take: (pod, { snapshot }) => rewriteProbes(pod, snapshot),
  },
  {
    name: 'stamp',
    why: 'the injection is recorded',
    take: (pod, { injected, prepared, snapshot }) => ({
      pod: stamp(pod, injected, snapshot, networkIn(prepared.environment)),
      warnings: overwritten(prepared),
    }),
  },
  {
    name: 'order',
    why: 'containers are put in order',
    take: (pod, { prepared }) => ({ pod: orderContainers(pod, holdApplication.value(prepared.subject)) }),
  },
  // The order of init containers counts.
  {
    name: 'pod-resources',
    why: 'the pod-level resources make room for the injected containers',
    take: (pod, { injected, prepared: { base }, snapshot: { podResources: choice } }) =>
      makeRoom(pod, { base, injected, choice }),
  },
] as const satisfies readonly Step[]
