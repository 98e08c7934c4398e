import { type MeshValueFault, meshFaultReason } from '../istio/mesh/fault.ts'
import { describeProxyConfigFault, type ProxyConfigFault } from '../istio/mesh/proxy-config/resource.ts'
import { dnsLabelRule } from '../istio/revisions/names.ts'
import { type SelectorFault, selectorFaultReason } from '../kubernetes/selector-fault.ts'
import { type JsonProblem, jsonReasons } from '../lang/json-data.ts'
import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { type Found, typeName } from '../lang/text/found.ts'
import { knownNames } from '../lang/text/nearest.ts'
import { quote } from '../lang/text/path.ts'
import { type SetFault, setFaultReason } from './set-fault.ts'

/** What a value must be. */
export type Expected = 'string' | 'string-or-number' | 'boolean' | 'list' | 'object'

/** Something that is empty and must not be: the fix depends on what it is. */
export type Empty = 'document' | 'file-name' | 'annotations' | 'values' | 'message'

/** What is wrong in a document that is read field by field. */
type ValueProblem =
  | { readonly code: 'wrong-type'; readonly expected: Expected; readonly actual: Found }
  | { readonly code: 'not-one-of'; readonly expected: readonly string[]; readonly actual: unknown }
  | { readonly code: 'missing' }
  | { readonly code: 'empty'; readonly what: Empty }
  | { readonly code: 'unknown-field'; readonly name: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-setting'; readonly name: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-template'; readonly name: string; readonly known: readonly string[] }
  | { readonly code: 'not-an-annotation' }
  | { readonly code: 'not-an-annotation-pattern'; readonly actual: string }
  | { readonly code: 'empty-selector' }
  | { readonly code: 'not-a-config-map'; readonly actual: string }
  | { readonly code: 'not-a-namespace'; readonly actual: string }
  | { readonly code: 'not-a-revision'; readonly actual: string }
  /** `detail` is the error of the template, with its line and a caret. */
  | { readonly code: 'invalid-template'; readonly detail: string; readonly valuesReplaced: boolean }
  /** What is injected by default makes an ordinary pod one that Kubernetes refuses; `detail` is the message of its denial. */
  | { readonly code: 'refused-pods'; readonly detail: string; readonly native: boolean }

/** A document that can't be parsed. */
type SyntaxProblem =
  | { readonly code: 'not-yaml'; readonly detail: string; readonly lineOfText?: number }
  | { readonly code: 'too-long'; readonly limit: number }

/** A file, folder or ConfigMap that doesn't exist, can't be read or contains something else. `detail` is the system's error. */
type SourceProblem =
  | { readonly code: 'file-not-found' }
  | { readonly code: 'file-forbidden' }
  | { readonly code: 'file-is-a-folder' }
  | { readonly code: 'file-below-a-file' }
  | { readonly code: 'file-unreadable'; readonly detail: string }
  | { readonly code: 'file-too-large'; readonly limit: number }
  | { readonly code: 'folder-without-file'; readonly key: string }
  | { readonly code: 'not-a-settings-file' }
  | { readonly code: 'no-cluster' }
  | { readonly code: 'cluster-unreadable'; readonly detail: string }
  | { readonly code: 'config-map-not-found' }
  | { readonly code: 'config-map-without-key'; readonly key: string; readonly keys: readonly string[] }
  | { readonly code: 'no-config-map-with-key'; readonly key: string; readonly others: readonly NamedKeys[] }
  | {
      readonly code: 'several-config-maps'
      readonly key: string
      readonly names: readonly string[]
      readonly defaultName: string
    }
  | { readonly code: 'not-loaded'; readonly detail: string }

/** A ConfigMap and its keys. */
interface NamedKeys {
  readonly name: string
  readonly keys: readonly string[]
}

type OwnProblem = ValueProblem | SyntaxProblem | JsonProblem | SourceProblem

/** Faults that have a table of their own; their own code is reported. */
type Nested =
  | { readonly code: 'mesh'; readonly fault: MeshValueFault }
  | { readonly code: 'selector'; readonly fault: SelectorFault }
  | { readonly code: 'set'; readonly fault: SetFault }
  | { readonly code: 'proxy-config'; readonly fault: ProxyConfigFault }

/** Why a configuration can't be loaded, without the position. */
export type ConfigProblem = OwnProblem | Nested

/** The code of a ConfigFault. Codes are stable. */
export type ConfigFaultCode = OwnProblem['code'] | MeshValueFault['code'] | SelectorFault['code'] | SetFault['code']

export function codeOf(problem: ConfigProblem): ConfigFaultCode {
  return 'fault' in problem ? problem.fault.code : problem.code
}

/** A problem as a sentence, and how to fix it. */
export interface ProblemDescription {
  readonly reason: string
  readonly fix?: string
}

export function describeProblem(problem: ConfigProblem): ProblemDescription {
  const description = byCode(problemSentences, problem)
  return typeof description === 'string' ? { reason: description } : description
}

