import { type Syntax, syntaxes } from '../../../kubernetes/pod/syntax.ts'
import type { Container } from '../../../kubernetes/pod/types.ts'
import { struct } from '../../../kubernetes/schema/schema.ts'
import { quantityOf } from '../../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { schemaFaults } from './schema.ts'
import type { Touched, TouchedContainer } from './touched.ts'
import { changed } from './touched.ts'

/** A check of one field of a container, which runs if the injection set or changed the field. */
type FieldCheck = (value: Json, at: Place) => Iterable<RefusedFault>

interface Place {
  readonly path: Path
  readonly container: Container
  readonly touched: Touched
}

const fields: Readonly<Record<string, FieldCheck>> = {
  image: (value, { path }) => (value === '' ? [{ path, code: 'missing-field' }] : []),
  imagePullPolicy: (value, { path }) => notOneOf(['Always', 'IfNotPresent', 'Never'], value, path),
  terminationMessagePolicy: (value, { path }) => notOneOf(['File', 'FallbackToLogsOnError'], value, path),
  ports: checkPorts,
  env: checkVariables,
  volumeMounts: checkMounts,
  volumeDevices: checkDevices,
  resources: checkResources,
  securityContext: checkSecurity,
  livenessProbe: checkProbe,
  readinessProbe: checkProbe,
  startupProbe: checkProbe,
  lifecycle: checkLifecycle,
}

/** What an API server would refuse in a container that the injection added or changed. */
export function* containerFaults(one: TouchedContainer, touched: Touched): Iterable<RefusedFault> {
  const { list, index, container, before } = one
  const path: Path = ['spec', list, index]
  if (before === undefined) {
    yield* syntax('DNS label', container.name, [...path, 'name'])
    if (container.image == null) yield { path: [...path, 'image'], code: 'missing-field' }
  }
  const types = struct('Container').byJson
  for (const field of Object.keys(container)) {
    const value = changed(one, field)
    const type = types.get(field)?.type
    if (value === undefined || type === undefined) continue
    const at = { path: [...path, field], container, touched }
    yield* schemaFaults(type, value, at.path)
    yield* fields[field]?.(value, at) ?? []
  }
  if (list === 'initContainers' && container['restartPolicy'] !== 'Always') yield* onlyNative(one, path)
}

/** An init container that ends has no probes and hooks. */
function* onlyNative(one: TouchedContainer, path: Path): Iterable<RefusedFault> {
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle']) {
    if (one.container[field] != null)
      yield { path: [...path, field], code: 'excludes', what: 'an init container without restartPolicy: Always' }
  }
}

function* notOneOf(expected: readonly Json[], actual: Json, path: Path): Iterable<RefusedFault> {
  if (!expected.includes(actual)) yield { path, code: 'not-one-of', actual, expected }
}

function* syntax(name: Syntax, actual: string, path: Path): Iterable<RefusedFault> {
  if (!syntaxes[name](actual)) yield { path, code: 'wrong-syntax', actual, syntax: name }
}

function* checkPorts(value: Json, { path }: Place): Iterable<RefusedFault> {
  const names = new Map<string, Path>()
  for (const [index, port] of objectsIn(value)) {
    const name = lookupString(port, 'name')
    if (name !== '') {
      const place = [...path, index, 'name']
      yield* syntax('port name', name, place)
      const other = names.get(name)
      if (other === undefined) names.set(name, place)
      else yield { path: place, code: 'used-twice', value: name, what: 'port', other }
    }
    yield* portNumber(port['containerPort'] ?? 0, [...path, index, 'containerPort'])
    const { hostPort, protocol } = port
    if (hostPort != null && hostPort !== 0) yield* portNumber(hostPort, [...path, index, 'hostPort'])
    if (protocol != null) yield* notOneOf(['TCP', 'UDP', 'SCTP'], protocol, [...path, index, 'protocol'])
  }
}

function* portNumber(actual: Json, path: Path): Iterable<RefusedFault> {
  if (typeof actual === 'number' && actual >= 1 && actual <= 65_535) return
  yield { path, code: 'out-of-range', actual, min: 1, max: 65_535 }
}

function* checkVariables(value: Json, { path }: Place): Iterable<RefusedFault> {
  for (const [index, variable] of objectsIn(value)) {
    yield* syntax('variable name', lookupString(variable, 'name'), [...path, index, 'name'])
    const { valueFrom } = variable
    if (isObject(valueFrom) && Object.keys(valueFrom).length === 0)
      yield {
        path: [...path, index, 'valueFrom'],
        code: 'none-of-several',
        fields: ['fieldRef', 'secretKeyRef', 'configMapKeyRef', 'resourceFieldRef'],
      }
  }
}

