import { join } from 'node:path'
import { readYaml } from '../../src/lang/yaml/read.ts'
import type { YamlValue } from '../../src/lang/yaml/value.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { readLines, type Suite, suiteOf } from './suite.ts'

interface YamlCase {
  readonly name: string
  readonly read?: string
  readonly json?: string
  readonly error?: string
  readonly write?: YamlValue
  readonly text?: string
}

/** Reading and writing YAML, with what sigs.k8s.io/yaml reads and writes. */
export function yaml(folder: string): Suite {
  return suiteOf(readLines<YamlCase>(join(folder, 'cases.jsonl')), checkCase)
}

function checkCase(one: YamlCase): string | undefined {
  if (one.read === undefined) {
    const text = writeYaml(one.write ?? null)
    return text === one.text ? undefined : `wrote ${JSON.stringify(text)}, not ${JSON.stringify(one.text)}`
  }
  if (one.json === undefined) {
    const json = attempt(one.read)
    return json === undefined ? undefined : `read as ${json}, but it is an error: ${one.error}`
  }
  const json = jsonText(readYaml(one.read))
  const expected = normal(one.json)
  return json === expected ? undefined : `read as ${json}, not ${expected}`
}

function attempt(text: string): string | undefined {
  try {
    return jsonText(readYaml(text))
  } catch {
    return undefined
  }
}

/** JSON in key order with integers of any size written out. */
function jsonText(value: YamlValue): string {
  if (typeof value === 'bigint') return String(value)
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${jsonText(one)}`).join(',')}}`
}

/** The same text whatever escapes it was written with. Numbers keep their text, which `JSON.parse` would not. */
function normal(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => JSON.stringify(JSON.parse(text)))
}
