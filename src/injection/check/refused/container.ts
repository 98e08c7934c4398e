import { itemsAt } from '../../../kubernetes/objects.ts'
import type { Container } from '../../../kubernetes/pod/types.ts'
import { isObject, type Json, lookup, lookupString } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { itemsOf, repeated } from './relations.ts'
import type { Touched, TouchedContainer } from './touched.ts'
import { checksOf, type FieldChecks, faultsOfField, isSound } from './visit.ts'

/** A check of one field of a container that needs more than the field; it runs if the injection set or changed the field. */
type FieldCheck = (value: Json, at: Place) => Iterable<RefusedFault>

interface Place {
  readonly path: Path
  readonly container: Container
  readonly touched: Touched
}

const fields: Readonly<Record<string, FieldCheck>> = {
  ports: (value, { path }) => repeated(value, 'name', 'port', path),
  env: checkVariables,
  volumeMounts: checkMounts,
  volumeDevices: checkDevices,
  resources: checkClaims,
  resizePolicy: checkResizing,
  restartPolicyRules: checkRestartRules,
  securityContext: checkSecurity,
  livenessProbe: checkLiveness,
  startupProbe: checkLiveness,
  readinessProbe: checkReadiness,
  lifecycle: checkLifecycle,
}

/** The fields of which an API server doesn't accept every value. */
const checked: ReadonlyMap<string, FieldChecks & { readonly check: FieldCheck | undefined }> = new Map(
  [...(checksOf.get('Container')?.fields ?? [])]
    .map(([field, checks]) => [field, { ...checks, check: fields[field] }] as const)
    .filter(([, { isFree, rule, check }]) => !isFree || rule !== undefined || check !== undefined),
)

const required = checksOf.get('Container')?.required ?? []

/** Adds what an API server would refuse in a container that the injection added or changed. */
export function containerFaults(one: TouchedContainer, touched: Touched, faults: RefusedFault[]): void {
  const { list, index, container, before } = one
  const place: Path = ['spec', list, index]
  for (const field of Object.keys(container)) {
    const known = checked.get(field)
    const value = container[field]
    if (known === undefined || value === before?.[field]) continue
    const { type, rule, check } = known
    if (rule === undefined && check === undefined && isSound(type, value)) continue
    const path = [...place, field]
    for (const fault of faultsOfField('Container', field, value, path)) faults.push(fault)
    if (check === undefined || value === null || value === undefined) continue
    for (const fault of check(value, { path, container, touched })) faults.push(fault)
  }
  for (const [field, rule] of required) {
    if (Object.hasOwn(container, field) || (before !== undefined && !Object.hasOwn(before, field))) continue
    const fault = rule(undefined, [...place, field])
    if (fault !== undefined) faults.push(fault)
  }
  if (list === 'initContainers') for (const fault of initFaults(container, place)) faults.push(fault)
}

/** An init container that ends has no probes and hooks; one that doesn't has no other way to restart. */
function* initFaults(container: Container, path: Path): Iterable<RefusedFault> {
  if (container['restartPolicy'] === 'Always') {
    const rules = container['restartPolicyRules']
    if (Array.isArray(rules) && rules.length > 0)
      yield { path: [...path, 'restartPolicyRules'], code: 'excludes', what: 'restartPolicy Always' }
    return
  }
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle']) {
    if (container[field] != null)
      yield { path: [...path, field], code: 'excludes', what: 'an init container without restartPolicy: Always' }
  }
  for (const { item: policy, index } of itemsAt(container['resizePolicy'])) {
    if (policy['restartPolicy'] === 'RestartContainer')
      yield {
        path: [...path, 'resizePolicy', index, 'restartPolicy'],
        code: 'excludes',
        what: 'an init container without restartPolicy: Always',
      }
  }
}

function* checkVariables(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  for (const [index, variable] of itemsOf(value).entries()) {
    const from = isObject(variable) ? variable['valueFrom'] : undefined
    const file = isObject(from) ? from['fileKeyRef'] : undefined
    if (!isObject(file)) continue
    const place = [...path, index, 'valueFrom', 'fileKeyRef', 'volumeName']
    const name = lookupString(file, 'volumeName')
    const volume = (touched.pod.spec?.volumes ?? []).find((one) => one.name === name)
    if (volume === undefined) yield { path: place, code: 'unknown-name', value: name, what: 'volume' }
    else if (volume['emptyDir'] == null) yield { path: place, code: 'excludes', what: 'a volume that is no emptyDir' }
  }
}

