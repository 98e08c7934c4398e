import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import { changedAt } from '../../../src/explain/story/edits.ts'
import type { Remedy, Story } from '../../../src/explain/story/story.ts'
import { isObject, type Json, lookup, lookupString } from '../../../src/lang/json.ts'
import { readYaml } from '../../../src/lang/yaml/read.ts'
import { writeYaml } from '../../../src/lang/yaml/write.ts'
import { folder, type Outcome, outrigger } from '../support.ts'

/** Files of one folder, and `explain` run in it. */
export interface Scene {
  readonly cwd: string
  readonly run: (line: string) => Promise<Outcome>
  /** The stories of `-o json`. */
  readonly ask: (line: string) => Promise<readonly Story[]>
}

export function scene(files: Readonly<Record<string, string>>): Scene {
  const cwd = folder(files)
  const run = (line: string) => outrigger(['explain', ...line.split(' ')], '', { cwd })
  return { cwd, run, ask: async (line) => storiesOf(await run(`${line} -o json`)) }
}

export function storiesOf({ code, stdout, stderr }: Outcome): readonly Story[] {
  expect([code === 2, stderr]).toEqual([false, ''])
  const stories: readonly Story[] = JSON.parse(stdout)
  expect(code).toBe(stories.every(({ injected }) => injected) ? 0 : 1)
  return stories
}

/** The one story of an input. */
export async function only(stories: Promise<readonly Story[]>): Promise<Story> {
  const [story, ...others] = await stories
  if (story === undefined || others.length > 0) throw new Error(`${others.length + 1} stories`)
  return story
}

/** Does to the files of a folder what the lines of a remedy say; each must stand at the place that it names. */
export function write({ lines }: Remedy, files: Readonly<Record<string, string>>): Record<string, string> {
  const written = { ...files }
  for (const { form, file, object = '', path = [], value = null, line } of lines) {
    expect([form, path.length > 0]).toEqual(['yaml', true])
    const name = basename(file ?? '').split(':')[0] ?? ''
    const documents = (written[name] ?? '').split(/^---\n/m).map((text) => readYaml(text) as Json)
    const isIt = (document: Json) =>
      object === 'the injector configuration' ||
      object.startsWith(lookupString(document, 'kind')) ||
      lookup(document, 'request') !== undefined
    const index = documents.findIndex(isIt)
    const before = documents[index] ?? null
    if (value !== null) expect(readYaml(line)).toEqual(lineOf(path.at(-1) ?? '', value))
    documents[index] = changedAt(before, path, value ?? undefined)
    written[name] = documents.map((document) => writeYaml(document)).join('---\n')
  }
  return written
}

function lineOf(key: string | number, value: Json): Json {
  return typeof key === 'number' ? [value] : { [key]: value }
}

export function save(cwd: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Json {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

export function manifests(...objects: readonly Json[]): string {
  return objects
    .filter(isObject)
    .map((object) => writeYaml(object))
    .join('---\n')
}
