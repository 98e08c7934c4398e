import { containerLists, containersOf } from '../../../kubernetes/pod/access.ts'
import type { Pod } from '../../../kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { labelFaults, repeated } from './relations.ts'
import { resourceFaults } from './resources.ts'
import type { Touched } from './touched.ts'
import { faultsOfField } from './visit.ts'

/** A check of one field of the pod's spec that needs more than the field. */
type SpecCheck = (value: Json, touched: Touched, path: Path) => Iterable<RefusedFault>

const fields: Readonly<Record<string, SpecCheck>> = {
  nodeSelector: (value, _, path) => labelFaults(value, path),
  overhead: (value, _, path) => resourceFaults({ limits: value }, path.slice(0, -1), 'container'),
  schedulingGates: (value, _, path) => repeated(value, 'name', 'gate', path),
  resourceClaims: (value, _, path) => repeated(value, 'name', 'claim', path),
  dnsPolicy: checkDns,
  dnsConfig: checkDns,
  securityContext: checkSecurity,
  hostNetwork: checkHost,
  hostPID: checkHost,
  hostUsers: checkHost,
  shareProcessNamespace: checkHost,
  hostnameOverride: checkHostname,
}

/** What an API server would refuse in fields of the spec that the injection set or changed. */
export function* specFaults(touched: Touched): Iterable<RefusedFault> {
  const { before, pod } = touched
  const { spec } = pod
  if (spec == null || spec === before.spec) return
  for (const field of Object.keys(spec)) {
    const value = spec[field]
    if (value === before.spec?.[field] || isNamedList(field)) continue
    const path = ['spec', field]
    yield* faultsOfField('PodSpec', field, value, path)
    if (value !== null && value !== undefined) yield* fields[field]?.(value, touched, path) ?? []
  }
}

/** Lists whose items are checked one by one. */
function isNamedList(field: string): boolean {
  return field === 'containers' || field === 'initContainers' || field === 'volumes'
}

function* checkDns(_: Json, { pod }: Touched): Iterable<RefusedFault> {
  const nameservers = lookup(pod.spec, 'dnsConfig', 'nameservers')
  if (pod.spec?.['dnsPolicy'] === 'None' && !(Array.isArray(nameservers) && nameservers.length > 0))
    yield { path: ['spec', 'dnsConfig', 'nameservers'], code: 'missing-field', other: ['spec', 'dnsPolicy'] }
}

/** Sysctls of a namespace that the pod shares with the host. */
function* checkSecurity(value: Json, { pod }: Touched, path: Path): Iterable<RefusedFault> {
  const sysctls = lookup(value, 'sysctls')
  for (const [index, sysctl] of (Array.isArray(sysctls) ? sysctls : []).entries()) {
    const name = lookupString(sysctl, 'name').replaceAll('/', '.')
    const isNet = name.startsWith('net.')
    const isIpc = /^(?:kernel\.shm|kernel\.msg|kernel\.sem$|fs\.mqueue\.)/.test(name)
    for (const [field, isOf] of [
      ['hostNetwork', isNet],
      ['hostIPC', isIpc],
    ] as const) {
      if (isOf && pod.spec?.[field] === true)
        yield {
          path: [...path, 'sysctls', index, 'name'],
          code: 'excludes',
          what: `${field}: true`,
          other: ['spec', field],
        }
    }
  }
}

function* checkHost(_: Json, { pod }: Touched, path: Path): Iterable<RefusedFault> {
  const { spec } = pod
  const own = spec?.['hostUsers'] === false
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (own && spec?.[field] === true)
      yield { path: ['spec', field], code: 'excludes', what: 'hostUsers: false', other: ['spec', 'hostUsers'] }
  }
  if (spec?.['shareProcessNamespace'] === true && spec['hostPID'] === true)
    yield { path, code: 'one-of-several', fields: ['shareProcessNamespace', 'hostPID'] }
}

