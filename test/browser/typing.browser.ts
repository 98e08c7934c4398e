import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { examples } from '../../src/playground/examples.ts'
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

test('marks an error at its line until it is fixed', async () => {
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

test('marks an error of the values in their editor and on its tab', async () => {
  const { page } = await open()
  await openTab(page, 'Values')
  await paste(page, 'values', 'global:\n  proxy:\n    logLevel: [1\n')
  await page.locator('[data-editor="values"] .cm-lint-marker-error').first().waitFor()
  await openTab(page, 'Workload')
  expect(await page.getByRole('tab', { name: /^Values\s*, \d+ problems?$/ }).count()).toBe(1)
})

test('editing changes the result, and undo restores it', async () => {
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

test('offers a choice of several pods', async () => {
  const { page } = await open()
  await paste(page, 'workload', `${podNamed('one')}---\n${podNamed('two')}`)
  const chooser = page.getByLabel('Pod to show')
  expect(await chooser.locator('option').count()).toBe(2)
  await chooser.selectOption({ index: 1 })
  expect(await page.locator('.view-result .cm-content').textContent()).toContain('name: two')
})

test.for(examples.map(({ id }) => id))('shows the result of a change to example %s within 50 ms', async (id) => {
  const { page } = await open()
  await chooseExample(page, id)
  // The worker evaluates the examples while it is idle.
  await page.waitForTimeout(1500)
  const least = await leastOf(3, async () => {
    const times: number[] = []
    for (let key = 0; key < 9; key += 1) times.push(await keyToResult(page))
    return times.sort((a, b) => a - b)[4] ?? Number.POSITIVE_INFINITY
  })
  expect(least).toBeLessThan(50)
})

test.for(['Result', 'Diff', 'Explain', 'Picture'])(
  'typing in a pod with 2,000 variables never blocks for 50 ms while %s is shown',
  async (tab) => {
    const { page } = await open()
    await openTab(page, tab)
    await paste(page, 'workload', podWithVariables(2000))
    await page.waitForTimeout(1500)
    await page.evaluate(`
      window.tasks = []
      new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((entry) => entry.duration)))
        .observe({ entryTypes: ['longtask'] })
    `)
    const least = await leastOf(5, async () => {
      await page.evaluate('window.tasks.length = 0')
      await editorOf(page, 'workload').press('Control+End')
      await page.keyboard.type('\n# twelve keys', { delay: 50 })
      await answered(page)
      await page.waitForTimeout(200)
      return Number(await page.evaluate('Math.max(0, ...window.tasks)'))
    })
    // Only tasks longer than 50 ms are reported as long tasks.
    expect(least).toBeLessThan(50)
    expect(await page.locator('[role=tabpanel]:visible').count()).toBe(2)
  },
)

/**
 * The least of up to `rounds` measurements in milliseconds, until one is below 50. Each is divided by the slowdown of the
 * machine at that time: other work makes measurements larger, never smaller.
 */
async function leastOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds && least >= 50; round += 1) {
    const before = slowdown()
    const measured = await measure()
    least = Math.min(least, measured / Math.max(before, slowdown()))
  }
  return least
}

/** How many times longer than its CPU time a loop takes: 1 on an idle machine. */
function slowdown(): number {
  const began = performance.now()
  const { user, system } = process.cpuUsage()
  while (performance.now() - began < 200);
  const used = process.cpuUsage({ user, system })
  return Math.max(1, (performance.now() - began) / ((used.user + used.system) / 1000))
}

/** Types a character at the end of the workload; returns the milliseconds until its result is on the page. */
async function keyToResult(page: Page): Promise<number> {
  await editorOf(page, 'workload').press('Control+End')
  return Number(
    await page.evaluate(`new Promise((done) => {
      const output = document.getElementById('output')
      const start = performance.now()
      let isBusy = false
      const observer = new MutationObserver(() => {
        if (output.getAttribute('aria-busy') === 'true') isBusy = true
        else if (isBusy) {
          observer.disconnect()
          done(performance.now() - start)
        }
      })
      observer.observe(output, { attributeFilter: ['aria-busy'] })
      document.execCommand('insertText', false, '#')
    })`),
  )
}

const annotated = podNamed('web').replace('  name: web\n', '  name: web\n  annotations:\n    a: b\n')

test('completes names of annotations where they are expected, and only there', async () => {
  const { page } = await open()
  await paste(page, 'workload', annotated)
  await goToLine(page, 6)
  await page.keyboard.press('Enter')
  await page.keyboard.type('proxyC', { delay: 20 })
  const options = page.locator('.cm-tooltip-autocomplete').getByRole('option')
  await options.filter({ hasText: 'sidecar.istio.io/proxyCPULimit' }).waitFor()
  expect(await options.allTextContents()).toContain('sidecar.istio.io/proxyCPU')
  await page.keyboard.type('PUL')
  await expect.poll(() => options.count()).toBe(1)
  // A suggestion that has just appeared isn't accepted by the Enter key of somebody who keeps typing.
  await page.waitForTimeout(100)
  await page.keyboard.press('Enter')
  await page.keyboard.type('750m')
  await answered(page)
  expect(await editorOf(page, 'workload').textContent()).toContain('    sidecar.istio.io/proxyCPULimit: 750m')
  await expect.poll(() => page.getByRole('tab', { name: /^Workload/ }).textContent()).toBe('Workload')
  await goToLine(page, 1)
  await page.keyboard.press('Enter')
  await page.keyboard.type('sidecar')
  await page.waitForTimeout(300)
  expect(await options.count()).toBe(0)
})

test('completes labels of a namespace with namespace labels only', async () => {
  const { page } = await open()
  await openTab(page, 'Namespace')
  await paste(page, 'namespace.labels', '')
  await page.keyboard.type('istio', { delay: 20 })
  const options = page.locator('.cm-tooltip-autocomplete').getByRole('option')
  await options.filter({ hasText: 'istio-injection' }).waitFor()
  expect(await options.allTextContents()).not.toContain('sidecar.istio.io/inject')
})

/** Puts the cursor at the end of a line. */
async function goToLine(page: Page, line: number): Promise<void> {
  await editorOf(page, 'workload').press('Control+Home')
  for (let at = 1; at < line; at += 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
}
