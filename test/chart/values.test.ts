import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { chartValues, isGroup, schema } from '../../scripts/docs/chart-values.ts'
import { limitNames } from '../../src/cli/serve/options.ts'
import { ruleFields } from '../../src/config/annotation-policy.ts'
import { configFields } from '../../src/config/injector-config.ts'
import { isObject, type Json, lookup } from '../../src/lang/json.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the chart has the version of the package', () => {
  const { version } = JSON.parse(file('package.json'))
  expect(readYaml(file('charts/outrigger/Chart.yaml'))).toMatchObject({ version, appVersion: version })
})

test('the schema and values.yaml have the same keys', () => {
  expect(chartValues().map(({ path }) => path)).toEqual(pathsOf(schema, ''))
})

test('the comment above each value is its description in the schema', () => {
  for (const { path, description, comment } of chartValues()) {
    expect(comment.endsWith(description), `${path}: ${comment}`).toBe(true)
    expect(description, path).not.toBe('')
    // Only the first has something in front: what the file is for.
    if (path !== 'enabled') expect(comment).toBe(description)
  }
})

test("no object takes keys that nobody reads, but for those whose keys are the user's", () => {
  for (const path of closed(schema, '')) expect(path.endsWith('additionalProperties: false'), path).toBe(true)
})

test('the schema knows the keys that the injector knows', () => {
  const keys = (...path: readonly string[]) =>
    Object.keys((lookup(schema, 'properties', ...path) ?? {}) as object).sort()
  const config = ['injector', 'properties', 'config', 'properties']
  expect(keys(...config)).toEqual(Object.keys(configFields).sort())
  expect(keys(...config, 'annotationPolicy', 'items', 'properties')).toEqual(Object.keys(ruleFields).sort())
  expect(keys('serverLimits', 'properties')).toEqual([...limitNames].sort())
})

test('no template of an object looks at the cluster, a clock or dice: two renderings are the same', () => {
  const names = readdirSync(new URL('../../charts/outrigger/templates', import.meta.url)).filter((name) =>
    /\.(tpl|yaml)$/.test(name),
  )
  expect(names.length).toBeGreaterThan(15)
  for (const name of names) {
    const text = file(`charts/outrigger/templates/${name}`)
    expect(text).not.toMatch(/\b(rand\w+|uuidv4|now|gen\w*Cert\w*|genPrivateKey)\b/)
    // Notes say what else injects the same pods; nothing that is installed depends on that.
    expect(/\blookup\b/.test(text), name).toBe(name === '_rivals.tpl')
    expect(text, name).not.toContain('include "outrigger.rivals"')
  }
})

function pathsOf(group: Json, prefix: string): readonly string[] {
  return Object.entries((lookup(group, 'properties') ?? {}) as object).flatMap(([key, described]: [string, Json]) => [
    prefix + key,
    ...(isGroup(described) ? pathsOf(described, `${prefix}${key}.`) : []),
  ])
}

/** All objects with properties, and whether others are refused. */
function closed(described: Json | undefined, path: string): readonly string[] {
  if (!isObject(described)) return []
  const properties = lookup(described, 'properties')
  const inner = isObject(properties) ? Object.entries(properties) : []
  return [
    ...(inner.length > 0 ? [`${path} additionalProperties: ${described['additionalProperties']}`] : []),
    ...inner.flatMap(([key, one]) => closed(one, `${path}.${key}`)),
    ...closed(lookup(described, 'items'), `${path}[]`),
  ]
}
