import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { focusedEditor, openTab, paste, playgrounds } from './support/playground.ts'
import { podNamed } from './support/workloads.ts'

const open = playgrounds()
const withCpu = podNamed('web').replace(
  '  name: web\n',
  '  name: web\n  annotations: {sidecar.istio.io/proxyCPU: 333m}\n',
)

test('a line tells under the cursor where it comes from', async () => {
  const { page } = await open()
  await paste(page, 'workload', withCpu)
  const origin = page.getByRole('status', { name: 'Where this line comes from' })
  await expect.poll(() => origin.textContent()).toContain('As the author of the pod wrote it')
  await find(page, '    cpu: 333m')
  await expect.poll(() => origin.textContent()).toContain('resources.requests.cpu')
  expect(await origin.textContent()).toMatch(/By template sidecar, line \d+.*sidecar\.istio\.io\/proxyCPU = 333m/)
})

test('a line tells under the mouse where it comes from', async () => {
  const { page } = await open()
  await paste(page, 'workload', withCpu)
  await find(page, '    cpu: 333m')
  await page
    .locator('.view-result .cm-line', { hasText: /^ +cpu: 333m/ })
    .locator('span')
    .last()
    .hover()
  const tip = page.locator('.origin-tip')
  await tip.waitFor()
  expect(await tip.textContent()).toMatch(/By template sidecar, line \d+.*sidecar\.istio\.io\/proxyCPU = 333m/)
})

test('Explain tells the lines that keep the pod out', async () => {
  const { page } = await open()
  await paste(page, 'workload', podNamed('web'))
  await openTab(page, 'Explain')
  const line = page.locator('.remedy code', { hasText: 'sidecar.istio.io/inject' }).first()
  await line.waitFor()
  await page
    .locator('.remedy', { hasText: 'sidecar.istio.io/inject' })
    .getByRole('button', { name: 'Copy' })
    .first()
    .click()
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain('sidecar.istio.io/inject')
})

test('a finding leads to its line', async () => {
  const { page } = await open()
  await paste(
    page,
    'workload',
    podNamed('web').replace('  name: web\n', '  name: web\n  annotations: {sidecar.istio.io/proxyCPU: much}\n'),
  )
  await openTab(page, 'Lint')
  await page.locator('.finding').getByRole('button').first().click()
  expect(await focusedEditor(page)).toBe('workload')
})

/** Goes to a text of the result by keyboard. */
async function find(page: Page, text: string): Promise<void> {
  await page.locator('.view-result .cm-content').focus()
  await page.keyboard.press('Control+F')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
}
