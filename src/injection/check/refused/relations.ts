import { type Syntax, syntaxes } from '../../../kubernetes/pod/syntax.ts'
import { parseQuantity, quantityOf } from '../../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { resourceFaults } from './resources.ts'
import { id, isSet } from './rule.ts'

/** What Kubernetes requires of the fields of an object together. */
export type Relation = (object: JsonObject, path: Path) => Iterable<RefusedFault>

/** By type. Rules that need the rest of the pod are in container.ts and pod.ts. */
export const relations: Readonly<Record<string, Relation>> = {
  AppArmorProfile: localhost,
  AzureDiskVolumeSource: function* (disk, path) {
    const kind = lookupString(disk, 'kind') || 'Shared'
    const begin = kind === 'Managed' ? '/subscriptions/' : 'https://'
    if (isSet(disk['diskURI']) && !lookupString(disk, 'diskURI').startsWith(begin))
      yield { path: [...path, 'diskURI'], code: 'excludes', what: `kind ${kind}, whose disks begin with ${begin}` }
  },
  CSIVolumeSource: (csi, path) => namedSecret(csi, 'nodePublishSecretRef', path),
  CinderVolumeSource: (cinder, path) => namedSecret(cinder, 'secretRef', path),
  ClusterTrustBundleProjection: function* (bundle, path) {
    const { name, signerName, labelSelector } = bundle
    if (name == null && signerName == null) yield { path, code: 'none-of-several', fields: ['name', 'signerName'] }
    if (name != null && signerName != null) yield { path, code: 'one-of-several', fields: ['name', 'signerName'] }
    for (const field of ['name', 'signerName']) {
      if (bundle[field] === '') yield { path: [...path, field], code: 'missing-field' }
    }
    if (name != null && labelSelector != null)
      yield { path: [...path, 'labelSelector'], code: 'excludes', what: 'name', other: [...path, 'name'] }
  },
  ContainerRestartRuleOnExitCodes: function* ({ values }, path) {
    if (Array.isArray(values) && values.length > 255)
      yield { path: [...path, 'values'], code: 'too-many', actual: values.length, limit: 255 }
  },
  DownwardAPIVolumeFile: function* (file, path) {
    yield* oneOf(file, ['fieldRef', 'resourceFieldRef'], path)
    yield* fieldRef(file['fieldRef'], inFiles, [...path, 'fieldRef'])
    const selector = file['resourceFieldRef']
    if (isObject(selector) && !isSet(selector['containerName']))
      yield { path: [...path, 'resourceFieldRef', 'containerName'], code: 'missing-field' }
  },
  EnvVarSource: ({ fieldRef: selector }, path) => fieldRef(selector, inVariables, [...path, 'fieldRef']),
  FCVolumeSource: function* (channel, path) {
    const [names, ids] = ['targetWWNs', 'wwids'].map((field) => itemsOf(channel[field]).length)
    if (names === 0 && ids === 0) yield { path, code: 'none-of-several', fields: ['targetWWNs', 'wwids'] }
    if (names !== 0 && ids !== 0) yield { path, code: 'one-of-several', fields: ['targetWWNs', 'wwids'] }
    if (names !== 0 && channel['lun'] == null) yield { path: [...path, 'lun'], code: 'missing-field' }
  },
  FlexVolumeSource: function* ({ options }, path) {
    for (const option of Object.keys(isObject(options) ? options : {})) {
      if (!syntaxes['own option'](option)) yield wrong('own option', option, [...path, 'options', option])
    }
  },
  FlockerVolumeSource: (flocker, path) => oneOf(flocker, ['datasetName', 'datasetUUID'], path),
  ISCSIVolumeSource: function* (iscsi, path) {
    const isSecret = iscsi['chapAuthDiscovery'] === true || iscsi['chapAuthSession'] === true
    if (isSecret && iscsi['secretRef'] == null) yield { path: [...path, 'secretRef'], code: 'missing-field' }
    const { initiatorName } = iscsi
    if (typeof initiatorName === 'string' && !syntaxes['iSCSI name'](initiatorName))
      yield wrong('iSCSI name', initiatorName, [...path, 'initiatorName'])
  },
  LabelSelector: ({ matchLabels }, path) => labelFaults(matchLabels, [...path, 'matchLabels']),
  LabelSelectorRequirement: (requirement, path) => selected(requirement, path, 'label value'),
  NodeSelectorRequirement: function* (requirement, path) {
    const { operator, values } = requirement
    if (operator === 'Gt' || operator === 'Lt') {
      if (itemsOf(values).length !== 1)
        yield { path: [...path, 'values'], code: 'excludes', what: `operator ${operator}, which needs one value` }
    } else yield* selected(requirement, path, 'label value')
  },
  PersistentVolumeClaimSpec: function* (claim, path) {
    const modes = itemsOf(claim['accessModes'])
    const known = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']
    for (const [index, mode] of modes.entries()) {
      if (!known.includes(String(mode)))
        yield { path: [...path, 'accessModes', index], code: 'not-one-of', actual: mode, expected: known }
    }
    if (modes.includes('ReadWriteOncePod') && modes.length > 1)
      yield { path: [...path, 'accessModes'], code: 'excludes', what: 'ReadWriteOncePod beside other modes' }
    const storage = lookup(claim, 'resources', 'requests', 'storage')
    const place = [...path, 'resources', 'requests', 'storage']
    if (storage === undefined) yield { path: place, code: 'missing-field' }
    else if ((quantityOf(storage) ?? 1n) <= 0n) yield { path: place, code: 'not-an-amount', actual: storage }
  },
  PodDNSConfig: function* (config, path) {
    const [servers, searches] = ['nameservers', 'searches'].map((field) => itemsOf(config[field]).map(String))
    for (const [index, server] of (servers ?? []).entries()) {
      if (!syntaxes['IP address'](server)) yield wrong('IP address', server, [...path, 'nameservers', index])
    }
    for (const [index, search] of (searches ?? []).entries()) {
      if (search !== '.' && !syntaxes['search domain'](search))
        yield wrong('search domain', search, [...path, 'searches', index])
    }
    yield* atMost(servers?.length ?? 0, 3, [...path, 'nameservers'])
    yield* atMost(searches?.length ?? 0, 32, [...path, 'searches'])
  },
  PodSecurityContext: function* (context, path) {
    yield* repeated(context['sysctls'], 'name', 'sysctl', [...path, 'sysctls'])
    for (const [index, group] of itemsOf(context['supplementalGroups']).entries()) {
      const fault = id(group, [...path, 'supplementalGroups', index])
      if (fault !== undefined) yield fault
    }
  },
  ProjectedVolumeSource: function* ({ sources }, path) {
    const seen = new Map<string, Path>()
    for (const [place, file] of projectedFiles(sources, [...path, 'sources'])) {
      const other = seen.get(file)
      if (other === undefined) seen.set(file, place)
      else yield { path: place, code: 'used-twice', value: file, what: 'path', other }
    }
  },
  ResourceFieldSelector: function* ({ resource, divisor }, path) {
    const divisors = String(resource).endsWith('.cpu') ? cpuDivisors : sizeDivisors
    const amount = quantityOf(divisor)
    if (amount !== undefined && amount !== 0n && !divisors.some((one) => parseQuantity(one) === amount))
      yield { path: [...path, 'divisor'], code: 'not-one-of', actual: divisor ?? null, expected: divisors }
  },
  // `spec.resources`, or those of a container.
  ResourceRequirements: (resources, path) => resourceFaults(resources, path, path.length === 2 ? 'pod' : 'container'),
  SeccompProfile: localhost,
  SecurityContext: function* (context, path) {
    if (context['allowPrivilegeEscalation'] !== false) return
    const other = [...path, 'allowPrivilegeEscalation']
    const excluded = { code: 'excludes', what: 'allowPrivilegeEscalation: false', other } as const
    if (context['privileged'] === true) yield { path: [...path, 'privileged'], ...excluded }
    const added = itemsOf(lookup(context, 'capabilities', 'add'))
    if (added.includes('CAP_SYS_ADMIN')) yield { path: [...path, 'capabilities', 'add'], ...excluded }
  },
  StorageOSVolumeSource: (storageOs, path) => namedSecret(storageOs, 'secretRef', path),
  Toleration: function* (toleration, path) {
    const { key, operator, value, effect, tolerationSeconds } = toleration
    if (!isSet(key) && operator !== 'Exists')
      yield { path: [...path, 'operator'], code: 'not-one-of', actual: operator ?? '', expected: ['Exists'] }
    if (operator === 'Exists' && isSet(value))
      yield { path: [...path, 'value'], code: 'excludes', what: 'operator Exists', other: [...path, 'operator'] }
    if (operator !== 'Exists' && typeof value === 'string' && !syntaxes['label value'](value))
      yield wrong('label value', value, [...path, 'value'])
    if (tolerationSeconds != null && effect !== 'NoExecute')
      yield { path: [...path, 'effect'], code: 'not-one-of', actual: effect ?? '', expected: ['NoExecute'] }
  },
  VolumeMount: function* (mount, path) {
    const other = [...path, 'subPath']
    if (isSet(mount['subPath']) && isSet(mount['subPathExpr']))
      yield { path: [...path, 'subPathExpr'], code: 'excludes', what: 'subPath', other }
    const { recursiveReadOnly, readOnly, mountPropagation } = mount
    if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible') return
    if (readOnly !== true)
      yield { path: [...path, 'recursiveReadOnly'], code: 'excludes', what: 'a mount that is not readOnly' }
    if (isSet(mountPropagation) && mountPropagation !== 'None')
      yield {
        path: [...path, 'recursiveReadOnly'],
        code: 'excludes',
        what: `mountPropagation ${String(mountPropagation)}`,
        other: [...path, 'mountPropagation'],
      }
  },
}