/** What to do when an embedded template lacks embedded values. */
export const valuesReplacedFix =
  'the values document replaces the embedded values as a whole: start from a copy of them, or use --set for single values'

const fixesForEmpty: Readonly<Record<Empty, string>> = {
  document: 'write {} for an empty document',
  'file-name': 'name a file or folder, or omit it',
  annotations: 'name at least one annotation',
  values: 'omit it to allow no values',
  message: 'omit it for a message with the annotation, its value and the rule',
}

/** The sentence for each code, and how to fix it. */
export const problemSentences: ByCode<ConfigProblem, string | ProblemDescription> = {
  'wrong-type': ({ expected, actual }) => {
    const wanted = expected === 'string-or-number' ? 'a string or a number' : typeName({ type: expected })
    const reason = `must be ${wanted}, not ${typeName(actual)}`
    const { value } = actual
    return expected === 'string' && value !== undefined ? { reason, fix: `put it in quotes: "${value}"` } : reason
  },
  'not-one-of': ({ expected, actual }) => `must be ${expected.join(' or ')}, not ${quote(actual)}`,
  missing: () => 'is missing',
  empty: ({ what }) => ({ reason: 'is empty', fix: fixesForEmpty[what] }),
  'unknown-field': ({ name, known }) => ({ reason: 'is not a field of a rule', fix: knownNames(name, known) }),
  'unknown-setting': ({ name, known }) => ({ reason: 'is not a setting', fix: knownNames(name, known) }),
  'unknown-template': ({ name, known }) => ({
    reason: `unknown template ${name}`,
    fix: knownNames(name, known),
  }),
  'not-an-annotation': () => 'is not a valid annotation name: [PREFIX/]NAME',
  'not-an-annotation-pattern': ({ actual }) =>
    `${quote(actual)} is neither an annotation name nor a prefix followed by *`,
  'empty-selector': () => ({
    reason: 'is an empty selector',
    fix: 'write matchLabels or matchExpressions, or omit it',
  }),
  'not-a-config-map': ({ actual }) => ({
    reason: `${JSON.stringify(actual)} does not name a ConfigMap`,
    fix: 'write configmap:NAMESPACE/NAME, or ./configmap:... for a file of that name',
  }),
  'not-a-namespace': ({ actual }) => `${JSON.stringify(actual)} is not the name of a namespace`,
  'not-a-revision': ({ actual }) => ({
    reason: `${JSON.stringify(actual)} is not the name of a revision`,
    fix: `use ${dnsLabelRule}, such as 1-27-1`,
  }),
  'refused-pods': ({ detail, native }) =>
    `every pod would be denied that gets ${native ? 'a native sidecar' : 'its proxy under containers'}: ${detail}`,
  'invalid-template': ({ detail, valuesReplaced }) =>
    valuesReplaced
      ? {
          reason: detail,
          fix: valuesReplacedFix,
        }
      : detail,
  'not-yaml': ({ detail, lineOfText }) =>
    lineOfText === undefined ? detail : `line ${lineOfText} of its value: ${detail}`,
  ...jsonReasons,
  'too-long': ({ limit }) => `is longer than ${limit} characters`,
  'file-not-found': () => 'file not found',
  'file-forbidden': () => "can't be read: permission denied",
  'file-is-a-folder': () => 'is a folder',
  'file-below-a-file': () => 'has a parent that is not a folder',
  'file-unreadable': ({ detail }) => `can't be read: ${detail}`,
  'file-too-large': ({ limit }) => `is larger than ${limit} bytes`,
  'folder-without-file': ({ key }) => ({
    reason: `is a folder without a file ${key}`,
    fix: 'name the file itself, or mount the ConfigMap with this key',
  }),
  'not-a-settings-file': () => 'is a Kubernetes manifest, not a settings file',
  'no-cluster': () => "can't be read without a cluster",
  'cluster-unreadable': ({ detail }) => detail,
  'config-map-not-found': () => 'not found',
  'config-map-without-key': ({ key, keys }) => ({ reason: `has no key ${key}`, fix: `it has ${keysText(keys)}` }),
  'no-config-map-with-key': ({ key, others }) => ({
    reason: `contains no ConfigMap with the key ${key}`,
    fix:
      others.length > 0
        ? `it contains ${others.map(({ name, keys }) => `${name} with ${keysText(keys)}`).join('; ')}`
        : 'it contains no ConfigMaps',
  }),
  'several-config-maps': ({ key, names, defaultName }) => ({
    reason: `contains several ConfigMaps with the key ${key} (${names.join(', ')})`,
    fix: `keep only one, or name one of them ${defaultName}`,
  }),
  'not-loaded': ({ detail }) => `can't be loaded: ${detail}`,
  mesh: ({ fault }) => meshFaultReason(fault),
  selector: ({ fault }) => selectorFaultReason(fault),
  set: ({ fault }) => setFaultReason(fault),
  'proxy-config': ({ fault }) => describeProxyConfigFault(fault),
}

function keysText(keys: readonly string[]): string {
  return keys.join(', ') || 'no keys'
}
