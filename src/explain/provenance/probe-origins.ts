import { isBeforeProxy, noAgentPort } from '../../injection/finish/probe-rewrite.ts'
import { proxyName } from '../../istio/names.ts'
import { findProxy } from '../../istio/proxy.ts'
import { type ContainerList, containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { isObject, type Json, lookup } from '../../lang/json.ts'
import type { ProbeOrigin, SettingOrigin } from './types.ts'

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const
const hooks = ['preStop', 'postStart'] as const

/** The origin of each probe and hook of the application, from the pod before and after the step that rewrites them. */
export function probeOrigins(
  before: Pod,
  after: Pod,
  rewriting: SettingOrigin | undefined,
  agentPort: SettingOrigin | undefined,
): readonly ProbeOrigin[] {
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    containersOf(before, list)
      .filter(({ name }) => name !== proxyName)
      .flatMap((container) =>
        ofContainer(container, findNamed(containersOf(after, list), container.name), list, after, rewriting, agentPort),
      ),
  )
}

function ofContainer(
  before: Container,
  after: Container | undefined,
  _list: ContainerList,
  pod: Pod,
  rewriting: SettingOrigin | undefined,
  agentPort: SettingOrigin | undefined,
): readonly ProbeOrigin[] {
  const places = [...probes.map((name) => [name]), ...hooks.map((name) => ['lifecycle', name])]
  return places.flatMap((place): readonly ProbeOrigin[] => {
    const was = lookup(before, ...place)
    const is = after === undefined ? undefined : lookup(after, ...place)
    if (!isObject(was) || is === undefined) return []
    const rewritten = was !== is
    const why = rewritten
      ? 'the kubelet calls the agent, which calls the application'
      : whyLeft(was, before, place.join('.'), pod, rewriting, agentPort)
    return [{ container: before.name, probe: place.join('.'), before: was, after: is, rewritten, why }]
  })
}

function whyLeft(
  probe: Json,
  container: Container,
  field: string,
  pod: Pod,
  rewriting: SettingOrigin | undefined,
  agentPort: SettingOrigin | undefined,
): string {
  if (findProxy(pod) === undefined) return 'the pod has no proxy to forward it'
  if (rewriting?.value !== true) return 'rewriting is disabled'
  if (agentPort?.value === noAgentPort) return `the agent's port is ${noAgentPort}`
  const action = ['httpGet', 'tcpSocket', 'grpc'].find((name) => isObject(lookup(probe, name)))
  if (action === undefined) return 'commands run in the container itself'
  if (field.startsWith('lifecycle.') && action === 'grpc') return 'hooks do not support gRPC'
  if (isBeforeProxy(pod, container, field))
    return 'the container starts before the proxy, whose agent would have to answer'
  const port = lookup(probe, action, 'port')
  if (typeof port === 'string') return `the container has no port named ${JSON.stringify(port)}`
  return 'it already calls the agent'
}
