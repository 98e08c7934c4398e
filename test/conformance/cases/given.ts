import { ok } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { run } from '../../../src/cli/run.ts'
import { defaultValues } from '../../../src/config/defaults.ts'
import type { Injection } from '../../../src/injection/model/injection.ts'
import { createInjector, type Injector, type InjectorOptions } from '../../../src/injector.ts'
import { proxyName } from '../../../src/istio/names.ts'
import type { Container, Pod } from '../../../src/kubernetes/pod/types.ts'
import { isObject, type JsonObject, lookupString } from '../../../src/lang/json.ts'
import { mergeValues } from '../../../src/lang/json-data.ts'
import { readYamlDocuments } from '../../../src/lang/yaml/read.ts'
import type { Finding } from '../../../src/lint/rule.ts'
import { injectManifests } from '../../../src/testing/check-scenario.ts'
import { readDocuments, readObject } from '../../../src/testing/documents.ts'
import { lint, type Settings } from '../../lint/support.ts'

/** What differs from the settings of a case's folder. */
export interface GivenSettings extends Omit<InjectorOptions, 'values' | 'mesh'> {
  /** Merged onto the values. */
  readonly values?: JsonObject
  readonly mesh?: JsonObject
}

/** An injection whose pod is read as one. */
export type PodInjection = Injection & { readonly pod: Pod }

/** The files of a case, and what Outrigger makes of them. */
export interface Given {
  readonly documents: readonly JsonObject[]
  /** The only pod of the input. */
  readonly pod: Pod
  readonly file: (name: string) => string
  /** The pod in a document that differs from the input. */
  readonly parse: (text: string) => Pod
  /** The injector with the folder's `config.yaml` and `values-overlay.yaml`. */
  readonly injector: (settings?: GivenSettings) => Injector
  readonly inject: (pod: JsonObject | Pod, settings?: GivenSettings) => PodInjection
  /** Fails if the pod isn't injected, or injected otherwise in a second pass. */
  readonly injected: (pod: JsonObject | Pod, settings?: GivenSettings) => PodInjection
  /** The manifests of the input with their pods injected. */
  readonly manifests: (settings?: GivenSettings) => readonly JsonObject[]
  /** What lint finds in the input. */
  readonly findings: (settings?: Settings) => readonly Finding[]
  /** What a command prints, errors included. */
  readonly command: (...args: readonly string[]) => Promise<string>
}

export const namespace = 'shop'

/** Reads a case. `observe` is called with each pod before and after its injection. */
export function readGiven(folder: string, observe: (pod: JsonObject, injected: JsonObject) => void): Given {
  const file = (name: string) => join(folder, name)
  const documents = readDocuments(file('input.yaml')).filter(isObject)
  const injector = ({ values = {}, ...settings }: GivenSettings = {}) =>
    createInjector({
      ...(existsSync(file('config.yaml')) && { config: readObject(file('config.yaml')) }),
      values: mergeValues(mergeValues(defaultValues, overlayIn(file('values-overlay.yaml'))), values),
      ...settings,
    })
  const inject = (pod: JsonObject | Pod, settings?: GivenSettings) =>
    injector(settings).inject(pod, { namespace }) as PodInjection
  const injected = (pod: JsonObject | Pod, settings?: GivenSettings) => {
    const injection = inject(pod, settings)
    const { result, reason, message } = injection.decision
    ok(result === 'injected', `expected injected, got ${result} (${reason}): ${message}`)
    const again = inject(injection.pod, settings)
    ok(again.patch.length === 0, `injected again: ${again.decision.message} ${JSON.stringify(again.patch)}`)
    observe(pod as JsonObject, injection.pod)
    return injection
  }
  return {
    documents,
    get pod() {
      const [pod, ...others] = documents
      ok(pod !== undefined && others.length === 0 && pod['kind'] === 'Pod', 'input.yaml is not one pod')
      return pod as Pod
    },
    file,
    parse: (text) => readYamlDocuments(text)[0]?.value as Pod,
    injector,
    inject,
    injected,
    manifests: (settings) => injectManifests(documents, namespace, (pod) => injected(pod, settings)).manifests,
    findings: (settings) => lint(readFileSync(file('input.yaml'), 'utf8'), settings),
    command,
  }
}

