import { formatFault } from '../../config/faults.ts'
import { loadConfiguration } from '../../config/files.ts'
import { readFacts } from '../../injection/model/facts.ts'
import { describeProxyConfigFault } from '../../istio/mesh/proxy-config/resource.ts'
import { isObject, type Json, type JsonObject, own } from '../../lang/json.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import type { InjectFlags } from '../commands/inject.ts'
import { embeddedVersionNote } from '../embedded-version.ts'
import { type ExitCode, exit } from '../exit.ts'
import { hasColour, type Io, printable } from '../io.ts'
import { readInputs } from '../manifests/files.ts'
import {
  type InjectedDocument,
  type InjectedFile,
  injectFile,
  type ParsedFile,
  parseFile,
} from '../manifests/inject.ts'
import { configurationOf } from '../settings.ts'
import { unifiedDiff } from '../unified-diff.ts'

/** `outrigger inject`. Exits with 1 if a document can't be read or a pod is denied; all others are injected. */
export async function injectFiles(flags: InjectFlags, io: Io): Promise<ExitCode> {
  const configuration = configurationOf(flags, io)
  const inputs = (await readInputs(flags.filename, flags.recursive === true, io)).map(parseFile)
  const loaded = await loadConfiguration(configuration)
  const { snapshot, warnings } = loaded
  for (const warning of warnings) say(io, 'warning', formatFault(warning))
  const { facts, faults } = readFacts(clusterObjects(inputs))
  for (const fault of faults) say(io, 'warning', 'ProxyConfig', describeProxyConfigFault(fault))
  const options = { namespace: flags.namespace, path: flags.path, snapshot, facts }
  const files = inputs.map((input) => injectFile(input, options))
  io.stdout.write(render(files, flags, hasColour(io.stdout, io.env)))
  const note = embeddedVersionNote(loaded)
  if (note !== undefined && files.some(hasInjection)) io.stderr.write(printable(`note: ${note}\n`))
  const remarks = files.flatMap(({ documents }) => documents).flatMap((document) => document.remarks)
  for (const { severity, place, text } of remarks) say(io, severity, place, text)
  return remarks.some(({ severity }) => severity === 'problem') ? exit.found : exit.success
}

function hasInjection({ documents }: InjectedFile): boolean {
  return documents.some(({ patch }) => patch.length > 0)
}

function say(io: Io, ...parts: readonly string[]): void {
  io.stderr.write(printable(`${parts.join(': ')}\n`))
}

/** The manifests can also contain cluster state: namespaces, nodes and ProxyConfigs. */
function clusterObjects(files: readonly ParsedFile[]) {
  const objects = files.flatMap(({ documents }) => documents).flatMap(({ value }) => itemsOf(value))
  const ofKind = (kind: string) => objects.filter((object) => own(object, 'kind') === kind)
  return { namespaces: ofKind('Namespace'), nodes: ofKind('Node'), proxyConfigs: ofKind('ProxyConfig') }
}

function itemsOf(value: Json | undefined): readonly JsonObject[] {
  if (!isObject(value)) return []
  const items = own(value, 'items')
  return Array.isArray(items) ? items.filter(isObject) : [value]
}

function render(files: readonly InjectedFile[], flags: InjectFlags, colour: boolean): string {
  if (flags.diff === true)
    return files.map(({ name, before, after }) => unifiedDiff(name, before, after(), colour)).join('')
  if (flags.patch === true) return renderPatches(files)
  if (flags.output === 'json') return renderJson(files)
  const [only] = files
  if (only !== undefined && files.length === 1 && !(only.isJson && flags.output === 'yaml')) return only.after()
  return joinYaml(files.map((file) => (file.isJson && flags.output === 'yaml' ? asYaml(file) : file.after())))
}

/** The patch of one document is input for `kubectl patch --type=json`; several are printed with their documents. */
function renderPatches(files: readonly InjectedFile[]): string {
  const patches = files.flatMap(({ name, documents }) =>
    documents
      .filter(({ hasPods }) => hasPods)
      .map(({ line, title, patch }) => ({ file: name, line, object: title, patch })),
  )
  const [only] = patches
  return toJson(patches.length === 1 && only !== undefined ? only.patch : patches)
}

function renderJson(files: readonly InjectedFile[]): string {
  const values = files.flatMap(valuesOf)
  const [only] = values
  return toJson(values.length === 1 && only !== undefined ? only : { apiVersion: 'v1', kind: 'List', items: values })
}

function asYaml(file: InjectedFile): string {
  return valuesOf(file)
    .map((value) => writeYaml(value))
    .join('---\n')
}

function valuesOf({ documents }: InjectedFile): readonly Json[] {
  return documents.map(({ value }: InjectedDocument) => value).filter((value) => value !== undefined)
}

function joinYaml(files: readonly string[]): string {
  return files
    .map((text, index) => {
      const start = index > 0 && !text.startsWith('---') ? '---\n' : ''
      return `${start}${text}${text === '' || text.endsWith('\n') ? '' : '\n'}`
    })
    .join('')
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
