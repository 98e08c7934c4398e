import type { NativeSidecars } from '../injection/model/snapshot.ts'
import { hashAnnotation } from '../istio/names.ts'
import { isDnsLabel } from '../istio/revisions/names.ts'
import { isObject, type Json } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import { checkConfigMapNamed } from './config-maps.ts'
import { type Problem, type Report, reporter } from './faults.ts'
import { presentEntries, type Read, readBoolean, readOneOf, readString, readStrings, wrongType } from './read.ts'

/** The settings that become part of a snapshot, before defaults are filled in. */
export interface InjectorChoices {
  readonly revision?: string | undefined
  /** `auto` depends on the cluster's nodes; without nodes it means enabled, as on the newest Kubernetes. */
  readonly nativeSidecars?: NativeSidecars | undefined
  readonly platform?: 'openshift' | undefined
  readonly compliancePolicy?: string | undefined
  /** Whether injected pods get the configuration's hash as an annotation. */
  readonly stampHash?: boolean | undefined
}

/** The settings of a snapshot, from an object that may contain more. */
export function choicesOf({ revision, nativeSidecars, platform, compliancePolicy, stampHash }: InjectorChoices) {
  const choices = { revision, nativeSidecars, platform, compliancePolicy, stampHash }
  return choices satisfies Record<keyof InjectorChoices, unknown>
}

/** The settings that all commands share, from flags or from the settings file. */
export interface Settings extends InjectorChoices {
  /** A file, a folder or `configmap:[NAMESPACE/]NAME`; `values` and `mesh` may name the same source as `config`. */
  readonly config?: string | undefined
  readonly values?: string | undefined
  readonly mesh?: string | undefined
  /** Whether documents that aren't named come from the ConfigMaps of an Istio installation. */
  readonly fromCluster?: boolean | undefined
  /** The namespace of that installation. */
  readonly istioNamespace?: string | undefined
  /** `path=value` each, in order. */
  readonly set?: readonly string[] | undefined
}

/** The settings of a snapshot with every default filled in. */
export interface InjectorSettings {
  readonly revision: string
  readonly nativeSidecars: NativeSidecars
  readonly platform: 'openshift' | undefined
  readonly compliancePolicy: string
  readonly stampHash: boolean
}

export interface SettingField<T> {
  readonly read: Read<T>
  readonly flag: string
  readonly text: string
}

/** Every setting: how it is read, its flag and its description (for `--help` and the documentation). */
export const settingFields: { readonly [K in keyof Settings]-?: SettingField<Settings[K]> } = {
  config: {
    read: readPath,
    flag: '--config FILE',
    text: 'The injector configuration: a file, a ConfigMap manifest, a folder with a file `config`, or `configmap:NAMESPACE/NAME`.',
  },
  values: {
    read: readPath,
    flag: '--values FILE',
    text: 'The values for templates: a file, a ConfigMap manifest, a folder with a file `values`, or `configmap:NAMESPACE/NAME`.',
  },
  mesh: {
    read: readPath,
    flag: '--mesh FILE',
    text: 'The MeshConfig: a file, a ConfigMap manifest, a folder with a file `mesh`, or `configmap:NAMESPACE/NAME`.',
  },
  fromCluster: {
    read: readBoolean,
    flag: '--from-cluster',
    text: "Read the documents that aren't named from Istio's ConfigMaps in the cluster: `istio-sidecar-injector` and `istio`, with the suffix `-REVISION` for a revision.",
  },
  istioNamespace: {
    read: readNamespace,
    flag: '--istio-namespace NAMESPACE',
    text: "The namespace of Istio's ConfigMaps; by default istio-system.",
  },
  set: {
    read: readStrings,
    flag: '--set PATH=VALUE',
    text: 'Set one of the values; can be repeated.',
  },
  revision: {
    read: readRevision,
    flag: '--revision NAME',
    text: 'The revision of this injector; by default none.',
  },
  nativeSidecars: {
    read: readOneOf<NativeSidecars>('auto', 'enabled', 'disabled'),
    flag: '--native-sidecars MODE',
    text: 'Whether the proxy is injected as a native sidecar: `auto` (the default: if every node supports it), `enabled` or `disabled`.',
  },
  platform: {
    read: readPlatform,
    flag: '--platform NAME',
    text: '`openshift`; unset for any other Kubernetes.',
  },
  compliancePolicy: {
    read: readString,
    flag: '--compliance-policy NAME',
    text: 'The compliance policy of the proxies, such as `fips-140-3`; by default none.',
  },
  stampHash: {
    read: readBoolean,
    flag: '--stamp-hash',
    text: `Record the hash of the configuration on injected pods (annotation ${hashAnnotation}).`,
  },
}

