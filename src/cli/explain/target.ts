import { existsSync } from 'node:fs'
import { type Kind, kindOfWorkload, kinds } from '../../cluster/kinds.ts'
import { workloadKinds } from '../../kubernetes/workloads/kinds.ts'
import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import { CliError } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'

/** What someone asks about: manifests in a file, or an object of the cluster. */
export type Target =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'object'; readonly type: Kind; readonly namespace: string; readonly name: string }

const pod = { plural: 'pods', shortNames: ['po'], type: kinds.pod }
const workloads = workloadKinds.map((workload) => ({ ...workload, type: kindOfWorkload(workload) }))

/** The kinds that can be named, by what kubectl calls them. */
const types: ReadonlyMap<string, Kind> = new Map(
  [pod, ...workloads].flatMap(({ plural, shortNames, type }) =>
    [nameOf(type), plural, ...shortNames].map((name) => [name, type] as const),
  ),
)

function nameOf({ kind }: Kind): string {
  return kind.toLowerCase()
}

/**
 * Reads what a command was told to explain: `-` or something that is there is a file; NAMESPACE/POD and NAMESPACE/KIND/NAME
 * are objects. Throws CliError for what is neither.
 */
export function readTarget(text: string, io: Io): Target {
  if (text === '-' || existsSync(pathOf(text, io))) return { kind: 'file', file: text }
  const parts = text.split('/')
  const [namespace = '', type = ''] = parts
  const name = parts.at(-1) ?? ''
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => part === '') || /\.(ya?ml|json)$/i.test(text)) {
    throw new CliError(
      `there is no file ${quote(text)}; write NAMESPACE/POD, or NAMESPACE/KIND/NAME, for what is in the cluster`,
    )
  }
  if (parts.length === 2) return { kind: 'object', type: kinds.pod, namespace, name }
  const found = types.get(type.toLowerCase())
  if (found === undefined) {
    throw new CliError(
      `${quote(type)} is no kind that makes pods: ${knownNames(type, [...new Set(types.values())].map(nameOf))}`,
    )
  }
  return { kind: 'object', type: found, namespace, name }
}
