import { controllerOf } from '../../kubernetes/objects.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, type StringMap } from '../../lang/json.ts'
import { formatPath } from '../../lang/text/path.ts'
import { type Connection, commandLine } from '../../lang/text/shell.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import type { EvaluatedWebhook } from './calls.ts'
import { changedAt, type Edit, type EditTarget, type Keys, pathInWorkload } from './edits.ts'
import type { Plan } from './remedies.ts'
import type { Subject } from './subjects.ts'

/** One line of what to do. Field names are those of `-o json`. */
export interface RemedyLine {
  /** `shell`: to be typed. `yaml`: to be written into an object. */
  readonly form: 'shell' | 'yaml'
  /** The command, or the line of YAML. */
  readonly line: string
  /** YAML only: the object, such as `Deployment shop/web`, and the file and line where it begins, if it is in one. */
  readonly object?: string
  readonly file?: string
  /** YAML only: the keys that lead to the field, and what it is to be; null: the field is to be removed. */
  readonly path?: Keys
  readonly value?: Json
}

/** What is needed to say where a change is made. */
export interface Places {
  readonly subject: Subject
  /** `Deployment shop/web`. */
  readonly title: string
  readonly namespaceLabels: StringMap
  /** The file that holds the Namespace; undefined where it is in the cluster. */
  readonly namespaceFile: string | undefined
  /** The file or ConfigMap that holds the injector configuration. */
  readonly configuration: string
  /** The cluster that commands are to reach. */
  readonly connection: Connection
}

/** A plan as lines to type or to write. */
export function linesOf({ edits }: Plan, places: Places): readonly RemedyLine[] {
  const lines = targets.flatMap((target) => {
    const some = edits.filter(({ on }) => on === target)
    return some.length === 0 ? [] : byTarget[target](some, places)
  })
  const isMadeAnew = edits.some(({ on }) => on === 'pod' || on === 'workload' || on === 'review')
  return isMadeAnew ? lines : [...lines, ...renewal(places)]
}

const targets: readonly EditTarget[] = ['config', 'namespace', 'workload', 'pod', 'review']

type ToLines = (edits: readonly Edit[], places: Places) => readonly RemedyLine[]

const byTarget: Readonly<Record<EditTarget, ToLines>> = {
  config: (edits, { configuration: file }) =>
    edits.map((edit) => yamlLine(edit, edit.path, { object: 'the injector configuration', file })),
  namespace: (edits, places) => {
    const { namespace } = places.subject
    const { namespaceFile: file, namespaceLabels: labels } = places
    if (file !== undefined) {
      const where = { object: `Namespace ${namespace}`, file }
      return edits.map((edit) => yamlLine(edit, edit.path, where, { metadata: { labels } }))
    }
    return [shell(['kubectl', 'label', 'namespace', namespace, ...edits.map(pairOf), '--overwrite'], places)]
  },
  workload: (edits, places) =>
    edits.map((edit) => yamlLine(edit, edit.path, whereIs(places), places.subject.place.workload)),
  pod: podLines,
  review: (edits, places) =>
    edits.map((edit) => yamlLine(edit, ['request', ...edit.path], whereIs(places), reviewOf(places.subject))),
}

/** An AdmissionReview as far as it says what was asked. */
function reviewOf({ review }: Subject): Json {
  return { request: { subResource: review?.request.subResource ?? '' } }
}

/** `key=value`, or `key-` for one that goes, as kubectl has it. */
function pairOf({ path, value }: Edit): string {
  const key = String(path.at(-1))
  return value === undefined ? `${key}-` : `${key}=${value}`
}

function podLines(edits: readonly Edit[], places: Places): readonly RemedyLine[] {
  const { subject } = places
  const { place, origin } = subject
  const kind = lookupString(place.workload, 'kind')
  // Some templates can't be changed, and an owner that can't be read is of a kind that is not known.
  if (origin.form !== 'cluster' || place.kind?.immutable) {
    return edits.map((edit) => yamlLine(edit, pathInWorkload(place, edit.path), whereIs(places), place.workload))
  }
  const name =
    lookupString(subject.running ?? null, 'metadata', 'name') || lookupString(place.workload, 'metadata', 'name')
  const object = [kind.toLowerCase(), kind === 'Pod' ? name : lookupString(place.workload, 'metadata', 'name')]
  const { patch, type } = patchOf(edits.map((edit) => ({ ...edit, path: pathInWorkload(place, edit.path) })))
  const words = ['kubectl', 'patch', ...object, '-n', subject.namespace, `--type=${type}`, '-p', JSON.stringify(patch)]
  if (kind !== 'Pod') return [shell(words, places)]
  // Nothing of a pod that decides about injection can be changed while it runs.
  const anew = shell([...words, '--dry-run=client', '-o', 'yaml'], places).line
  return [{ form: 'shell', line: `${anew} | ${shell(['kubectl', 'replace', '--force', '-f', '-'], places).line}` }]
}