/** The keys of settings, in the order of the documentation. */
export const settingNames: readonly (keyof Settings)[] = Object.keys(settingFields).filter(isSettingName)

/** Whether a key of a document or of an object of flags is a setting. */
export function isSettingName(key: unknown): key is keyof Settings {
  return typeof key === 'string' && Object.hasOwn(settingFields, key)
}

/** Reads the settings document (`outrigger.yaml`). Paths in it aren't resolved. An unknown key is a fault. */
export function readSettings(document: Json): { readonly settings: Settings; readonly problems: readonly Problem[] } {
  const { problems, report } = reporter()
  if (!isObject(document) && document !== null) report([], wrongType('object', document))
  const given = new Map(isObject(document) ? presentEntries(document) : [])
  for (const key of given.keys()) {
    if (!isSettingName(key)) report([key], { code: 'unknown-setting', name: key, known: settingNames })
  }
  const field = <T>(key: keyof Settings, { read }: SettingField<T>): T | undefined => {
    const value = given.get(key)
    return value === undefined ? undefined : read(value, [key], report)
  }
  const settings = {
    config: field('config', settingFields.config),
    values: field('values', settingFields.values),
    mesh: field('mesh', settingFields.mesh),
    fromCluster: field('fromCluster', settingFields.fromCluster),
    istioNamespace: field('istioNamespace', settingFields.istioNamespace),
    set: field('set', settingFields.set),
    revision: field('revision', settingFields.revision),
    nativeSidecars: field('nativeSidecars', settingFields.nativeSidecars),
    platform: field('platform', settingFields.platform),
    compliancePolicy: field('compliancePolicy', settingFields.compliancePolicy),
    stampHash: field('stampHash', settingFields.stampHash),
  } satisfies Record<keyof Settings, unknown>
  return { settings, problems }
}

/** Merges flags over the settings file: a flag takes precedence; the flags' `set` is applied after the file's. */
export function mergeSettings(file: Settings, flags: Settings): Settings {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
  return { ...file, ...given, set: [...(file.set ?? []), ...(flags.set ?? [])] }
}

/** Fills in the defaults and checks each setting that a snapshot holds. */
export function injectorSettings(settings: InjectorChoices): {
  readonly settings: InjectorSettings
  readonly problems: readonly Problem[]
} {
  const { problems, report } = reporter()
  const { revision = '', nativeSidecars = 'auto', platform = '', compliancePolicy = '', stampHash = false } = settings
  return {
    settings: {
      revision: readRevision(revision, ['revision'], report),
      nativeSidecars: settingFields.nativeSidecars.read(nativeSidecars, ['nativeSidecars'], report) ?? 'auto',
      platform: readPlatform(platform, ['platform'], report),
      compliancePolicy: readString(compliancePolicy, ['compliancePolicy'], report),
      stampHash: readBoolean(stampHash, ['stampHash'], report),
    },
    problems,
  }
}

function readPath(value: Json, path: Path, report: Report): string {
  const text = readString(value, path, report)
  if (value === '') report(path, { code: 'empty', what: 'file-name' })
  checkConfigMapNamed(text, path, report)
  return text
}

function readNamespace(value: Json, path: Path, report: Report): string {
  const text = readString(value, path, report)
  if (!isDnsLabel(text)) report(path, { code: 'not-a-namespace', actual: text })
  return text
}

function readRevision(value: Json, path: Path, report: Report): string {
  const text = readString(value, path, report)
  // It is the value of the label istio.io/rev and part of object names.
  if (text !== '' && !isDnsLabel(text)) {
    report(path, { code: 'not-a-revision', actual: text })
  }
  return text
}

function readPlatform(value: Json, path: Path, report: Report): 'openshift' | undefined {
  if (value === '' || value === 'openshift') return value || undefined
  report(path, { code: 'not-one-of', expected: ['openshift', 'empty'], actual: value })
  return undefined
}
