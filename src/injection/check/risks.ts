import { proxyName } from '../../istio/names.ts'
import { findProxy } from '../../istio/proxy.ts'
import { containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { lookupString } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'
import type { Prepared } from '../model/prepared.ts'
import { holdApplication } from '../prepare/hold.ts'
import { proxyUid, userOutsideRange } from '../prepare/proxy-user.ts'

/** Something by which an injected pod may fail to start or to reach the mesh, although it is valid. */
interface Risk {
  readonly code: string
  readonly text: (pod: Pod, prepared: Prepared) => string | undefined
}

const risks: readonly Risk[] = [
  {
    code: 'dns-policy',
    text: (pod) => {
      const policy = lookupString(pod, 'spec', 'dnsPolicy')
      if (policy === '' || policy === 'ClusterFirst' || findProxy(pod) === undefined) return undefined
      return `spec.dnsPolicy is ${policy}, not ClusterFirst: the proxy may not find istiod by its name in the cluster's DNS`
    },
  },
  {
    code: 'proxy-user',
    text: (_, { subject }) => {
      const outside = userOutsideRange(subject.pod, subject)
      if (outside === undefined) return undefined
      const proxy = proxyUid.value(subject)
      return `the pod runs as user ${outside.user}, which is not in the range ${outside.range} of its namespace: if its SecurityContextConstraints (openshift.io/scc) don't allow the user ${proxy} of the proxy, set securityContext.runAsUser of a container istio-proxy in the pod`
    },
  },
  {
    code: 'hold-without-hook',
    text: (pod, { subject }) => {
      const proxy = findNamed(containersOf(pod), proxyName)
      // Other templates than the sidecar's have no hook, and a native sidecar needs none.
      if (proxy?.args?.[1] !== 'sidecar' || containersOf(pod).length === 1) return undefined
      if (!holdApplication.value(subject) || waits(proxy.lifecycle?.postStart?.exec)) return undefined
      const { name } = holdApplication.resolve(subject).from
      return `holdApplicationUntilProxyStarts (${name}) has no effect: the lifecycle of the proxy has no postStart hook that runs pilot-agent wait. Add it, or make the proxy a native sidecar`
    },
  },
]

/** The risks of an injected pod as warnings. */
export function risksOf(pod: Pod, prepared: Prepared): readonly Warning[] {
  return risks.flatMap(({ code, text }) => {
    const found = text(pod, prepared)
    return found === undefined ? [] : [{ code, text: found }]
  })
}

/** Whether a hook runs `pilot-agent wait`, which ends when the proxy is ready. */
function waits(exec: unknown): boolean {
  return JSON.stringify(exec ?? {}).match(/pilot-agent\b.*\bwait\b/) !== null
}