function* checkMounts(value: Json, { path, touched, container }: Place): Iterable<RefusedFault> {
  const volumes = new Set((touched.pod.spec?.volumes ?? []).map(({ name }) => name))
  const paths = new Map<string, Path>()
  for (const [index, device] of objectsIn(container['volumeDevices'] ?? null))
    paths.set(lookupString(device, 'devicePath'), [...path.slice(0, -1), 'volumeDevices', index, 'devicePath'])
  for (const [index, mount] of objectsIn(value)) {
    const [name, mountPath] = [lookupString(mount, 'name'), lookupString(mount, 'mountPath')]
    if (!volumes.has(name)) yield { path: [...path, index, 'name'], code: 'unknown-name', value: name, what: 'volume' }
    if (mountPath === '') yield { path: [...path, index, 'mountPath'], code: 'missing-field' }
    const other = paths.get(mountPath)
    if (other === undefined) paths.set(mountPath, [...path, index, 'mountPath'])
    else yield { path: [...path, index, 'mountPath'], code: 'used-twice', value: mountPath, what: 'path', other }
    for (const field of ['subPath', 'subPathExpr']) {
      const below = lookupString(mount, field)
      if (below.startsWith('/') || below.split('/').includes('..'))
        yield { path: [...path, index, field], code: 'excludes', what: 'an absolute path and ..' }
    }
    if (lookupString(mount, 'subPath') !== '' && lookupString(mount, 'subPathExpr') !== '')
      yield {
        path: [...path, index, 'subPathExpr'],
        code: 'excludes',
        what: 'subPath',
        other: [...path, index, 'subPath'],
      }
  }
}

function* checkDevices(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  const volumes = new Set((touched.pod.spec?.volumes ?? []).map(({ name }) => name))
  for (const [index, device] of objectsIn(value)) {
    const name = lookupString(device, 'name')
    if (!volumes.has(name)) yield { path: [...path, index, 'name'], code: 'unknown-name', value: name, what: 'volume' }
  }
}

function* checkResources(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  const [limits, requests] = [lookup(value, 'limits'), lookup(value, 'requests')].map((one) =>
    isObject(one) ? one : {},
  )
  for (const [kind, amounts = {}] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const [resource, amount] of Object.entries(amounts)) {
      const place = [...path, kind, resource]
      const parsed = quantityOf(amount)
      yield* syntax('qualified name', resource, place)
      if (parsed !== undefined && parsed < 0n) yield { path: place, code: 'not-an-amount', actual: amount }
      const limit = limits?.[resource]
      const above = kind === 'requests' ? quantityOf(limit) : undefined
      if (parsed !== undefined && above !== undefined && parsed > above)
        yield {
          path: place,
          code: 'above-limit',
          actual: String(amount),
          limit: String(limit),
          other: [...path, 'limits', resource],
        }
    }
  }
  const claims = new Set(itemsOf(touched.pod.spec?.['resourceClaims']).map((claim) => lookupString(claim, 'name')))
  for (const [index, claim] of objectsIn(lookup(value, 'claims') ?? null)) {
    const name = lookupString(claim, 'name')
    if (!claims.has(name))
      yield { path: [...path, 'claims', index, 'name'], code: 'unknown-name', value: name, what: 'claim' }
  }
}

/** The largest user and group of Linux that Kubernetes accepts. */
const maxId = 2 ** 31 - 1

function* checkSecurity(value: Json, { path }: Place): Iterable<RefusedFault> {
  for (const field of ['runAsUser', 'runAsGroup']) {
    const id = lookup(value, field)
    if (typeof id === 'number' && (id < 0 || id > maxId))
      yield { path: [...path, field], code: 'out-of-range', actual: id, min: 0, max: maxId }
  }
  if (lookup(value, 'allowPrivilegeEscalation') !== false) return
  const added = lookup(value, 'capabilities', 'add')
  if (lookup(value, 'privileged') === true)
    yield {
      path: [...path, 'privileged'],
      code: 'excludes',
      what: 'allowPrivilegeEscalation: false',
      other: [...path, 'allowPrivilegeEscalation'],
    }
  if (Array.isArray(added) && added.includes('CAP_SYS_ADMIN'))
    yield {
      path: [...path, 'capabilities', 'add'],
      code: 'excludes',
      what: 'allowPrivilegeEscalation: false',
      other: [...path, 'allowPrivilegeEscalation'],
    }
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc']
const counts = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']

function* checkProbe(value: Json, { path }: Place): Iterable<RefusedFault> {
  if (!isObject(value)) return
  for (const field of counts) {
    const count = value[field]
    if (typeof count === 'number' && count < 0)
      yield { path: [...path, field], code: 'out-of-range', actual: count, min: 0, max: undefined }
  }
  const { successThreshold } = value
  if (path.at(-1) !== 'readinessProbe' && typeof successThreshold === 'number' && successThreshold > 1)
    yield { path: [...path, 'successThreshold'], code: 'not-one-of', actual: successThreshold, expected: [1] }
  yield* checkHandler(value, path, handlers)
}

function* checkLifecycle(value: Json, { path }: Place): Iterable<RefusedFault> {
  for (const hook of ['postStart', 'preStop']) {
    const handler = lookup(value, hook)
    if (isObject(handler)) yield* checkHandler(handler, [...path, hook], ['exec', 'httpGet', 'tcpSocket', 'sleep'])
  }
}

function* checkHandler(handler: JsonObject, path: Path, known: readonly string[]): Iterable<RefusedFault> {
  if (known.every((one) => handler[one] == null)) yield { path, code: 'none-of-several', fields: known }
  for (const name of ['httpGet', 'tcpSocket', 'grpc']) {
    const port = lookup(handler, name, 'port')
    if (typeof port === 'number') yield* portNumber(port, [...path, name, 'port'])
    if (typeof port === 'string') yield* syntax('port name', port, [...path, name, 'port'])
  }
  const command = lookup(handler, 'exec', 'command')
  if (handler['exec'] != null && (!Array.isArray(command) || command.length === 0))
    yield { path: [...path, 'exec', 'command'], code: 'missing-field' }
}

function itemsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function objectsIn(value: Json): Iterable<readonly [number, JsonObject]> {
  return itemsOf(value).entries()
}
