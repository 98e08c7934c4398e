import { pointer } from '../../explain/provenance/keyed.ts'
import type { FieldOrigin, PortOrigin, Provenance } from '../../explain/provenance/types.ts'
import { actionText } from '../../explain/story/sections.ts'
import { sourcesText } from '../../injection/model/source-text.ts'
import { initName, proxyName, validationName } from '../../istio/names.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import type { PictureModel, ProbePath, ProxyPort, StartStep, Traffic, TrafficItem } from './types.ts'

type Known = Pick<Provenance, 'ports' | 'probes' | 'fields'>

/** The picture of a pod, from the pod before and after injection. Undefined for pods without containers. */
export function pictureOf(
  title: string,
  before: JsonObject,
  after: JsonObject,
  known: Known,
): PictureModel | undefined {
  const steps = stepsOf(before, after)
  if (steps.length === 0) return undefined
  const capture = captureOf(after, known.fields)
  return {
    title,
    steps,
    inbound: inboundOf(capture, known.ports),
    outbound: outboundOf(capture, known.ports),
    proxyPorts: proxyPortsOf(after, capture, known.ports),
    probes: probesOf(before, known),
  }
}

function containersOf(pod: JsonObject, list: 'containers' | 'initContainers'): readonly JsonObject[] {
  const found = lookup(pod, 'spec', list)
  return Array.isArray(found) ? found.filter(isObject) : []
}

/**
 * Init containers run one after the other; one that restarts always (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers)
 * lets the next start once it has started, which is when its startup probe and its postStart hook are through. The others start
 * one after the other without a pause, but for a postStart hook, which the kubelet waits for.
 */
function stepsOf(before: JsonObject, after: JsonObject): readonly StartStep[] {
  const own = new Set([...containersOf(before, 'initContainers'), ...containersOf(before, 'containers')].map(nameOf))
  let position = 0
  const inits = containersOf(after, 'initContainers').map((container): StartStep => {
    const isNative = lookupString(container, 'restartPolicy') === 'Always'
    return {
      name: nameOf(container),
      kind: isNative ? 'native' : 'init',
      injected: !own.has(nameOf(container)),
      holds: isNative ? holdOf(container, true) : '',
      position: position++,
    }
  })
  const mains = containersOf(after, 'containers').map((container): StartStep => {
    const holds = holdOf(container, false)
    const at = position
    if (holds !== '') position++
    return { name: nameOf(container), kind: 'main', injected: !own.has(nameOf(container)), holds, position: at }
  })
  return [...inits, ...mains]
}

function nameOf(container: JsonObject): string {
  return lookupString(container, 'name')
}

function holdOf(container: JsonObject, byProbe: boolean): StartStep['holds'] {
  if (byProbe && isObject(lookup(container, 'startupProbe'))) return 'startup probe'
  return isObject(lookup(container, 'lifecycle', 'postStart')) ? 'postStart hook' : ''
}

/** An option of istio-iptables (https://istio.io/latest/docs/reference/commands/pilot-agent/#pilot-agent-istio-iptables), and its source. */
type Option = (flag: string) => { readonly text: string; readonly why: string } | undefined

/** The options of the container that sets up traffic capture, if the pod has one. */
function captureOf(pod: JsonObject, fields: readonly FieldOrigin[]): Option | undefined {
  const container = containersOf(pod, 'initContainers').find((one) => [initName, validationName].includes(nameOf(one)))
  if (container === undefined) return undefined
  const found = own(container, 'args')
  const args: readonly Json[] = Array.isArray(found) ? found : []
  const origins = new Map(fields.map((field) => [field.path, field]))
  return (flag) => {
    const at = args.indexOf(flag) + 1
    const text = at === 0 ? undefined : args[at]
    if (typeof text !== 'string') return undefined
    const origin = origins.get(pointer(['spec', 'initContainers', nameOf(container), 'args', String(at)]))
    return { text, why: origin === undefined || origin.from.length === 0 ? '' : `by ${sourcesText(origin.from)}` }
  }
}

const noTraffic: Traffic = { mode: '', captured: 'nothing', items: [] }

function inboundOf(option: Option | undefined, ports: readonly PortOrigin[]): Traffic {
  if (option === undefined) return noTraffic
  return {
    mode: option('-m')?.text ?? '',
    captured: portsText(option('-b')?.text ?? ''),
    items: portItems(ports, 'inbound'),
  }
}