/** The smallest patch: a merge patch, which can't reach into lists, or else a JSON patch. */
function patchOf(edits: readonly Edit[]): { readonly patch: Json; readonly type: 'merge' | 'json' } {
  if (edits.some(({ path }) => path.some((step) => typeof step === 'number'))) {
    const patch = edits.map(({ path, value }) => ({
      op: value === undefined ? 'remove' : 'add',
      path: path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      ...(value !== undefined && { value }),
    }))
    return { patch, type: 'json' }
  }
  const empty: Json = {}
  return {
    patch: edits.reduce<Json>((patch, { path, value }) => changedAt(patch, path, value ?? null), empty),
    type: 'merge',
  }
}

/** What an injector's webhook asks the API server for. */
const podCreation: Json = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]

/** Lines that have webhooks called for the creation of pods only: those that are called for something else, or any. */
export function rulesLines(called: readonly EvaluatedWebhook[], places: Places): readonly RemedyLine[] {
  if (called.length === 0) {
    const line = `rules: ${JSON.stringify(podCreation)}`
    return [{ form: 'yaml', line, object: 'the webhook', path: ['rules'], value: podCreation }]
  }
  return called.map(({ configuration, webhook }) => {
    const path = `/webhooks/${configuration.webhooks.indexOf(webhook)}/rules`
    const patch = JSON.stringify([{ op: 'replace', path, value: podCreation }])
    return shell(
      ['kubectl', 'patch', 'mutatingwebhookconfiguration', configuration.name, '--type=json', '-p', patch],
      places,
    )
  })
}

type Where = Pick<RemedyLine, 'object' | 'file'>

function whereIs({ subject, title }: Places): Where {
  const { origin } = subject
  if (origin.form === 'file') return { object: title, file: `${origin.file}:${origin.line}` }
  return { object: origin.form === 'owner' ? origin.title : title }
}

/** `before` is what holds the field: a line that is to go is shown as it stands. */
function yamlLine({ value }: Edit, path: Keys, where: Where, before: Json = null): RemedyLine {
  const key = path.at(-1) ?? ''
  const shown = value ?? valueAt(before, path) ?? null
  return { form: 'yaml', line: asYaml(key, shown), ...where, path, value: value ?? null }
}

/** A field as it stands in YAML; of one that takes several lines, the first. */
function asYaml(key: string | number, value: Json): string {
  const text = typeof key === 'number' ? writeYaml([value]) : writeYaml({ [key]: value })
  return text.split('\n')[0] ?? ''
}

function valueAt(value: Json | undefined, path: Keys): Json | undefined {
  return path.reduce<Json | undefined>((found, step) => {
    if (typeof step === 'string') return lookup(found, step)
    return Array.isArray(found) ? found[step] : undefined
  }, value)
}

/** `Deployment shop/web in web.yaml:3, at metadata.labels`. */
export function placeText({ object = '', file, path = [] }: RemedyLine): string {
  const at = formatPath(path.slice(0, -1))
  return [`${object}${file === undefined ? '' : ` in ${file}`}`, ...(at === '' ? [] : [`at ${at}`])].join(', ')
}

/** The command that has pods made anew which run already; nothing for what is yet to be created. */
export function renewal(places: Places): readonly RemedyLine[] {
  const { subject } = places
  const { place, namespace, origin, running } = subject
  if (origin.form === 'file') return []
  if (place.kind?.recreate.by === 'command') {
    const name = lookupString(place.workload, 'metadata', 'name')
    return [shell([...place.kind.recreate.command(name), '-n', namespace], places)]
  }
  if (running === undefined) return []
  const name = lookupString(running, 'metadata', 'name')
  if (controllerOf(running) !== undefined) return [shell(['kubectl', 'delete', 'pod', name, '-n', namespace], places)]
  const read = shell(['kubectl', 'get', 'pod', name, '-n', namespace, '-o', 'yaml'], places).line
  return [{ form: 'shell', line: `${read} | ${shell(['kubectl', 'replace', '--force', '-f', '-'], places).line}` }]
}

/** A line for the shell that reaches the same cluster. */
export function shell(words: readonly string[], { connection }: Places): RemedyLine {
  return { form: 'shell', line: commandLine(words, connection) }
}

/** The file that holds an object of a name, of those that were read. */
export function fileOf(
  documents: readonly { readonly file: string; readonly line: number; readonly value: Json }[],
  kind: string,
  name: string,
): string | undefined {
  const isIt = (object: JsonObject) =>
    lookupString(object, 'kind') === kind && lookupString(object, 'metadata', 'name') === name
  const found = documents.find(({ value }) => isObject(value) && isIt(value))
  return found && `${found.file}:${found.line}`
}
