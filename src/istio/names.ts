/** The containers of an injected pod that have a meaning of their own. Istio's public contract. */
export const proxyName = 'istio-proxy'
export const initName = 'istio-init'
export const validationName = 'istio-validation'
export const coreDumpName = 'enable-core-dump'

/** The annotations that the injector itself reads or writes; `annotations/` knows all that users can set. */
export const statusAnnotation = 'sidecar.istio.io/status'
export const overridesAnnotation = 'proxy.istio.io/overrides'
export const proxyConfigAnnotation = 'proxy.istio.io/config'
/** Outrigger's own: by which configuration the pod was injected. */
export const hashAnnotation = 'outrigger.dev/config-hash'
export const injectLabel = 'sidecar.istio.io/inject'
export const networkLabel = 'topology.istio.io/network'

/** Namespaces whose pods are never injected: Kubernetes' own, and kind's and k3s' storage provisioner. */
export const systemNamespaces: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
])
