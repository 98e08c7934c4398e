import type { Snapshot } from '../injection/model/snapshot.ts'
import type { AnalyzedObject, ObjectRef } from '../kubernetes/objects.ts'
import type { Path } from '../lang/text/path.ts'
import type { AnalyzedCluster } from './cluster.ts'

/** In ascending order. */
export const severities = ['info', 'warning', 'error'] as const
export type Severity = (typeof severities)[number]

/** What a rule finds, without its location in a file. */
export interface Found {
  readonly object: AnalyzedObject
  /** The field to change. Empty for the object as a whole. */
  readonly path: Path
  /** A sentence without its full stop. */
  readonly message: string
}

/** A rule: what it reports, why that matters, and two examples that serve as test and documentation. */
export interface Rule {
  /** Istio's code (`IST0102`) if Istio reports the same, otherwise `OUT` and a number. Codes are never reused. */
  readonly code: string
  readonly severity: Severity
  readonly title: string
  /** What is found, in a sentence. */
  readonly what: string
  /** What goes wrong because of it. */
  readonly why: string
  /** What to do, on one line. */
  readonly fix: string
  /** Part of `precheck`: relevant before an installation or upgrade. */
  readonly precheck?: true
  readonly check: (cluster: AnalyzedCluster, snapshot: Snapshot) => Iterable<Found>
  readonly example: Example
}

/** Manifests that have the finding, and the same after the fix. */
export interface Example {
  readonly fails: string
  /** The object of the finding (`Deployment shop/web`), and the path as `formatPath` writes it. */
  readonly object: string
  readonly path: string
  readonly passes: string
  /** Settings that differ from the defaults, as `--set` takes them. */
  readonly set?: readonly string[]
  /** The MeshConfig, as YAML. */
  readonly mesh?: string
  readonly nativeSidecars?: 'enabled' | 'disabled'
  /** The API server's minor version. */
  readonly kubernetesMinor?: number
  /** Listeners of pods: the contents of their `/proc/net/tcp`. */
  readonly listeners?: Readonly<Record<string, string>>
}

/** A finding as it is reported. */
export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly object: ObjectRef
  /** `spec.template.metadata.annotations["sidecar.istio.io/proxyCPU"]`; empty for the object as a whole. */
  readonly path: string
  readonly message: string
  readonly fix: string
  /** The file that contains the object, if any. */
  readonly file?: string
  /** Counted from 1. */
  readonly line?: number
}
