import type { NativeSidecars } from '../istio/istiod/variables.ts'
import { hashAnnotation } from '../istio/names.ts'
import { isDnsLabel } from '../istio/revisions/names.ts'
import { isObject, type Json } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import { checkConfigMapNamed } from './config-objects.ts'
import { type Problem, type Report, reporter } from './faults.ts'
import { presentEntries, type Read, readBoolean, readOneOf, readString, readStrings, wrongType } from './read.ts'

/** The settings that become part of a snapshot. What is unset is asked of istiod's settings (`istiod/settings.ts`). */
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
  /** A mesh below `mesh`. */
  readonly sharedMesh?: string | undefined
  /** Whether documents that aren't named come from the ConfigMaps of an Istio installation. */
  readonly fromCluster?: boolean | undefined
  /** The namespace of that installation. */
  readonly istioNamespace?: string | undefined
  /** `path=value` each, in order. */
  readonly set?: readonly string[] | undefined
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
  sharedMesh: {
    read: readPath,
    flag: '--shared-mesh FILE',
    text: 'A MeshConfig below that of `--mesh`, named in the same ways; by default the one that istiod shares (`SHARED_MESH_CONFIG`).',
  },
  fromCluster: {
    read: readBoolean,
    flag: '--from-cluster',
    text: "Read the documents that aren't named from Istio's ConfigMaps in the cluster: `istio-sidecar-injector` and `istio`, with the suffix `-REVISION` for a revision; and the settings that aren't set from the Deployment `istiod`, with the same suffix.",
  },
  istioNamespace: {
    read: readNamespace,
    flag: '--istio-namespace NAMESPACE',
    text: 'The namespace of istiod and its ConfigMaps; by default istio-system.',
  },
  set: {
    read: readStrings,
    flag: '--set PATH=VALUE',
    text: 'Set one of the values; can be repeated.',
  },
  revision: {
    read: readRevision,
    flag: '--revision NAME',
    text: "istiod's revision, as its chart names it; by default the one without a name.",
  },
  nativeSidecars: {
    read: readUnlessEmpty(readOneOf<NativeSidecars>('auto', 'enabled', 'disabled')),
    flag: '--native-sidecars MODE',
    text: 'Whether the proxy is injected as a native sidecar: `auto` (if every node supports it), `enabled` or `disabled`; by default as istiod does.',
  },
  platform: {
    read: readPlatform,
    flag: '--platform NAME',
    text: "`openshift`; by default istiod's platform.",
  },
  compliancePolicy: {
    read: readString,
    flag: '--compliance-policy NAME',
    text: "The compliance policy of the proxies, such as `fips-140-3`; by default istiod's.",
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
    sharedMesh: field('sharedMesh', settingFields.sharedMesh),
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

/** Checks each setting that a snapshot holds; an empty one counts as unset. */
export function checkChoices(choices: InjectorChoices): {
  readonly choices: InjectorChoices
  readonly problems: readonly Problem[]
} {
  const { problems, report } = reporter()
  const field = <T>(key: keyof InjectorChoices, { read }: SettingField<T>): T | undefined => {
    const value = choices[key]
    return value === undefined || value === '' ? undefined : read(value, [key], report)
  }
  return {
    choices: {
      revision: field('revision', settingFields.revision),
      nativeSidecars: field('nativeSidecars', settingFields.nativeSidecars),
      platform: field('platform', settingFields.platform),
      compliancePolicy: field('compliancePolicy', settingFields.compliancePolicy),
      stampHash: field('stampHash', settingFields.stampHash),
    },
    problems,
  }
}

/** The empty string is how a chart or a script leaves a setting out. */
function readUnlessEmpty<T>(read: Read<T>): Read<T | undefined> {
  return (value, path, report) => (value === '' ? undefined : read(value, path, report))
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
