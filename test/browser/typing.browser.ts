import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  answered,
  chooseExample,
  editorOf,
  focusedEditor,
  openTab,
  paste,
  playgrounds,
  status,
} from './support/playground.ts'
import { podNamed, podWithVariables } from './support/workloads.ts'

const open = playgrounds()

test('an error stands at its line while it is there', async () => {
  const { page } = await open()
  await paste(page, 'workload', podNamed('web').replace('containerPort: 8080', 'containerPort: [8080'))
  const marks = page.locator('[data-editor="workload"] .cm-lint-marker-error')
  await marks.first().waitFor()
  expect(await page.getByRole('tab', { name: /^Workload\s*, \d+ problems?$/ }).count()).toBe(1)
  const problem = page.getByRole('list', { name: 'Problems' }).getByRole('button').first()
  const line = Number((await problem.textContent())?.replace(/\D+/g, ''))
  expect(line).toBeGreaterThanOrEqual(10)
  await problem.click()
  expect(await focusedEditor(page)).toBe('workload')

  await paste(page, 'workload', podNamed('web'))
  await expect.poll(() => marks.count()).toBe(0)
  await expect.poll(() => status(page).textContent()).toMatch(/inject/i)
})

test('an error of the values stands in their editor, and tells so on its tab', async () => {
  const { page } = await open()
  await openTab(page, 'Values')
  await paste(page, 'values', 'global:\n  proxy:\n    logLevel: [1\n')
  await page.locator('[data-editor="values"] .cm-lint-marker-error').first().waitFor()
  await openTab(page, 'Workload')
  expect(await page.getByRole('tab', { name: /^Values\s*, \d+ problems?$/ }).count()).toBe(1)
})

test('typing changes the result, and undoing it changes it back', async () => {
  const { page } = await open()
  await paste(page, 'workload', podNamed('web'))
  const result = page.locator('.view-result .cm-content')
  expect(await result.textContent()).toContain('istio-proxy')
  await paste(
    page,
    'workload',
    podNamed('web').replace('  name: web\n', '  name: web\n  labels: {sidecar.istio.io/inject: "false"}\n'),
  )
  expect(await result.textContent()).not.toContain('istio-proxy')
  await page.keyboard.press('Control+Z')
  await expect.poll(() => result.textContent()).toContain('istio-proxy')
})

test('several pods can be chosen between', async () => {
  const { page } = await open()
  await paste(page, 'workload', `${podNamed('one')}---\n${podNamed('two')}`)
  const chooser = page.getByLabel('Pod to show')
  expect(await chooser.locator('option').count()).toBe(2)
  await chooser.selectOption({ index: 1 })
  expect(await page.locator('.view-result .cm-content').textContent()).toContain('name: two')
})

test('an ordinary workload has its answer within 50 ms, once the worker is warm', async () => {
  const { page } = await open()
  await chooseExample(page, 'plain')
  const times: number[] = []
  for (let round = 0; round < 12; round += 1) {
    await editorOf(page, 'workload').press('Control+End')
    await page.keyboard.type('#')
    await answered(page)
    times.push(await evaluationTime(page))
  }
  times.sort((one, other) => one - other)
  expect(times[Math.floor(times.length / 2)]).toBeLessThan(50)
})

test('a pod of 2,000 variables does not freeze the page', async () => {
  const { page } = await open()
  await paste(page, 'workload', podWithVariables(2000))
  await page.evaluate(`
    window.longest = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration)
    }).observe({ entryTypes: ['longtask'] })
  `)
  await editorOf(page, 'workload').press('Control+End')
  await page.keyboard.type('\n# twelve keys', { delay: 40 })
  await answered(page)
  await page.waitForTimeout(200)
  // Without a worker it takes several times as long, for each key. A machine that is busy with other work stretches all of them.
  expect(await page.evaluate('window.longest')).toBeLessThan(150)
  expect(await page.locator('.view-result .line-added').count()).toBeGreaterThan(0)
})

async function evaluationTime(page: Page): Promise<number> {
  return Number.parseInt((await page.locator('.took').textContent()) ?? '', 10)
}
