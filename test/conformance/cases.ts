import { AssertionError } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/lang/json.ts'
import { type Expectation, expectations } from './cases/expectations.ts'
import { readGiven } from './cases/given.ts'
import type { Case, Suite } from './suite.ts'

/** A pod of a case before and after its injection. */
interface InjectedPod {
  readonly name: string
  readonly pod: JsonObject
  readonly injected: JsonObject
}

/**
 * Small pods and settings from public reports, each with what is right: a folder and an entry of `expectations`. Where
 * `POD_VALIDATOR` names a program that says what Kubernetes answers, it is asked about all pods that were injected.
 */
export function cases(folder: string): Suite {
  const injected: InjectedPod[] = []
  const names = new Set([
    ...readdirSync(folder, { withFileTypes: true }).filter(isFolder).map(nameOf),
    ...Object.keys(expectations),
  ])
  const folders = new Set(readdirSync(folder))
  const validator = process.env['POD_VALIDATOR']
  return {
    cases: [
      ...[...names].sort().map((name) => caseOf(name, folders.has(name) ? join(folder, name) : undefined, injected)),
      ...(validator === undefined ? [] : [{ name: '(Kubernetes)', check: () => askKubernetes(validator, injected) }]),
    ],
    ...(validator === undefined && {
      note: 'Kubernetes was not asked about the injected pods: POD_VALIDATOR names no program that says what it answers',
    }),
  }
}

const isFolder = (entry: { readonly isDirectory: () => boolean }) => entry.isDirectory()
const nameOf = ({ name }: { readonly name: string }) => name

function caseOf(name: string, folder: string | undefined, injected: InjectedPod[]): Case {
  const expectation = Object.hasOwn(expectations, name) ? expectations[name] : undefined
  if (expectation === undefined)
    return { name, check: () => 'nothing says what is right: add it to cases/expectations.ts' }
  if (folder === undefined) return { name, check: () => 'the folder has no such case: remove its expectation' }
  const check = () => checkCase(expectation, folder, (pod, after) => injected.push({ name, pod, injected: after }))
  return { name, check, ...(expectation.issue !== undefined && { known: expectation.issue }) }
}

async function checkCase(
  { right, check }: Expectation,
  folder: string,
  observe: (pod: JsonObject, injected: JsonObject) => void,
): Promise<string | undefined> {
  try {
    await check(readGiven(folder, observe))
    return undefined
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    return `right: ${right}\n${error.message}`
  }
}

/** What Kubernetes refuses of the injected pods, where it accepts the pod before. */
function askKubernetes(validator: string, pods: readonly InjectedPod[]): string | undefined {
  if (pods.length === 0) return 'no pod was injected: run the whole suite'
  const lineOf = (Name: string, pod: JsonObject) => `${JSON.stringify({ Name, Pod: withoutOwner(pod) })}\n`
  const input = pods.flatMap(({ pod, injected }, index) => [
    lineOf(`${index}-before`, pod),
    lineOf(`${index}`, injected),
  ])
  const { stdout, error } = spawnSync(validator, { input: input.join(''), encoding: 'utf8' })
  if (error !== undefined) throw error
  const answers = stdout.split('\n').map((line) => /^(\S+) (VALID|INVALID|DECODE)(.*)$/.exec(line) ?? [])
  const of = (name: string) => answers.filter(([, asked]) => asked === name)
  const refused = pods.flatMap(({ name }, index) => {
    if (of(`${index}-before`).some(([, , answer]) => answer !== 'VALID')) return []
    const answer = of(`${index}`)
    if (answer.length === 1 && answer[0]?.[2] === 'VALID') return []
    return [`${name}: ${answer.map(([, , , why]) => why).join('; ') || 'no answer'}`]
  })
  return refused.join('\n') || undefined
}

/** Without the owner that only a cluster gives an identity. */
function withoutOwner(pod: JsonObject): JsonObject {
  const { ownerReferences: _, ...metadata } = (pod['metadata'] ?? {}) as JsonObject
  return { ...pod, metadata }
}