function outboundOf(option: Option | undefined, ports: readonly PortOrigin[]): Traffic {
  if (option === undefined) return noTraffic
  const ranges = option('-i')?.text ?? ''
  const some = option('-q')?.text ?? ''
  const captured = [
    ranges === '*' ? 'all addresses' : ranges === '' ? '' : 'the ranges below',
    some === '' ? '' : portsText(some),
  ]
  return {
    mode: option('-m')?.text ?? '',
    captured: captured.filter(Boolean).join(' and ') || 'nothing',
    items: [
      ...listItems(option('-i'), 'range', true),
      ...listItems(option('-x'), 'range', false),
      ...listItems(option('-k'), 'interface', true),
      ...listItems(option('-c'), 'interface', false),
      ...portItems(ports, 'outbound'),
    ],
  }
}

function portsText(list: string): string {
  if (list === '*') return 'all ports'
  return list === '' ? 'nothing' : `ports ${list.split(',').join(', ')}`
}

function listItems(option: ReturnType<Option>, kind: TrafficItem['kind'], captured: boolean): readonly TrafficItem[] {
  if (option === undefined) return []
  return option.text
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && text !== '*')
    .map((text) => ({ kind, text, captured, container: '', why: option.why }))
}

function portItems(ports: readonly PortOrigin[], wanted: PortOrigin['direction']): readonly TrafficItem[] {
  return ports
    .filter(({ direction, agent }) => direction === wanted && agent === undefined)
    .map(({ port, captured, container = '', why, from }) => ({
      kind: 'port',
      text: String(port),
      captured,
      container,
      why: from.length === 0 ? why : `${why}, by ${sourcesText(from)}`,
    }))
}

function proxyPortsOf(pod: JsonObject, option: Option | undefined, ports: readonly PortOrigin[]): readonly ProxyPort[] {
  const proxy = [...containersOf(pod, 'containers'), ...containersOf(pod, 'initContainers')].find(
    (container) => nameOf(container) === proxyName,
  )
  if (proxy === undefined) return []
  const declared = own(proxy, 'ports')
  const found: readonly (readonly [Json | undefined, string])[] = [
    [option?.('-p')?.text, 'outbound traffic'],
    [option?.('-z')?.text, 'inbound traffic'],
    ...ports.flatMap(({ port, agent }) => (agent === undefined ? [] : [[port, agent] as const])),
    ...['readinessProbe', 'startupProbe'].map((probe) => [lookup(proxy, probe, 'httpGet', 'port'), 'health'] as const),
    ...(Array.isArray(declared) ? declared.filter(isObject) : []).map(
      (port) => [own(port, 'containerPort'), wordOf(lookupString(port, 'name'))] as const,
    ),
  ]
  const words = new Map<number, string>()
  for (const [port, text] of found) {
    const number = Number(port ?? Number.NaN)
    if (Number.isInteger(number) && !words.has(number)) words.set(number, text)
  }
  return [...words].toSorted(([one], [other]) => one - other).map(([port, text]) => ({ port, text }))
}

function wordOf(name: string): string {
  return name === 'http-envoy-prom' ? 'metrics of the proxy' : name
}

const places = [
  ['startupProbe'],
  ['readinessProbe'],
  ['livenessProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const

/** The probes and hooks of the application, before and after injection. */
function probesOf(before: JsonObject, { probes }: Known): readonly ProbePath[] {
  const containers = [...containersOf(before, 'initContainers'), ...containersOf(before, 'containers')]
  return containers
    .filter((container) => nameOf(container) !== proxyName)
    .flatMap((container) =>
      places.flatMap((place): readonly ProbePath[] => {
        const probe = lookup(container, ...place)
        if (!isObject(probe)) return []
        const name = nameOf(container)
        const known = probes.find((one) => one.container === name && one.probe === place.join('.'))
        const direct = ['kubelet', `${name}: ${actionText(probe)}`]
        const isRewritten = known?.rewritten === true
        return [
          {
            container: name,
            probe: place.join('.'),
            rewritten: isRewritten,
            why: known?.why ?? 'the pod is not injected',
            before: direct,
            after: isRewritten ? ['kubelet', `agent: ${actionText(known.after)}`, ...direct.slice(1)] : direct,
          },
        ]
      }),
    )
}