function* checkMounts(value: Json, { path, touched, container }: Place): Iterable<RefusedFault> {
  const { volumeNames } = touched
  const devices = itemsAt(container['volumeDevices'])
  const seen = new Map<string, number>()
  for (const [index, mount] of itemsOf(value).entries()) {
    if (!isObject(mount)) continue
    const { name, mountPath } = mount
    if (typeof name !== 'string' || typeof mountPath !== 'string') continue
    if (name !== '' && !volumeNames.has(name))
      yield { path: [...path, index, 'name'], code: 'unknown-name', value: name, what: 'volume' }
    const earlier = seen.get(mountPath)
    if (earlier === undefined) seen.set(mountPath, index)
    else {
      const other = [...path, earlier, 'mountPath']
      yield { path: [...path, index, 'mountPath'], code: 'used-twice', value: mountPath, what: 'path', other }
    }
    for (const { item: device, index: at } of devices) {
      for (const [field, used, of, what] of [
        ['name', name, 'name', 'volume'],
        ['mountPath', mountPath, 'devicePath', 'path'],
      ] as const) {
        if (device[of] !== used) continue
        const other = [...path.slice(0, -1), 'volumeDevices', at, of]
        yield { path: [...path, index, field], code: 'used-twice', value: used, what, other }
      }
    }
    if (mount['mountPropagation'] === 'Bidirectional' && lookup(container, 'securityContext', 'privileged') !== true)
      yield { path: [...path, index, 'mountPropagation'], code: 'excludes', what: 'a container that is not privileged' }
  }
}

function* checkDevices(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  const volumes = touched.pod.spec?.volumes ?? []
  yield* repeated(value, 'name', 'path', path)
  yield* repeated(value, 'devicePath', 'path', path)
  for (const { item: device, index } of itemsAt(value)) {
    const name = lookupString(device, 'name')
    const volume = volumes.find((one) => one.name === name)
    const place = [...path, index, 'name']
    if (volume === undefined) yield { path: place, code: 'unknown-name', value: name, what: 'volume' }
    else if (volume['persistentVolumeClaim'] == null && volume['ephemeral'] == null)
      yield { path: place, code: 'excludes', what: 'a volume without a claim' }
  }
}

function* checkClaims(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  const used = itemsAt(value, 'claims')
  if (used.length === 0) return
  const claims = new Set(itemsAt(touched.pod.spec?.['resourceClaims']).map(({ item }) => lookupString(item, 'name')))
  for (const { item: claim, index } of used) {
    const name = lookupString(claim, 'name')
    if (name !== '' && !claims.has(name))
      yield { path: [...path, 'claims', index, 'name'], code: 'unknown-name', value: name, what: 'claim' }
  }
}

function* checkResizing(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  yield* repeated(value, 'resourceName', 'resource', path)
  if (touched.pod.spec?.['restartPolicy'] !== 'Never') return
  for (const { item: policy, index } of itemsAt(value)) {
    if (policy['restartPolicy'] === 'RestartContainer')
      yield {
        path: [...path, index, 'restartPolicy'],
        code: 'excludes',
        what: 'restartPolicy Never of the pod',
        other: ['spec', 'restartPolicy'],
      }
  }
}

function* checkRestartRules(value: Json, { path, container }: Place): Iterable<RefusedFault> {
  const rules = itemsAt(value)
  if (rules.length > 20) yield { path, code: 'too-many', actual: rules.length, limit: 20 }
  if (rules.length > 0 && container['restartPolicy'] == null)
    yield { path: [...path.slice(0, -1), 'restartPolicy'], code: 'missing-field', other: path }
}

function* checkSecurity(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  const { spec } = touched.pod
  if (lookup(value, 'procMount') === 'Unmasked' && spec?.['hostUsers'] !== false)
    yield { path: [...path, 'procMount'], code: 'excludes', what: 'a pod without hostUsers: false' }
  if (lookup(value, 'windowsOptions') != null && lookupString(spec?.['os'], 'name') === 'linux')
    yield { path: [...path, 'windowsOptions'], code: 'excludes', what: 'os linux', other: ['spec', 'os', 'name'] }
}

/** A probe that may kill its container succeeds at once. */
function* checkLiveness(value: Json, { path }: Place): Iterable<RefusedFault> {
  const actual = lookup(value, 'successThreshold')
  if (typeof actual === 'number' && actual > 1)
    yield { path: [...path, 'successThreshold'], code: 'not-one-of', actual, expected: [1] }
}

function* checkReadiness(value: Json, { path }: Place): Iterable<RefusedFault> {
  if (lookup(value, 'terminationGracePeriodSeconds') != null)
    yield { path: [...path, 'terminationGracePeriodSeconds'], code: 'excludes', what: 'a readiness probe' }
}

/** Kubernetes' default for the seconds that a pod has to end. */
const defaultGracePeriod = 30

function* checkLifecycle(value: Json, { path, touched }: Place): Iterable<RefusedFault> {
  const { spec } = touched.pod
  const period = spec?.['terminationGracePeriodSeconds']
  const max = typeof period === 'number' ? period : defaultGracePeriod
  for (const hook of ['postStart', 'preStop']) {
    const seconds = lookup(value, hook, 'sleep', 'seconds')
    if (typeof seconds === 'number' && (seconds < 0 || seconds > max))
      yield { path: [...path, hook, 'sleep', 'seconds'], code: 'out-of-range', actual: seconds, min: 0, max }
  }
  if (lookup(value, 'stopSignal') != null && lookupString(spec?.['os'], 'name') === '')
    yield { path: [...path, 'stopSignal'], code: 'excludes', what: 'a pod without os.name' }
}
