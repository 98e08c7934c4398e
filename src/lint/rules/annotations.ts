import { annotationFaultReason } from '../../istio/annotations/fault.ts'
import { annotationFaults } from '../../istio/annotations/validate.ts'
import { createProxyConfigReader } from '../../istio/mesh/proxy-config/layers.ts'
import { proxyConfigAnnotation, templatesAnnotation } from '../../istio/names.ts'
import type { AnalyzedObject } from '../../kubernetes/objects.ts'
import { makersOf } from '../../kubernetes/workloads/kinds.ts'
import { own, type StringMap } from '../../lang/json.ts'
import { nearest } from '../../lang/text/nearest.ts'
import { type Path, quote } from '../../lang/text/path.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import { findIstioAnnotation, type IstioAnnotation, isIstios, istioAnnotationNames } from '../istio-annotations.ts'
import type { Rule } from '../rule.ts'
import { templateFaults } from '../templates.ts'
import { annotationPath, isInjected, type Workload } from '../workload.ts'

/** Rules about annotations: whether they are known, valid and on the right object. */
export const annotationRules: readonly Rule[] = [
  {
    code: 'IST0107',
    severity: 'warning',
    title: 'Annotation on the wrong kind of object',
    what: 'An Istio annotation is on a kind of object that it does not apply to.',
    why: 'It has no effect. Usually it is a pod annotation on a workload instead of its pod template.',
    fix: 'move it to the right kind of object; for the pods of a workload that is `spec.template.metadata.annotations`',
    *check(cluster) {
      for (const { object, path, annotation, kind } of placedAnnotations(cluster)) {
        const known = findIstioAnnotation(annotation)
        if (known === undefined || fits(known, kind, object)) continue
        const kinds = known.kinds.join(' or ')
        yield { object, path, message: `${annotation} belongs on a ${kinds}; on a ${kind} it has no effect` }
      }
    },
    example: {
      fails: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: "5432"
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
`,
      object: 'Deployment shop/web',
      path: 'metadata.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]',
      passes: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      annotations:
        traffic.sidecar.istio.io/excludeOutboundPorts: "5432"
    spec:
      containers:
      - name: web
        image: web:1
`,
    },
  },
  {
    code: 'IST0108',
    severity: 'warning',
    title: 'Unknown Istio annotation',
    what: 'An annotation under `istio.io` is unknown to Istio and to Outrigger.',
    why: 'It has no effect. Usually it is misspelt.',
    fix: 'correct the name (see `docs/annotations.md`), or remove the annotation',
    *check(cluster) {
      for (const { object, path, annotation } of placedAnnotations(cluster)) {
        if (findIstioAnnotation(annotation) !== undefined) continue
        const meant = nearest(annotation, istioAnnotationNames)
        const hint = meant === undefined ? '' : `; did you mean ${meant}?`
        yield { object, path, message: `unknown annotation ${quote(annotation)}${hint}` }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    sidecar.istio.io/proxyCpu: 100m
spec:
  containers:
  - name: web
    image: web:1
`,
      object: 'Pod shop/web',
      path: 'metadata.annotations["sidecar.istio.io/proxyCpu"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    sidecar.istio.io/proxyCPU: 100m
spec:
  containers:
  - name: web
    image: web:1
`,
    },
  },
  {
    code: 'IST0125',
    severity: 'error',
    title: 'Annotation with an invalid value',
    what: 'An annotation of a pod has an invalid value.',
    why: 'The pod is denied when it is created.',
    fix: 'set a valid value, as described in `docs/annotations.md`',
    *check(cluster, snapshot) {
      const readProxyConfig = createProxyConfigReader()
      for (const workload of cluster.workloads) {
        const { object, annotations } = workload
        if (!isInjected(workload)) continue
        for (const fault of annotationFaults(annotations, readProxyConfig)) {
          const { annotation, value } = fault
          const message = `${annotation} has the invalid value ${quote(value)}: ${annotationFaultReason(fault)}`
          yield { object, path: annotationPath(workload, annotation), message }
        }
        for (const fault of templateFaults(workload, snapshot)) {
          const message = `${templatesAnnotation} names ${fault}`
          yield { object, path: annotationPath(workload, templatesAnnotation), message }
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: postgres
spec:
  containers:
  - name: web
    image: web:1
`,
      object: 'Pod shop/web',
      path: 'metadata.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundPorts: "5432"
spec:
  containers:
  - name: web
    image: web:1
`,
    },
  },
  {
    code: 'IST0135',
    severity: 'info',
    title: 'Deprecated annotation',
    what: 'An annotation is deprecated in Istio.',
    why: 'Later versions will ignore it, and some deprecated annotations are already ignored.',
    fix: 'use the replacement that the finding names, or remove the annotation',
    *check(cluster) {
      for (const { object, path, annotation, kind } of placedAnnotations(cluster)) {
        const known = findIstioAnnotation(annotation)
        if (known?.deprecated === undefined || !fits(known, kind, object)) continue
        yield { object, path, message: `${annotation} is deprecated: ${known.deprecated}` }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    sidecar.istio.io/inject: "true"
spec:
  containers:
  - name: web
    image: web:1
`,
      object: 'Pod shop/web',
      path: 'metadata.annotations["sidecar.istio.io/inject"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels:
    sidecar.istio.io/inject: "true"
spec:
  containers:
  - name: web
    image: web:1
`,
    },
  },
  {
    code: 'OUT0008',
    severity: 'warning',
    title: 'Unknown field in proxy.istio.io/config',
    what: 'The ProxyConfig in the annotation `proxy.istio.io/config` has an unknown field.',
    why: 'The field is ignored, as in Istio.',
    fix: 'correct the field (see the reference of ProxyConfig), or remove it',
    *check(cluster) {
      const read = createProxyConfigReader()
      for (const workload of cluster.workloads) {
        const text = own(workload.annotations, proxyConfigAnnotation)
        if (text === undefined || !(isInjected(workload) || workload.injection.state === 'skipped')) continue
        for (const field of read(text).unknown) {
          const message = `${proxyConfigAnnotation} has an unknown field, which is ignored: ${field}`
          yield { object: workload.object, path: annotationPath(workload, proxyConfigAnnotation), message }
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    proxy.istio.io/config: |
      holdApplicationUntilProxyStart: true
spec:
  containers:
  - name: web
    image: web:1
`,
      object: 'Pod shop/web',
      path: 'metadata.annotations["proxy.istio.io/config"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    proxy.istio.io/config: |
      holdApplicationUntilProxyStarts: true
spec:
  containers:
  - name: web
    image: web:1
`,
    },
  },
]

interface PlacedAnnotation {
  readonly object: AnalyzedObject
  readonly path: Path
  readonly annotation: string
  /** `Pod` for annotations of a workload's pod template. */
  readonly kind: string
}

/** Every annotation under istio.io, of objects that no controller created, and of pod templates. */
function* placedAnnotations({ objects, workloads }: AnalyzedCluster): Iterable<PlacedAnnotation> {
  const shown = new Set(workloads.map(({ object }) => object))
  for (const object of objects) {
    // A pod or ReplicaSet that isn't among the workloads inherits its annotations from one that is.
    if (!shown.has(object) && isMade(object.kind)) continue
    yield* under(object, object.annotations, ['metadata', 'annotations'], object.kind)
  }
  for (const workload of workloads) {
    if (workload.podPath.length > 0) yield* ofPods(workload)
  }
}

/** Whether controllers of workloads create objects of a kind. */
function isMade(kind: string): boolean {
  return kind === 'Pod' || makersOf(kind).length > 0
}

function ofPods({ object, annotations, podPath }: Workload): Iterable<PlacedAnnotation> {
  return under(object, annotations, [...podPath, 'metadata', 'annotations'], 'Pod')
}

function* under(object: AnalyzedObject, annotations: StringMap, path: Path, kind: string): Iterable<PlacedAnnotation> {
  for (const annotation of Object.keys(annotations)) {
    if (isIstios(annotation)) yield { object, annotation, kind, path: [...path, annotation] }
  }
}

/** A Gateway of the Gateway API passes its annotations on to its pods. */
function fits({ kinds }: IstioAnnotation, kind: string, { group }: AnalyzedObject): boolean {
  if (kinds.length === 0 || kinds.includes(kind)) return true
  return kind === 'Gateway' && group === 'gateway.networking.k8s.io' && kinds.includes('Pod')
}
