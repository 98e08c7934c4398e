import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failureOf } from './suite.ts'
import { repositoryFolder, repositorySuites } from './suites.ts'

// The suites that take about a second; `npm run conformance` runs all.
const quick = ['strategic-merge', 'template', 'yaml', 'refused-pods']

test.each(quick)('%s', async (name) => {
  const suite = await repositorySuites[name]?.(join(import.meta.dirname, '../..', repositoryFolder))
  const cases = suite?.cases ?? []
  expect(cases.length).toBeGreaterThan(50)
  const failures = []
  for (const one of cases) failures.push(await failureOf(one))
  expect(failures.filter((failure) => failure !== undefined)).toEqual([])
})