function* checkHostname(_: Json, { pod }: Touched, path: Path): Iterable<RefusedFault> {
  for (const field of ['setHostnameAsFQDN', 'hostNetwork']) {
    if (pod.spec?.[field] === true) yield { path, code: 'excludes', what: `${field}: true`, other: ['spec', field] }
  }
}

/** A port of the host has one container, and with the host's network every port is one of the host. */
export function* hostPortFaults({ before, pod, containers }: Touched): Iterable<RefusedFault> {
  const isHost = pod.spec?.['hostNetwork'] === true
  const portsChanged = containers.some(({ container, before: earlier }) => container['ports'] !== earlier?.['ports'])
  if (!portsChanged && isHost === (before.spec?.['hostNetwork'] === true)) return
  const seen = new Map<string, Path>()
  for (const [path, port] of portsOf(pod)) {
    const { containerPort, hostPort, hostIP, protocol } = port
    const used = isHost ? (hostPort ?? containerPort) : hostPort
    if (typeof used !== 'number' || used === 0) continue
    const key = [protocol || 'TCP', hostIP ?? '', used].join('/')
    const other = seen.get(key)
    if (other !== undefined)
      yield {
        path: [...path, 'hostPort'],
        code: 'used-twice',
        value: key,
        what: 'port of the host',
        other: [...other, 'hostPort'],
      }
    seen.set(key, path)
    if (isHost && used !== containerPort)
      yield { path: [...path, 'hostPort'], code: 'excludes', what: 'hostNetwork: true', other: ['spec', 'hostNetwork'] }
  }
}

/** Of init containers, only each by itself counts: they run one after the other. */
function* portsOf(pod: Pod): Iterable<readonly [Path, JsonObject]> {
  for (const [index, container] of containersOf(pod).entries()) {
    const ports = container['ports']
    for (const [at, port] of (Array.isArray(ports) ? ports : []).entries()) {
      if (isObject(port)) yield [['spec', 'containers', index, 'ports', at], port]
    }
  }
}

/** The annotations that set a profile of a container before there were fields for it, and the fields that they have to match. */
const profiles = [
  {
    prefix: 'container.seccomp.security.alpha.kubernetes.io/',
    field: 'seccompProfile',
    default: ['runtime/default', 'docker/default'],
  },
  { prefix: 'container.apparmor.security.beta.kubernetes.io/', field: 'appArmorProfile', default: ['runtime/default'] },
] as const

/** Profiles that a container has by a field and, in another way, by an annotation. */
export function* profileFaults({ before, pod, containers }: Touched): Iterable<RefusedFault> {
  const annotations = pod.metadata?.annotations
  if (annotations == null || (containers.length === 0 && annotations === before.metadata?.annotations)) return
  if (!Object.keys(annotations).some((name) => profiles.some(({ prefix }) => name.startsWith(prefix)))) return
  for (const list of containerLists) {
    for (const [index, container] of containersOf(pod, list).entries()) {
      for (const { prefix, field, default: byDefault } of profiles) {
        const name = `${prefix}${container.name}`
        const annotated = Object.hasOwn(annotations, name) ? annotations[name] : undefined
        const profile = lookup(container, 'securityContext', field)
        if (annotated === undefined || !isObject(profile)) continue
        const expected = expectedProfiles(profile, byDefault)
        if (!expected.includes(annotated))
          yield {
            path: ['spec', list, index, 'securityContext', field, 'type'],
            code: 'excludes',
            what: `the annotation's ${annotated}`,
            other: ['metadata', 'annotations', name],
          }
      }
    }
  }
}

function expectedProfiles(profile: JsonObject, byDefault: readonly string[]): readonly string[] {
  if (profile['type'] === 'Unconfined') return ['unconfined']
  return profile['type'] === 'Localhost' ? [`localhost/${lookupString(profile, 'localhostProfile')}`] : byDefault
}
