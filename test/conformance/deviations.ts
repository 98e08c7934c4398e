/** Where Outrigger gives another pod than Istio on purpose. */
export interface Deviation {
  /** What is wrong with Istio's pod. */
  readonly why: string
  /** Matches the paths that may differ from it. */
  readonly differs: RegExp
}

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

const probeBeforeProxy: Deviation = {
  why: 'the pod never starts: the startup probe of its native sidecar waits for an agent that starts after it',
  differs: /^spec\.initContainers\[cache\]\.startupProbe\.|\.env\[ISTIO_KUBE_APP_PROBERS\]/,
}

/** By name of the scenario. */
export const deviations: ReadonlyMap<string, Deviation> = new Map([
  ...['g11-0032', 'g11-0055', 'g11-0068', 'g11-0081', 'g11-0183', 'g11-0208'].map(
    (name) => [name, valueAndSource] as const,
  ),
  ...['g11-0013', 'g11-0207'].map((name) => [name, ownProxyInOtherList] as const),
  ...['g11-0094', 'g11-0171'].map((name) => [name, probeBeforeProxy] as const),
  ...['', '1.27/', '1.28/', '1.29/', '1.30/', '1.31/'].map(
    (release) => [`${release}sidecar-spire`, templateInOtherList] as const,
  ),
])
