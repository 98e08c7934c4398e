import { existsSync } from 'node:fs'
import { type Kind, kindOfWorkload, kinds } from '../../cluster/kinds.ts'
import { workloadKinds } from '../../kubernetes/workloads/kinds.ts'
import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import { CliError } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'

/** What to explain: manifests in a file, or an object of the cluster. */
export type Target =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'object'; readonly type: Kind; readonly namespace: string; readonly name: string }

const pod = { plural: 'pods', shortNames: ['po'], type: kinds.pod }
const workloads = workloadKinds.map((workload) => ({ ...workload, type: kindOfWorkload(workload) }))

/** The supported kinds, by their names in kubectl. */
const types: ReadonlyMap<string, Kind> = new Map(
  [pod, ...workloads].flatMap(({ plural, shortNames, type }) =>
    [nameOf(type), plural, ...shortNames].map((name) => [name, type] as const),
  ),
)

function nameOf({ kind }: Kind): string {
  return kind.toLowerCase()
}

/**
 * Parses the target of `explain`: `-` or an existing path is a file; NAMESPACE/POD and NAMESPACE/KIND/NAME are objects.
 * Throws CliError for anything else.
 */
export function readTarget(text: string, io: Io): Target {
  if (text === '-' || existsSync(pathOf(text, io))) return { kind: 'file', file: text }
  const parts = text.split('/')
  const [namespace = '', type = ''] = parts
  const name = parts.at(-1) ?? ''
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => part === '') || /\.(ya?ml|json)$/i.test(text)) {
    throw new CliError(
      `file ${quote(text)} not found; use NAMESPACE/POD or NAMESPACE/KIND/NAME for objects in the cluster`,
    )
  }
  if (parts.length === 2) return { kind: 'object', type: kinds.pod, namespace, name }
  const found = types.get(type.toLowerCase())
  if (found === undefined) {
    throw new CliError(
      `${quote(type)} is not a kind that creates pods: ${knownNames(type, [...new Set(types.values())].map(nameOf))}`,
    )
  }
  return { kind: 'object', type: found, namespace, name }
}
