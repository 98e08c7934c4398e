import type { Step } from '../model/step.ts'
import { networkIn } from '../prepare/cluster-environment.ts'
import { holdApplication } from '../prepare/hold.ts'
import { reinvocationSteps } from '../reinvocation/steps.ts'
import { setClusterEnvironment } from './environment.ts'
import { overwritten, stamp, stampAgain } from './metadata.ts'
import { annotateSecurePort, mergeMetrics, mergeMetricsAgain } from './metrics.ts'
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
  ...reinvocationSteps,
  {
    name: 'metrics',
    why: 'Prometheus is pointed at the agent, which merges the metrics',
    take: (pod, { snapshot, reinvocation }) =>
      reinvocation === undefined ? mergeMetrics(pod, snapshot) : mergeMetricsAgain(pod, snapshot),
  },
  {
    name: 'secure-port',
    why: 'the secure metrics port is set',
    take: (pod, { reinvocation }) => ({ pod: reinvocation === undefined ? annotateSecurePort(pod) : pod }),
  },
  {
    name: 'probes',
    why: 'the probe goes through the agent',
    take: (pod, { snapshot, reinvocation }) => rewriteProbes(pod, snapshot, reinvocation?.known),
  },
  {
    name: 'stamp',
    why: 'the injection is recorded',
    take: (pod, { injected, prepared, snapshot, reinvocation }) => ({
      pod:
        reinvocation === undefined
          ? stamp(pod, injected, snapshot, networkIn(prepared.environment))
          : stampAgain(pod, injected, snapshot, reinvocation),
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
