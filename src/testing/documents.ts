import { readFileSync } from 'node:fs'
import { isObject, type Json, type JsonObject } from '../lang/json.ts'
import { copyJson, describeJsonFault } from '../lang/json-data.ts'
import { readYamlDocuments, YamlError } from '../lang/yaml/read.ts'

/** The documents of a YAML or JSON file, frozen, since the code under test must not change them. Throws an Error with the file name. */
export function readDocuments(file: string): readonly Json[] {
  try {
    return readYamlDocuments(readFileSync(file, 'utf8')).map(({ value, line }) => {
      const { json, problems } = copyJson(value)
      if (problems[0] !== undefined) throw new Error(`${file}:${line}: ${describeJsonFault(problems[0])}`)
      return json
    })
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new Error(`${file}:${error.line}:${error.column}: ${error.reason}\n${error.excerpt}`)
  }
}

/** The object in a file; empty if the file contains only comments. Throws an Error for anything else. */
export function readObject(file: string): JsonObject {
  const [value = {}] = readDocuments(file)
  if (!isObject(value)) throw new Error(`${file} does not contain an object`)
  return value
}

/** A caller's object as plain JSON data, frozen: `undefined` counts as unset. Throws a TypeError for anything else. */
export function plainObject(value: unknown, what: string): JsonObject {
  const { json, problems } = copyJson(value)
  const [problem] = problems
  if (problem !== undefined) throw new TypeError(`${what}: ${describeJsonFault(problem)}`)
  if (!isObject(json)) throw new TypeError(`${what} is not an object`)
  return json
}
