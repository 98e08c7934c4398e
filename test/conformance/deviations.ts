/** Where Outrigger gives another pod than Istio on purpose, or none. */
export type Deviation = {
  /** What is wrong with Istio's pod. */
  readonly why: string
} & (
  | {
      /** Matches the paths that may differ from it. */
      readonly differs: RegExp
    }
  | {
      /** The pod is denied: matches what is said of each fault. */
      readonly denied: RegExp
    }
)

const valueAndSource: Deviation = {
  why: "Kubernetes refuses a variable with the pod author's value and the template's valueFrom",
  differs: /\.env\[ISTIO_META_NODE_NAME\]\.valueFrom$/,
}

const ownProxyInOtherList: Deviation = {
  why: 'Kubernetes refuses two containers named istio-proxy: that of the pod, under initContainers, and that of the template',
  differs: /^spec\.(initC|c)ontainers\[istio-proxy\]|^metadata\.annotations\["proxy\.istio\.io\/overrides"\]$/,
}

const templateInOtherList: Deviation = {
  why: 'Kubernetes refuses two containers named istio-proxy: the native sidecar, and what the template spire adds under containers',
  differs: /^spec\.(initC|c)ontainers\[istio-proxy\]|^metadata\.annotations\["sidecar\.istio\.io\/status"\]$/,
}

const mountWithoutVolume: Deviation = {
  why: 'Kubernetes refuses a mount of a volume that the pod does not have',
  denied: /\.volumeMounts\[\d+\]\.name: no volume of the pod is named "(extra|certs)"/,
}

const absolutePath: Deviation = {
  why: 'Kubernetes refuses the absolute path of a file in the volume of the annotation userVolume',
  denied: /\.configMap\.items\[0\]\.path: "\/some-path" must be a relative path/,
}

const noContainer: Deviation = {
  why: 'Kubernetes refuses a pod without containers: its only one is the proxy, which becomes a native sidecar',
  denied: /^spec\.containers: it is required, and empty/,
}

const probeBeforeProxy: Deviation = {
  why: 'the pod never starts: the startup probe of its native sidecar waits for an agent that starts after it',
  differs: /^spec\.initContainers\[cache\]\.startupProbe\.|\.env\[ISTIO_KUBE_APP_PROBERS\]/,
}

const releasesBefore = ['1.18/', '1.20/', '1.21/', '1.22/', '1.23/', '1.24/', '1.25/', '1.26/']
const releasesWithNative = ['1.27/', '1.28/', '1.29/', '1.30/', '1.31/']

/** By name of the scenario. */
export const deviations: ReadonlyMap<string, Deviation> = new Map<string, Deviation>([
  ...['g11-0032', 'g11-0055', 'g11-0068', 'g11-0081', 'g11-0183', 'g11-0208'].map(
    (name) => [name, valueAndSource] as const,
  ),
  ['g11-0013', ownProxyInOtherList],
  ['g11-0094', probeBeforeProxy],
  ...['g11-0047', 'g11-0052', 'g11-0069', 'g11-0084', 'g11-0171', 'g11-0207'].map(
    (name) => [name, mountWithoutVolume] as const,
  ),
  ...['', ...releasesWithNative].flatMap((release) => [
    [`${release}sidecar-spire`, templateInOtherList] as const,
    [`${release}only-proxy-container`, noContainer] as const,
  ]),
  ...['', ...releasesBefore, ...releasesWithNative].map((release) => [`${release}user-volume`, absolutePath] as const),
])
