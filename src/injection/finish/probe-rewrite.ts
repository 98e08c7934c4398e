import { proxyName, statusAnnotation } from '../../istio/names.ts'
import { changeProxy, findProxy } from '../../istio/proxy.ts'
import { annotation, containersOf, findNamed, mapContainers } from '../../kubernetes/pod/access.ts'
import { freeValueFault } from '../../kubernetes/pod/free-value.ts'
import type { Container, EnvVar, Handler, Lifecycle, Pod, Probe } from '../../kubernetes/pod/types.ts'
import { inOrder } from '../../kubernetes/schema/in-order.ts'
import { struct } from '../../kubernetes/schema/schema.ts'
import { goJson } from '../../lang/go/json.ts'
import { entriesOf, isObject, type Json, type JsonObject } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'
import type { StepResult } from '../model/step.ts'
import { probersVariable } from './environment.ts'
import { agentPort, type ProbeSubject, probeRewriting } from './probe-settings.ts'

const probePaths = { readinessProbe: 'readyz', livenessProbe: 'livez', startupProbe: 'startupz' } as const
const hookPaths = { preStop: 'prestopz', postStart: 'poststartz' } as const

/** The probes and hooks of the application, by the agent's path that the kubelet calls. */
type Probers = { [path: string]: unknown }

/**
 * Rewrites probes and HTTP lifecycle hooks so that the kubelet, which has no certificate, calls the agent, and the
 * agent calls the application: https://istio.io/latest/docs/ops/configuration/mesh/app-health-check. Of a container that
 * the first pass has taken (`known`), a probe that doesn't call the agent was set since: what the agent knows of it is outdated.
 */
export function rewriteProbes(
  pod: Pod,
  snapshot: ProbeSubject['snapshot'],
  known: ReadonlySet<string> = nothing,
): StepResult {
  if (findProxy(pod) === undefined || !probeRewriting.value({ pod, snapshot })) return { pod }
  const port = agentPort.value({ pod, snapshot })
  if (port === noAgentPort) return { pod }
  const warnings: Warning[] = []
  const probers: Probers = {}
  const { statusPort } = snapshot.mesh.defaultConfig
  const rewrite: Rewrite = { agentPort: port, statusPort, probers, warnings }
  const change = (container: Container) =>
    container.name === proxyName ? container : rewriteContainer(rewrite, container, startsBeforeProxy(pod, container))
  const rewritten = mapContainers(mapContainers(pod, 'containers', change), 'initContainers', change)
  if (Object.keys(probers).length === 0) return { pod: rewritten, warnings }
  const injectedBefore = annotation(pod, statusAnnotation) !== undefined
  return {
    pod: changeProxy(rewritten, (found) => ({
      ...found,
      env: withProbers(found.env ?? [], probers, injectedBefore ? known : undefined),
    })),
    warnings,
  }
}

const nothing: ReadonlySet<string> = new Set()

/**
 * Sets the variable. Entries from an earlier pass are kept and take precedence over new ones, except of containers that it knew;
 * `known` is undefined on a first pass.
 */
function withProbers(
  env: readonly EnvVar[],
  probers: Probers,
  known: ReadonlySet<string> | undefined,
): readonly EnvVar[] {
  // The last one counts: the pod author's own comes before it.
  const place = env.findLastIndex(({ name }) => name === probersVariable)
  const last = env[place]
  const earlier = known === undefined ? undefined : last?.value
  if (last === undefined || earlier === undefined || earlier === null)
    return [...env, { name: probersVariable, value: goJson(probers) }]
  const isOutdated = (path: string) => Object.hasOwn(probers, path) && known?.has(path.split('/')[2] ?? '') === true
  const before = parseProbers(earlier)
  const kept = Object.entries(before).filter(([path]) => !isOutdated(path))
  if (Object.keys(probers).every((path) => Object.hasOwn(before, path) && !isOutdated(path))) return env
  // goJson sorts the paths; earlier entries keep the order of their fields.
  const value = goJson({ ...probers, ...Object.fromEntries(kept.map(([path, entry]) => [path, ordered(entry)])) })
  return env.with(place, { ...last, value })
}

function parseProbers(text: string): JsonObject {
  try {
    const probers: Json = JSON.parse(text)
    return isObject(probers) && freeValueFault(probers) === undefined ? probers : {}
  } catch {
    return {}
  }
}

function ordered(value: Json): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  return isObject(value) ? new Map(Object.entries(value).map(([key, item]) => [key, ordered(item)])) : value
}

/** The input of a rewrite, and what it collects. */
interface Rewrite {
  readonly agentPort: number
  readonly statusPort: number
  readonly probers: Probers
  readonly warnings: Warning[]
}

/** The port of an agent that serves no probes. */
export const noAgentPort = 0

/** The probe and the hook of a native sidecar that must succeed before the kubelet starts the next container. */
const callsAtStart: ReadonlySet<string> = new Set(['startupProbe', 'lifecycle.postStart'])

