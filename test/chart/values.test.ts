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

test('alerts and the dashboard use metrics that there are', () => {
  const documented = new Set(
    file('docs/metrics.md')
      .match(/`[a-z_]+`/g)
      ?.map((name) => name.slice(1, -1)),
  )
  for (const path of ['charts/outrigger/files/alerts.yaml', 'charts/outrigger/files/dashboard.json']) {
    const used = new Set(file(path).match(/\b(outrigger|sidecar_injection)_[a-z_]+(?=\{)/g))
    expect(used.size).toBeGreaterThan(5)
    for (const name of used) expect(documented, path).toContain(name.replace(/_bucket$/, ''))
  }
})

test('every alert says what to do', () => {
  const { rules } = readYaml(file('charts/outrigger/files/alerts.yaml')) as { readonly rules: readonly Json[] }
  for (const rule of rules) {
    expect(rule).toMatchObject({
      alert: expect.stringMatching(/^Outrigger[A-Z]/),
      labels: { severity: expect.stringMatching(/^(critical|warning)$/) },
      annotations: {
        summary: expect.any(String),
        description: expect.any(String),
        runbook: expect.stringMatching(/\.$/),
      },
    })
  }
})

test('no template looks at the cluster, a clock or dice: two renderings are the same', () => {
  const names = readdirSync(new URL('../../charts/outrigger/templates', import.meta.url)).filter((name) =>
    /\.(tpl|yaml)$/.test(name),
  )
  expect(names.length).toBeGreaterThan(15)
  for (const name of names) {
    expect(file(`charts/outrigger/templates/${name}`)).not.toMatch(
      /\b(lookup|rand\w+|uuidv4|now|gen\w*Cert\w*|genPrivateKey)\b/,
    )
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