function overlayIn(file: string): JsonObject {
  return existsSync(file) ? readObject(file) : {}
}

async function command(...args: readonly string[]): Promise<string> {
  let printed = ''
  const output = {
    isTerminal: false,
    write: (text: string) => {
      printed += text
    },
  }
  await run(args, {
    stdin: (async function* () {})(),
    stdout: output,
    stderr: output,
    env: {},
    cwd: process.cwd(),
    onSignal: () => () => undefined,
  })
  return printed
}

export const nativeModes = ['enabled', 'disabled'] as const

/** The containers of a pod with this name, each with its list. */
export function containersNamed(pod: Pod, name: string) {
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (pod.spec?.[list] ?? []).filter((one) => one.name === name).map((container) => ({ list, container })),
  )
}

/** Fails unless exactly one container has this name. */
export function containerNamed(pod: Pod, name: string): Container {
  const [found, ...others] = containersNamed(pod, name)
  ok(found !== undefined && others.length === 0, `${others.length + (found ? 1 : 0)} containers are named ${name}`)
  return found.container
}

export function proxyOf(pod: Pod): Container {
  return containerNamed(pod, proxyName)
}

/** The list with the proxy. Fails unless there is exactly one. */
export function proxyList(pod: Pod): string | undefined {
  proxyOf(pod)
  return containersNamed(pod, proxyName)[0]?.list
}

export function variableOf(container: Container, name: string): string | undefined {
  return container.env?.findLast((one) => one.name === name)?.value ?? undefined
}

/** The ProxyConfig that the proxy of a pod starts with. */
export function proxyConfigOf(pod: Pod): JsonObject {
  return JSON.parse(variableOf(proxyOf(pod), 'PROXY_CONFIG') ?? '{}')
}

/** Fails unless a container is as in the input. */
export function assertUntouched(injected: Pod, original: Pod, name: string): void {
  assertSame(containerNamed(injected, name), containerNamed(original, name), `container ${name}`)
}

/** Fails unless two values are the same as JSON. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [actual, expected].map((value) => (value === undefined ? undefined : JSON.stringify(value)))
  const same = isDeepStrictEqual(parsed(found), parsed(wanted))
  ok(same, `${what}: expected ${wanted}, found ${found}`)
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}

/** Fails unless the pod is denied for this reason, with all of these words in the message. */
export function assertDenied({ decision }: Injection, reason: string, ...words: readonly string[]): void {
  const { result, message } = decision
  ok(result === 'denied' && decision.reason === reason, `expected denied (${reason}), got ${result}: ${message}`)
  for (const word of words) ok(message.includes(word), `the message doesn't name ${word}: ${message}`)
}

/** Fails unless an injection has these warnings and no other. */
export function assertWarnings({ warnings }: Injection, ...codes: readonly string[]): void {
  const found = warnings.map(({ code }) => code)
  assertSame(found, codes, 'warnings')
}

/** Fails unless some finding is of this object, and its path or message matches. */
export function assertFinding(findings: readonly Finding[], object: string, about: RegExp): void {
  const found = findings.filter((one) => nameOf(one) === object)
  const matches = found.some(({ path, message }) => about.test(`${path} ${message}`))
  ok(matches, `no finding of ${object} about ${about}, only ${JSON.stringify(findings.map(brief))}`)
}

/** Fails unless a rule finds something, or unless it doesn't. */
export function assertRule(findings: readonly Finding[], code: string, isFound = true): void {
  const found = findings.some((one) => one.code === code)
  ok(found === isFound, `${code} is ${found ? 'found' : 'not found'}: ${JSON.stringify(findings.map(brief))}`)
}

function brief(finding: Finding): string {
  return `${finding.code} ${nameOf(finding)} ${finding.path}`
}

function nameOf({ object: { kind, namespace: of, name } }: Finding): string {
  return `${kind} ${of === '' ? '' : `${of}/`}${name}`
}

/** The document of this kind and name. */
export function documentOf(documents: readonly JsonObject[], kind: string, name: string): JsonObject {
  const found = documents.find((one) => one['kind'] === kind && lookupString(one, 'metadata', 'name') === name)
  ok(found !== undefined, `the input has no ${kind} ${name}`)
  return found
}