/**
 * Whether a probe or hook of a container must be answered before the agent that would answer it starts: the pod author's own
 * native sidecar starts before a proxy that isn't one, which waits for it.
 */
export function isBeforeProxy(pod: Pod, container: Container, field: string): boolean {
  return callsAtStart.has(field) && startsBeforeProxy(pod, container)
}

function startsBeforeProxy(pod: Pod, container: Container): boolean {
  const initContainers = containersOf(pod, 'initContainers')
  const isNative = container['restartPolicy'] === 'Always' && initContainers.includes(container)
  return isNative && findNamed(initContainers, proxyName) === undefined
}

function rewriteContainer(rewrite: Rewrite, container: Container, first: boolean): Container {
  const changes: { [field: string]: Json } = {}
  for (const [field, path] of entriesOf(probePaths)) {
    const probe = container[field]
    if (probe == null || (first && isLeft(rewrite, container, field, probe))) continue
    const next = rewriteProbe(rewrite, container, field, probe, `/app-health/${container.name}/${path}`)
    if (next !== probe) changes[field] = next
  }
  if (container.lifecycle != null) {
    const next = rewriteHooks(rewrite, container, container.lifecycle, first)
    if (next !== container.lifecycle) changes['lifecycle'] = next
  }
  return Object.keys(changes).length === 0 ? container : { ...container, ...changes }
}

function rewriteProbe(rewrite: Rewrite, container: Container, field: string, probe: Probe, path: string): Probe {
  if (!probe.httpGet && !probe.tcpSocket && !probe.grpc) return probe
  const action = actionOf(rewrite, container, field, probe, path)
  if (action === 'unresolved') return probe
  if (action !== 'known') {
    const timeout = probe.timeoutSeconds ? [['timeoutSeconds', probe.timeoutSeconds] as const] : []
    rewrite.probers[path] = new Map<string, unknown>([action, ...timeout])
  }
  return redirect(probe, path, rewrite.agentPort)
}

/** Whether a probe or hook of a container that starts before the proxy is left as it is; adds a warning if so. */
function isLeft({ warnings }: Rewrite, container: Container, field: string, handler: Handler): boolean {
  if (!callsAtStart.has(field)) return false
  if (handler.httpGet || handler.tcpSocket || handler.grpc) {
    warnings.push({
      code: 'probe-before-proxy',
      text: `${field} of container ${container.name} was not rewritten: the container starts before the proxy, whose agent would have to answer. Make the proxy a native sidecar too`,
    })
  }
  return true
}

function rewriteHooks(rewrite: Rewrite, container: Container, lifecycle: Lifecycle, first: boolean): Lifecycle {
  const changes: { [hook: string]: Json } = {}
  for (const [hook, name] of entriesOf(hookPaths)) {
    const handler = lifecycle[hook]
    if (!handler?.httpGet && !handler?.tcpSocket) continue
    if (first && isLeft(rewrite, container, `lifecycle.${hook}`, handler)) continue
    const path = `/app-lifecycle/${container.name}/${name}`
    const action = actionOf(rewrite, container, `lifecycle.${hook}`, handler, path)
    if (action === 'unresolved') continue
    if (action !== 'known') rewrite.probers[path] = new Map([action])
    changes[hook] = redirect(handler, path, rewrite.agentPort)
  }
  return Object.keys(changes).length === 0 ? lifecycle : { ...lifecycle, ...changes }
}

/**
 * What the agent needs to call the application. `known`: the probe calls the agent already. `unresolved`: the port's name can't
 * be resolved.
 */
function actionOf(
  { agentPort, statusPort, warnings }: Rewrite,
  container: Container,
  field: string,
  { httpGet, tcpSocket, grpc }: Handler,
  path: string,
): readonly [string, unknown] | 'known' | 'unresolved' {
  const action = httpGet ?? tcpSocket
  if (action == null) return ['grpc', inOrder(struct('GRPCAction'), grpc ?? {})]
  const port = resolvePort(container, action.port)
  if (port === undefined) {
    warnings.push({
      code: 'probe-port-unresolved',
      text: `${field} of container ${container.name} was not rewritten: no port of the container is named ${JSON.stringify(action.port)}`,
    })
    return 'unresolved'
  }
  if (port === statusPort || (port === agentPort && httpGet?.path === path)) return 'known'
  const [kind, type] = httpGet ? ['httpGet', 'HTTPGetAction'] : ['tcpSocket', 'TCPSocketAction']
  return [kind, inOrder(struct(type), { ...action, port })]
}

function redirect(handler: Probe, path: string, port: number): Probe {
  const { tcpSocket: _tcpSocket, grpc: _grpc, httpGet, ...rest } = handler
  const scheme = httpGet?.scheme === 'HTTPS' ? { scheme: 'HTTP' } : {}
  return { ...rest, httpGet: { ...httpGet, path, port, ...scheme } }
}

/** A port's name refers to one of the container's own ports. */
function resolvePort(container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port
  return container.ports?.find(({ name }) => name === port)?.containerPort
}
