import type { Answer } from '../admission/answer.ts'
import type { Decision } from '../injection.ts'
import { isObject, type Json, lookup, lookupText } from '../json.ts'
import type { Operation } from '../patch/operation.ts'

/** What an answer says, in words: what was decided and why, and what the patch changes. */
export function explain({ decision, injection, facts }: Answer): string {
  const subject = [facts.namespace, facts.pod || '(a pod without a name)'].filter(Boolean).join('/')
  const lines = [
    `Pod       ${subject}${facts.owner === '' ? '' : `, of ${facts.owner}`}`,
    `Result    ${decision.result} (${decision.reason})`,
    `Because   ${decision.message}`,
  ]
  if (decision.result === 'injected') lines.push(`Templates ${decision.templates.join(', ')}`)
  lines.push(`Revision  ${facts.revision}`)
  for (const { text } of injection?.warnings ?? []) lines.push(`Warning   ${text}`)
  if (decision.result === 'injected' && injection !== undefined)
    lines.push('', ...explainPatch(injection.patch, injection.pod))
  else lines.push('', unchangedText(decision))
  return `${lines.join('\n')}\n`
}

function unchangedText({ result }: Decision): string {
  return result === 'denied'
    ? 'The pod is not created. Mend what is named above.'
    : 'The pod is created as it is, without a sidecar.'
}

function explainPatch(patch: readonly Operation[], pod: Json): readonly string[] {
  if (patch.length === 0) return ['The patch is empty: the pod is as an injection would leave it.']
  const bytes = Buffer.byteLength(JSON.stringify(patch))
  const head = `The patch has ${patch.length} operation${patch.length === 1 ? '' : 's'} (${bytes} bytes):`
  return [head, ...patch.flatMap((operation) => sentences(operation, pod)).map((sentence) => `  - ${sentence}`)]
}

const nouns: Readonly<Record<string, string>> = {
  containers: 'container',
  initContainers: 'init container',
  volumes: 'volume',
  imagePullSecrets: 'image pull secret',
  env: 'environment variable',
  volumeMounts: 'mount',
  labels: 'label',
  annotations: 'annotation',
  ports: 'port',
}

/** An operation in words; one that brings several named things gives a sentence for each of them. */
function sentences(operation: Operation, pod: Json): readonly string[] {
  const path = operation.path.split('/').slice(1).map(keyOf)
  const place = describe(path, pod, operation.op === 'add' ? operation.value : undefined)
  if (operation.op === 'remove') return [`removes ${place}`]
  if (operation.op === 'move') return [`moves ${place} to position ${path.at(-1)}`]
  const { op, value } = operation
  const list = nouns[path.at(-1) ?? '']
  if (op === 'add' && list !== undefined && typeof value === 'object' && value !== null) {
    const owner = describe(path.slice(0, -1), pod)
    const of = owner === '' ? '' : ` to ${owner}`
    const names = Array.isArray(value)
      ? value.map(nameOf)
      : Object.entries(value).map(([key, item]) => `${key}${text(item)}`)
    return names.map((name) => `adds ${list} ${name}${of}`)
  }
  return [
    `${op === 'add' ? 'adds' : 'sets'} ${place}${op === 'replace' || typeof value !== 'object' ? text(value) : ''}`,
  ]
}

/** `environment variable A of container web`, `spec.hostname`. */
function describe(path: readonly string[], pod: Json, added?: Json): string {
  const parts: string[] = []
  let fields: string[] = []
  let at: Json | undefined = pod
  for (let index = 0; index < path.length; index++) {
    const step = path[index] ?? ''
    const noun = nouns[step]
    const next = path[index + 1]
    at = Array.isArray(at) ? at[Number(step)] : isObject(at) ? lookup(at, step) : undefined
    if (noun === undefined || next === undefined) {
      fields.push(step)
      continue
    }
    index++
    const isItem = Array.isArray(at)
    at = Array.isArray(at) ? at[Number(next)] : lookup(at, next)
    const item = index === path.length - 1 ? (added ?? at) : at
    parts.unshift(`${noun} ${isItem && isObject(item) ? nameOf(item) : next}`)
    fields = []
  }
  const field = fields.filter((step) => parts.length === 0 || (step !== 'spec' && step !== 'metadata')).join('.')
  if (field === 'spec' || field === 'metadata') return ''
  return [field, ...parts].filter(Boolean).join(' of ')
}

function nameOf(item: Json): string {
  return lookupText(item, 'name') || lookupText(item, 'mountPath') || JSON.stringify(item)
}

const longest = 100

function text(value: Json): string {
  const json = typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value ?? null)
  return ` = ${json.length > longest ? `${json.slice(0, longest)}...` : json}`
}

function keyOf(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
