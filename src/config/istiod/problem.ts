import type { IstiodVariable } from '../../istio/istiod/variables.ts'
import { type IstioVersion, minorText } from '../../istio/version.ts'
import type { ByCode } from '../../lang/text/by-code.ts'
import { quote } from '../../lang/text/path.ts'

/** What is odd about the settings of the istiod that is followed. The configuration loads nevertheless. */
export type IstiodProblem =
  | { readonly code: 'istiod-not-found' }
  | { readonly code: 'istiod-not-read'; readonly detail: string }
  | { readonly code: 'istiod-without-container' }
  /** `instead` is what the value counts as; undefined if it is used as it is. */
  | {
      readonly code: 'unknown-istiod-value'
      readonly actual: string
      readonly known: readonly string[]
      readonly version: IstioVersion | undefined
      readonly instead: string | undefined
    }
  | { readonly code: 'istiod-value-from'; readonly meaning: Pick<IstiodVariable<unknown>, 'title'> }
  | { readonly code: 'istiod-env-from' }
  | { readonly code: 'shared-mesh-not-found' }
  | { readonly code: 'shared-mesh-without-key' }
  | { readonly code: 'shared-mesh-not-read'; readonly detail: string }
  | { readonly code: 'shared-mesh-not-followed'; readonly name: string }
  | { readonly code: 'istiod-tag-differs'; readonly tag: string; readonly istiod: string }
  | { readonly code: 'unsupported-skew'; readonly proxy: string; readonly istiod: string }

/** A problem with the object, document or setting that has it, and the place in that. */
export interface IstiodFinding {
  readonly document: string
  readonly path: string
  readonly problem: IstiodProblem
}

const fallback = "istiod's settings are taken from the values, else the defaults of its version"

/** The sentence for each code. */
export const istiodSentences: ByCode<IstiodProblem, string> = {
  'istiod-not-found': () => `not found: ${fallback}`,
  'istiod-not-read': ({ detail }) => `can't be read, ${fallback}; allow get, list and watch of it: ${detail}`,
  'istiod-without-container': () => `has no container discovery: ${fallback}`,
  'unknown-istiod-value': ({ actual, known, version, instead }) => {
    const who = version === undefined ? 'Istio' : `Istio ${minorText(version)}`
    const effect = instead === undefined ? '' : `; it counts as ${instead}`
    return `${quote(actual)} is not a value that ${who} knows (${known.join(', ')})${effect}`
  },
  'istiod-value-from': ({ meaning: { title } }) =>
    `the ${title} of istiod is unknown, because it comes from valueFrom: write it as a value, or set it here`,
  'istiod-env-from': () =>
    'variables that istiod takes from envFrom are unknown: write those that change injection as env',
  'shared-mesh-not-found': () => 'istiod shares this MeshConfig, but it is not found: ignored, as istiod does',
  'shared-mesh-without-key': () =>
    'istiod shares this MeshConfig, but its key mesh is missing or empty: ignored, as istiod does',
  'shared-mesh-not-read': ({ detail }) =>
    `istiod shares this MeshConfig, but it can't be read and is ignored: ${detail}`,
  'shared-mesh-not-followed': ({ name }) =>
    `istiod shares the MeshConfig of ConfigMap ${name}, which is not read: name it with sharedMesh`,
  'istiod-tag-differs': ({ tag, istiod }) =>
    `its version is ${istiod}, but the values have global.tag ${tag}, which proxies are injected with`,
  'unsupported-skew': ({ proxy, istiod }) =>
    `its version is ${istiod}, and proxies are injected with ${proxy}: Istio supports proxies of the same or the previous minor version; set global.tag`,
}
