import { AssertionError } from 'node:assert'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/lang/json.ts'
import { type Expectation, expectations } from './cases/expectations.ts'
import { readGiven } from './cases/given.ts'
import type { Case, Suite } from './suite.ts'

/** A pod of a case before and after its injection. */
export interface InjectedPod {
  readonly name: string
  readonly pod: JsonObject
  readonly injected: JsonObject
}

type Observe = (pod: InjectedPod) => void

/** Small pods and settings from public reports, each with what is right: a folder and an entry of `expectations`. */
export function cases(folder: string): Suite {
  return { cases: casesIn(folder, () => {}) }
}

/** All pods that are injected in the cases. */
export async function injectedCases(folder: string): Promise<readonly InjectedPod[]> {
  const injected: InjectedPod[] = []
  for (const one of casesIn(folder, (pod) => injected.push(pod))) await one.check()
  return injected
}

function casesIn(folder: string, observe: Observe): readonly Case[] {
  const folders = new Set(readdirSync(folder))
  const names = new Set([
    ...readdirSync(folder, { withFileTypes: true }).filter(isFolder).map(nameOf),
    ...Object.keys(expectations),
  ])
  return [...names].sort().map((name) => caseOf(name, folders.has(name) ? join(folder, name) : undefined, observe))
}

const isFolder = (entry: { readonly isDirectory: () => boolean }) => entry.isDirectory()
const nameOf = ({ name }: { readonly name: string }) => name

function caseOf(name: string, folder: string | undefined, observe: Observe): Case {
  const expectation = Object.hasOwn(expectations, name) ? expectations[name] : undefined
  if (expectation === undefined)
    return { name, check: () => 'nothing says what is right: add it to cases/expectations.ts' }
  if (folder === undefined) return { name, check: () => 'the folder has no such case: remove its expectation' }
  const check = () => checkCase(expectation, folder, (pod, injected) => observe({ name, pod, injected }))
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
