import { randomUUID } from 'node:crypto'
import { reviewAmong } from '../kubernetes/workloads/review.ts'
import type { Json, JsonObject } from '../lang/json.ts'
import { lookupString, own } from '../lang/json.ts'
import { plainObject, readDocuments } from './documents.ts'

export interface ReviewForOptions {
  /** The namespace for a pod without one; by default `default`. */
  readonly namespace?: string | undefined
}

/**
 * The AdmissionReview in a YAML or JSON file; for a file with one Pod or workload, the one that an API server would send when
 * its pod is created. Frozen. Throws an Error for any other file.
 */
export function loadReview(file: string, options: ReviewForOptions = {}): JsonObject {
  return reviewIn(readDocuments(file), file, options)
}

/**
 * The AdmissionReview that an API server would send when a Pod is created, or the pod of a Deployment or any other workload.
 * An object without a kind is treated as a Pod. Throws an Error for other kinds.
 */
export function reviewFor(podOrWorkload: object, options: ReviewForOptions = {}): JsonObject {
  const given = plainObject(podOrWorkload, 'the pod or workload')
  const manifest = own(given, 'kind') === undefined ? { apiVersion: 'v1', kind: 'Pod', ...given } : given
  return reviewIn([manifest], `the ${lookupString(manifest, 'kind')}`, options)
}

function reviewIn(documents: readonly Json[], what: string, { namespace = 'default' }: ReviewForOptions): JsonObject {
  const found = reviewAmong(documents, { namespace, uid: randomUUID() })
  if ('fault' in found) throw new Error(`${what} ${found.fault}`)
  return plainObject(found.review, what)
}