const cpuDivisors = ['1m', '1']
const sizeDivisors = [
  '1',
  ...['k', 'M', 'G', 'T', 'P', 'E'].flatMap((unit) => [`1${unit}`, `1${unit === 'k' ? 'K' : unit}i`]),
]

/** Fields that a variable, or a file of a volume, may show. */
const inVariables = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const inFiles = ['metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.uid']

function* fieldRef(selector: Json | undefined, known: readonly string[], path: Path): Iterable<RefusedFault> {
  const field = lookup(selector, 'fieldPath')
  if (typeof field !== 'string' || field === '') return
  const place = [...path, 'fieldPath']
  const key = /^metadata\.(?:labels|annotations)\['(?<key>.*)'\]$/s.exec(field)?.groups?.['key']
  if (key === undefined) {
    if (!known.includes(field)) yield { path: place, code: 'not-one-of', actual: field, expected: known }
  } else if (!syntaxes['qualified name'](field.startsWith('metadata.annotations') ? key.toLowerCase() : key))
    yield wrong('qualified name', key, place)
}

/** A profile of type Localhost has a file, and no other has one. */
function* localhost({ type, localhostProfile }: JsonObject, path: Path): Iterable<RefusedFault> {
  const place = [...path, 'localhostProfile']
  if (type === 'Localhost' && !isSet(localhostProfile)) yield { path: place, code: 'missing-field' }
  if (type !== 'Localhost' && localhostProfile != null)
    yield { path: place, code: 'excludes', what: `type ${String(type)}`, other: [...path, 'type'] }
}

