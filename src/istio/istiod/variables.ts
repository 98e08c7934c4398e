import type { IstioVersion } from '../version.ts'

export type NativeSidecars = 'auto' | 'enabled' | 'disabled'

/** The settings of an istiod's process that change what it injects. */
export interface IstiodSettings {
  readonly nativeSidecars: NativeSidecars
  readonly compliancePolicy: string
  /** Empty for any other platform. */
  readonly platform: 'openshift' | ''
  /** The ConfigMap of a mesh below the revision's own; empty if none. */
  readonly sharedMesh: string
  readonly inboundPassthrough: boolean
  readonly legacyFsGroup: boolean
  /** Empty for the default one. */
  readonly revision: string
  /** Empty if it isn't named. */
  readonly cluster: string
}

/** How a value of a variable is understood. */
export interface VariableReading<T> {
  /** Undefined if it says nothing: the next place is asked. */
  readonly value: T | undefined
  /** Whether istiod knows such a value; for one that it doesn't know, `value` is what it does then. */
  readonly isKnown: boolean
}

/** An environment variable of istiod. */
export interface IstiodVariable<T> {
  readonly name: string
  /** The setting, in a sentence. */
  readonly title: string
  readonly meaning: string
  /** The values that it can have; empty if any. */
  readonly known: (version: IstioVersion | undefined) => readonly string[]
  /** Other places of istiod's values than `pilot.env.NAME` which its chart writes into the variable. */
  readonly inValues: readonly (readonly string[])[]
  readonly read: (text: string, version: IstioVersion | undefined) => VariableReading<T>
  /** The value as the variable has it. */
  readonly write: (value: T) => string
  /** The default by the minor version of Istio 1 that introduced it, in ascending order. An unknown version is the newest. */
  readonly defaults: readonly (readonly [since: number, value: T])[]
}

const nativeModes: Readonly<Record<string, NativeSidecars>> = { true: 'enabled', false: 'disabled', auto: 'auto' }
const nativeWords: Readonly<Record<NativeSidecars, string>> = { enabled: 'true', disabled: 'false', auto: 'auto' }

/** `auto` came with its being the default. */
const firstWithAuto = 27

const platforms = ['openshift', 'gcp', 'gke', 'k3d', 'k3s', 'microk8s', 'minikube']

/** https://istio.io/latest/docs/reference/commands/pilot-discovery/#envvars */
export const istiodVariables: { readonly [K in keyof IstiodSettings]: IstiodVariable<IstiodSettings[K]> } = {
  nativeSidecars: {
    name: 'ENABLE_NATIVE_SIDECARS',
    title: 'native sidecars',
    meaning: 'Whether proxies are native sidecars: `true`, `false` or `auto`, by the versions of the nodes.',
    known: (version) => Object.keys(nativeModes).filter((mode) => mode !== 'auto' || isSince(firstWithAuto, version)),
    inValues: [],
    read: (text, version) => {
      const isKnown = istiodVariables.nativeSidecars.known(version).includes(text)
      return { value: isKnown ? nativeModes[text] : 'disabled', isKnown }
    },
    write: (mode) => nativeWords[mode],
    defaults: [
      [0, 'disabled'],
      [firstWithAuto, 'auto'],
    ],
  },
  compliancePolicy: {
    name: 'COMPLIANCE_POLICY',
    title: 'compliance policy',
    meaning: 'The compliance policy of the proxies.',
    known: () => ['fips-140-2', 'fips-140-3', 'pqc'],
    inValues: [],
    // Templates hand it on, whatever it is.
    read: (text) => ({ value: text, isKnown: istiodVariables.compliancePolicy.known(undefined).includes(text) }),
    write: (policy) => policy,
    defaults: [[0, '']],
  },
  platform: {
    name: 'PLATFORM',
    title: 'platform',
    meaning: 'The platform, of which only `openshift` matters.',
    known: () => platforms,
    inValues: [['global', 'platform'], ['platform']],
    read: (text) => ({ value: text === 'openshift' ? text : '', isKnown: platforms.includes(text) }),
    write: (platform) => platform,
    defaults: [[0, '']],
  },
  sharedMesh: {
    name: 'SHARED_MESH_CONFIG',
    title: 'shared mesh',
    meaning: "A ConfigMap in istiod's namespace whose key `mesh` is layered below the revision's own mesh.",
    known: () => [],
    inValues: [],
    read: (text) => ({ value: text, isKnown: true }),
    write: (name) => name,
    defaults: [[0, '']],
  },
  inboundPassthrough: {
    name: 'PILOT_ENABLE_INBOUND_PASSTHROUGH',
    title: 'inbound passthrough',
    meaning: 'Read by templates up to Istio 1.21: `false` forwards inbound traffic to localhost.',
    known: booleans,
    inValues: [],
    read: (text) => readBoolean(text, true),
    write: String,
    defaults: [[0, true]],
  },
  legacyFsGroup: {
    name: 'ENABLE_LEGACY_FSGROUP_INJECTION',
    title: 'legacy fsGroup',
    meaning: 'Read by templates up to Istio 1.18: `true` sets the fsGroup of pods to 1337.',
    known: booleans,
    inValues: [],
    read: (text) => readBoolean(text, false),
    write: String,
    defaults: [
      [0, true],
      [15, false],
    ],
  },
  revision: {
    name: 'REVISION',
    title: 'revision',
    meaning: 'The revision, as templates see it.',
    known: () => [],
    inValues: [['revision']],
    read: (text) => ({ value: text === 'default' ? undefined : text, isKnown: true }),
    write: (revision) => revision,
    defaults: [[0, '']],
  },
  cluster: {
    name: 'CLUSTER_ID',
    title: 'cluster',
    meaning: "The cluster of the proxies, unless the webhook's path contains one.",
    known: () => [],
    inValues: [['global', 'multiCluster', 'clusterName']],
    // The chart's word for a cluster without a name, which the templates use by themselves.
    read: (text) => ({ value: text === 'Kubernetes' ? undefined : text, isKnown: true }),
    write: (cluster) => cluster,
    defaults: [[0, '']],
  },
}

/** The settings, in the order of the table. */
export const istiodSettingNames: readonly (keyof IstiodSettings)[] =
  Object.keys(istiodVariables).filter(isIstiodSetting)

/** Whether a word names one of these settings. */
export function isIstiodSetting(name: string): name is keyof IstiodSettings {
  return Object.hasOwn(istiodVariables, name)
}

/** What holds in a version of Istio if nothing else is said. */
export function defaultOf<T>({ defaults }: IstiodVariable<T>, version: IstioVersion | undefined): T | undefined {
  return defaults.findLast(([since]) => isSince(since, version))?.[1]
}

function isSince(minor: number, version: IstioVersion | undefined): boolean {
  return version === undefined || version.major > 1 || version.minor >= minor
}

function booleans(): readonly string[] {
  return ['true', 'false']
}

function readBoolean(text: string, otherwise: boolean): VariableReading<boolean> {
  const isKnown = booleans().includes(text)
  return { value: isKnown ? text === 'true' : otherwise, isKnown }
}
