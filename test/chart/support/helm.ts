import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isObject, type Json, type JsonObject, lookupString } from '../../../src/lang/json.ts'
import { readYamlDocuments } from '../../../src/lang/yaml/read.ts'
import { roundIntegers } from '../../../src/lang/yaml/value.ts'

export const chart = fileURLToPath(new URL('../../../charts/outrigger', import.meta.url))

export interface RenderOptions {
  readonly release?: string
  readonly namespace?: string
  readonly kubeVersion?: string
  /** What the cluster has besides Kubernetes' own. */
  readonly apiVersions?: readonly string[]
  /** Instead of the chart itself. */
  readonly folder?: string
}

/** What `helm template` prints. Throws with helm's own words. */
export function render(values: JsonObject = {}, options: RenderOptions = {}): string {
  const { code, stdout, stderr } = helm(templateArguments(options), values)
  if (code !== 0) throw new Error(stderr)
  return stdout
}

/** The objects of a release, in helm's order. */
export function objects(values: JsonObject = {}, options: RenderOptions = {}): readonly JsonObject[] {
  return readYamlDocuments(render(values, options))
    .map(({ value }) => roundIntegers(value))
    .filter((value: Json): value is JsonObject => isObject(value))
}

/** Why helm refuses values. */
export function refusal(values: JsonObject, options: RenderOptions = {}): string {
  const { code, stderr } = helm(templateArguments(options), values)
  return code === 0 ? '' : stderr
}

export function helm(args: readonly string[], values: JsonObject = {}) {
  const run = spawnSync(program(), args, { input: JSON.stringify(values), encoding: 'utf8', maxBuffer: 64 << 20 })
  return { code: run.status, stdout: run.stdout, stderr: run.stderr }
}

export function ofKind(all: readonly JsonObject[], kind: string): readonly JsonObject[] {
  return all.filter((object) => lookupString(object, 'kind') === kind)
}

function templateArguments(options: RenderOptions) {
  const { release = 'injector', namespace = 'istio-system', kubeVersion, apiVersions = [], folder = chart } = options
  const cluster = [
    ...(kubeVersion === undefined ? [] : ['--kube-version', kubeVersion]),
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
  ]
  return ['template', release, folder, '--namespace', namespace, ...cluster, '--values', '-']
}

let found: string | undefined

function program(): string {
  if (found !== undefined) return found
  const folder = process.env['KUBEBUILDER_ASSETS'] ?? ''
  if (folder === '')
    throw new Error("KUBEBUILDER_ASSETS isn't set: set it to a folder with helm, as docs/development.md says")
  const path = join(folder, 'helm')
  execFileSync(path, ['version'])
  found = path
  return path
}
