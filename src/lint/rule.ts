import type { Snapshot } from '../injection/model/snapshot.ts'
import type { AnalyzedObject, ObjectRef } from '../kubernetes/objects.ts'
import type { Path } from '../lang/text/path.ts'
import type { AnalyzedCluster } from './cluster.ts'

/** From the least to the worst. */
export const severities = ['info', 'warning', 'error'] as const
export type Severity = (typeof severities)[number]

/** What a rule finds, before anyone knows in which file. */
export interface Found {
  readonly object: AnalyzedObject
  /** The field that is to be changed, or that says what is wrong. Empty for the object as a whole. */
  readonly path: Path
  /** A sentence without its full stop. */
  readonly message: string
}

/** A rule: what it looks for, why that matters, and two examples that are its test and its documentation. */
export interface Rule {
  /** Istio's own code (`IST0102`) where Istio finds the same, else `OUT` and a number. Never used for anything else again. */
  readonly code: string
  readonly severity: Severity
  readonly title: string
  /** What is found, in a sentence. */
  readonly what: string
  /** What goes wrong because of it. */
  readonly why: string
  /** What to do, on one line. */
  readonly fix: string
  /** Part of `precheck`: worth a look before an installation or upgrade. */
  readonly precheck?: true
  readonly check: (cluster: AnalyzedCluster, snapshot: Snapshot) => Iterable<Found>
  readonly example: Example
}

/** Manifests that have the finding, and the same after the fix. */
export interface Example {
  readonly fails: string
  /** Where it is found: `Deployment shop/web`, and the path as `formatPath` writes it. */
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
  /** Listeners of pods: the text of their `/proc/net/tcp`. */
  readonly listeners?: Readonly<Record<string, string>>
}

/** A finding as it is told. */
export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly object: ObjectRef
  /** `spec.template.metadata.annotations["sidecar.istio.io/proxyCPU"]`; empty for the object as a whole. */
  readonly path: string
  readonly message: string
  readonly fix: string
  /** Where the object was read from, if from a file. */
  readonly file?: string
  /** Counted from 1. */
  readonly line?: number
}
