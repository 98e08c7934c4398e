import type { Source } from '../../injection/model/source.ts'
import { initName, proxyName, validationName } from '../../istio/names.ts'
import { containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { pointer } from './keyed.ts'
import type { FieldOrigin, PortOrigin } from './types.ts'

/** The options of istio-iptables (https://istio.io/latest/docs/reference/commands/pilot-agent/#pilot-agent-istio-iptables) that name ports. */
const options = {
  mode: '-m',
  includeInbound: '-b',
  excludeInbound: '-d',
  includeOutbound: '-q',
  excludeOutbound: '-o',
} as const

/** Ports of the agent itself, which templates exclude by their own text. */
const agentPorts: ReadonlyMap<number, string> = new Map([
  [15020, "the agent's status port"],
  [15021, "the agent's health port"],
  [15090, "the proxy's own metrics"],
])

/**
 * Which ports are captured: those that containers declare, and those that an option names. Empty where the pod has no container
 * that sets up the capture (mode NONE, or a template without one).
 */
export function portOrigins(pod: Pod, fields: readonly FieldOrigin[]): readonly PortOrigin[] {
  const container = [initName, validationName]
    .map((name) => findNamed(containersOf(pod, 'initContainers'), name))
    .find((one) => one !== undefined)
  if (container === undefined) return []
  const origins = new Map(fields.map((field) => [field.path, field]))
  const option = (flag: string): Option => optionOf(container, flag, origins)
  return [
    ...inbound(pod, option(options.includeInbound), option(options.excludeInbound)),
    ...outbound(option(options.includeOutbound), option(options.excludeOutbound)),
  ]
}

interface Option {
  readonly text: string
  readonly ports: readonly number[]
  readonly origin: FieldOrigin | undefined
}

function optionOf({ name, args }: Container, flag: string, origins: ReadonlyMap<string, FieldOrigin>): Option {
  const at = (args ?? []).indexOf(flag) + 1
  const text = at === 0 ? '' : (args?.[at] ?? '')
  const ports = text
    .split(',')
    .map((port) => port.trim())
    .filter((port) => /^\d+$/.test(port))
    .map(Number)
  return { text, ports, origin: origins.get(pointer(['spec', 'initContainers', name, 'args', String(at)])) }
}

function inbound(pod: Pod, include: Option, exclude: Option): readonly PortOrigin[] {
  const declared = declaredPorts(pod)
  const ports = new Map([
    ...declared,
    ...[...include.ports, ...exclude.ports]
      .filter((port) => !declared.has(port))
      .map((port) => [port, undefined] as const),
  ])
  return [...ports].map(([port, container]): PortOrigin => {
    const base = { port, direction: 'inbound' as const, container }
    if (exclude.ports.includes(port)) return { ...base, captured: false, ...becauseOf(exclude, port, 'excluded') }
    if (include.text === '*')
      return { ...base, captured: true, why: 'all inbound ports are captured', from: sourcesOf(include, undefined) }
    if (include.ports.includes(port)) return { ...base, captured: true, ...becauseOf(include, port, 'included') }
    return {
      ...base,
      captured: false,
      why: include.text === '' ? 'no inbound port is captured' : `only ${include.text} are captured`,
      from: sourcesOf(include, undefined),
    }
  })
}

function outbound(include: Option, exclude: Option): readonly PortOrigin[] {
  const of = (option: Option, captured: boolean, word: string) =>
    option.ports.map(
      (port): PortOrigin => ({
        port,
        direction: 'outbound',
        captured,
        container: undefined,
        ...becauseOf(option, port, word),
      }),
    )
  return [...of(exclude, false, 'excluded'), ...of(include, true, 'included')]
}

/** The setting that names the port; where none does, it is a template's own text or the agent's. */
function becauseOf(option: Option, port: number, word: string): Pick<PortOrigin, 'why' | 'agent' | 'from'> {
  const from = sourcesOf(option, port)
  const agent = agentPorts.get(port)
  if (agent !== undefined && from.every(({ kind }) => kind !== 'annotation')) {
    return { why: `${word}: ${agent}`, agent, from }
  }
  return { why: word, from }
}

function sourcesOf({ origin }: Option, port: number | undefined): readonly Source[] {
  const all = origin?.from ?? []
  return port === undefined
    ? all
    : all.filter(({ value }) =>
        String(value ?? '')
          .split(',')
          .some((one) => one.trim() === String(port)),
      )
}

function declaredPorts(pod: Pod): ReadonlyMap<number, string> {
  const ports = new Map<number, string>()
  for (const { name, ports: own } of containersOf(pod)) {
    if (name === proxyName) continue
    for (const { containerPort, protocol } of own ?? [])
      if ((protocol ?? 'TCP') === 'TCP') ports.set(containerPort, name)
  }
  return ports
}
