/** The names of injected containers: part of Istio's public contract. */
export const proxyName = 'istio-proxy'
export const initName = 'istio-init'
export const validationName = 'istio-validation'
export const coreDumpName = 'enable-core-dump'

/** The annotations that the injector itself reads or writes; `annotations/` lists all that users can set. */
export const statusAnnotation = 'sidecar.istio.io/status'
export const overridesAnnotation = 'proxy.istio.io/overrides'
export const proxyConfigAnnotation = 'proxy.istio.io/config'
export const templatesAnnotation = 'inject.istio.io/templates'
/** Outrigger's own: the hash of the configuration that the pod was injected with. */
export const hashAnnotation = 'outrigger.dev/config-hash'
export const injectLabel = 'sidecar.istio.io/inject'
export const networkLabel = 'topology.istio.io/network'

/** Namespaces whose pods are never injected: Kubernetes' own, and that of the storage provisioner of kind and k3s. */
export const systemNamespaces: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
])