function* namedSecret(object: JsonObject, field: string, path: Path): Iterable<RefusedFault> {
  const secret = object[field]
  if (isObject(secret) && !isSet(secret['name'])) yield { path: [...path, field, 'name'], code: 'missing-field' }
}

function* oneOf(object: JsonObject, fields: readonly string[], path: Path): Iterable<RefusedFault> {
  const members = fields.filter((field) => isSet(object[field]))
  if (members.length === 0) yield { path, code: 'none-of-several', fields }
  if (members.length > 1) yield { path, code: 'one-of-several', fields: members }
}

/** The values that the operator of a selector needs, or must not have. */
function* selected({ operator, values }: JsonObject, path: Path, of: Syntax): Iterable<RefusedFault> {
  const all = itemsOf(values)
  const place = [...path, 'values']
  const isList = operator === 'In' || operator === 'NotIn'
  if (isList && all.length === 0) yield { path: place, code: 'missing-field' }
  if (!isList && all.length > 0)
    yield { path: place, code: 'excludes', what: `operator ${String(operator)}`, other: [...path, 'operator'] }
  for (const [index, value] of all.entries()) {
    if (typeof value === 'string' && !syntaxes[of](value)) yield wrong(of, value, [...place, index])
  }
}

/** Keys and values of labels, without those that were there before. */
export function labelFaults(
  pairs: Json | undefined,
  path: Path,
  before: JsonObject | undefined = undefined,
): readonly RefusedFault[] {
  const faults: RefusedFault[] = []
  if (!isObject(pairs)) return faults
  for (const name of Object.keys(pairs)) {
    const value = pairs[name]
    if (own(before, name) === value) continue
    if (!syntaxes['qualified name'](name)) faults.push(wrong('qualified name', name, [...path, name]))
    if (typeof value === 'string' && !syntaxes['label value'](value))
      faults.push(wrong('label value', value, [...path, name]))
  }
  return faults
}

function* atMost(actual: number, limit: number, path: Path): Iterable<RefusedFault> {
  if (actual > limit) yield { path, code: 'too-many', actual, limit }
}

/** Items of a list that have a key in common. */
export function* repeated(
  list: Json | undefined,
  key: string,
  what: 'port' | 'path' | 'claim' | 'sysctl' | 'gate' | 'resource',
  path: Path,
): Iterable<RefusedFault> {
  const seen = new Map<string, number>()
  for (const [index, item] of itemsOf(list).entries()) {
    const value = lookupString(item, key)
    if (value === '') continue
    const other = seen.get(value)
    if (other === undefined) seen.set(value, index)
    else yield { path: [...path, index, key], code: 'used-twice', value, what, other: [...path, other, key] }
  }
}

/** The files of a projected volume, each with its place. */
function* projectedFiles(sources: Json | undefined, path: Path): Iterable<readonly [Path, string]> {
  for (const [index, source] of itemsOf(sources).entries()) {
    for (const kind of ['secret', 'configMap', 'downwardAPI']) {
      for (const [at, item] of itemsOf(lookup(source, kind, 'items')).entries())
        yield [[...path, index, kind, 'items', at, 'path'], lookupString(item, 'path')]
    }
    const bundle = lookup(source, 'clusterTrustBundle', 'path')
    if (typeof bundle === 'string') yield [[...path, index, 'clusterTrustBundle', 'path'], bundle]
    for (const field of ['credentialBundlePath', 'keyPath', 'certificateChainPath']) {
      const file = lookup(source, 'podCertificate', field)
      if (isSet(file)) yield [[...path, index, 'podCertificate', field], String(file)]
    }
  }
}

function wrong(syntax: Syntax, actual: string, path: Path): RefusedFault {
  return { path, code: 'wrong-syntax', actual, syntax }
}

/** The items of a list; none of any other value. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
