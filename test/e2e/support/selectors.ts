import type { JsonObject, StringMap } from '../../../src/lang/json.ts'

/** A namespace and a pod of the table: every combination of the four labels that decide who is called. */
export interface Row {
  readonly namespace: string
  readonly namespaceLabels: StringMap
  readonly podLabels: StringMap
}

export interface Call {
  /** The prefix of the webhook's name. */
  readonly webhook: 'rev.namespace' | 'rev.object' | 'namespace' | 'object' | 'auto'
  /** The revision, or tag, by whose name it selects. */
  readonly selectedBy: string
}

const injectionValues = [undefined, 'enabled', 'disabled']
const injectValues = [undefined, 'true', 'false']

/** All rows for some revisions and tags. Namespaces are named after their labels. */
export function allRows(revisions: readonly string[]): readonly Row[] {
  const revisionValues = [undefined, ...revisions]
  return injectionValues.flatMap((injection) =>
    revisionValues.flatMap((revision) =>
      injectValues.flatMap((inject) =>
        revisionValues.map((podRevision) => ({
          namespace: `matrix-${injection ?? 'unset'}-${revision ?? 'unset'}`,
          namespaceLabels: present({ 'istio-injection': injection, 'istio.io/rev': revision }),
          podLabels: present({ 'sidecar.istio.io/inject': inject, 'istio.io/rev': podRevision }),
        })),
      ),
    ),
  )
}

function present(labels: { readonly [key: string]: string | undefined }): StringMap {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

/**
 * Who is called, in the words of the documentation rather than by selectors: a pod may refuse; a namespace's
 * istio-injection beats its istio.io/rev, which beats that of the pod; a pod may ask; the rest is a default.
 */
export function expectedCall(
  { namespaceLabels, podLabels }: Row,
  installed: { readonly names: readonly string[]; readonly byDefault: boolean },
): Call | undefined {
  const by = (webhook: Call['webhook'], name: string): Call | undefined =>
    installed.names.includes(name) ? { webhook, selectedBy: name } : undefined
  const inject = podLabels['sidecar.istio.io/inject']
  const injection = namespaceLabels['istio-injection']
  const namespaceRevision = namespaceLabels['istio.io/rev']
  const podRevision = podLabels['istio.io/rev']
  if (inject === 'false' || injection === 'disabled') return undefined
  if (injection === 'enabled') return by('namespace', 'default')
  if (namespaceRevision !== undefined) return by('rev.namespace', namespaceRevision)
  if (podRevision !== undefined) return by('rev.object', podRevision)
  if (inject === 'true') return by('object', 'default')
  return installed.byDefault ? by('auto', 'default') : undefined
}

/** A pod that does nothing, with some labels. */
export function podWith(name: string, namespace: string, labels: StringMap = {}, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, ...more },
    spec: { containers: [{ name: 'app', image: 'example.org/app:1' }] },
  }
}
