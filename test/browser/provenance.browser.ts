import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { answered, editorOf, focusedEditor, openTab, paste, playgrounds } from './support/playground.ts'
import { podNamed } from './support/workloads.ts'

const open = playgrounds()
const withCpu = podNamed('web').replace(
  '  name: web\n',
  '  name: web\n  annotations: {sidecar.istio.io/proxyCPU: 333m}\n',
)

test('shows the origin of the line under the cursor', async () => {
  const { page } = await open()
  await paste(page, 'workload', withCpu)
  const origin = page.getByRole('status', { name: 'Where this line comes from' })
  await expect.poll(() => origin.textContent()).toContain('As the author of the pod wrote it')
  await find(page, '    cpu: 333m')
  await expect.poll(() => origin.textContent()).toContain('resources.requests.cpu')
  expect(await origin.textContent()).toMatch(/By template sidecar, line \d+.*sidecar\.istio\.io\/proxyCPU = 333m/)
})

test('shows the origin of the line under the mouse', async () => {
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

test('Explain shows the lines that disable injection', async () => {
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

test('selecting a finding goes to its line', async () => {
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

test('the steps of docs/playground.md work as described', async () => {
  const { page } = await open()
  const deployment = await readFile(new URL('../../examples/deployment.yaml', import.meta.url), 'utf8')
  await paste(page, 'workload', deployment)
  const decision = page.locator('.status')
  expect(await decision.textContent()).toMatch(/^Injected by namespace.*: the injection policy is enabled$/)
  await find(page, 'cpu: 100m')
  const origin = page.getByRole('status', { name: 'Where this line comes from' })
  await expect.poll(() => origin.textContent()).toContain('resources.requests.cpu')
  const line =
    /By (template sidecar, line \d+ of shared).*values global\.proxy\.resources.*sidecar\.istio\.io\/proxyCPU/
  const [, template = ''] = line.exec((await origin.textContent()) ?? '') ?? []
  expect(await readFile(new URL('../../docs/playground.md', import.meta.url), 'utf8')).toContain(template)

  await editorOf(page, 'workload').press('Control+Home')
  const before = deployment.slice(0, deployment.indexOf('annotations:')).split('\n').length
  for (let at = 1; at < before; at += 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('proxyCPU', { delay: 20 })
  await page.locator('.cm-tooltip-autocomplete [aria-selected="true"]').waitFor()
  await page.waitForTimeout(100)
  await page.keyboard.press('Enter')
  await page.keyboard.type('250m')
  await answered(page)
  await openTab(page, 'Lint')
  await page.locator('.finding', { hasText: 'OUT0007' }).waitFor()
  await openTab(page, 'Picture')
  await expect
    .poll(() => page.locator('.picture desc').textContent())
    .toMatch(/istio-proxy .*wait for its postStart hook/)
  await paste(page, 'workload', (await typed(page)).replace('250m', 'much'))
  expect(await decision.textContent()).toMatch(/^Denied, the pod is not created/)
  expect(await page.getByRole('tab', { name: /^Workload\s*, 1 problem$/ }).count()).toBe(1)
})

/** The content of the workload's editor. */
async function typed(page: Page): Promise<string> {
  await editorOf(page, 'workload').press('Control+A')
  await page.keyboard.press('Control+C')
  return String(await page.evaluate('navigator.clipboard.readText()'))
}

/** Searches the result by keyboard. */
async function find(page: Page, text: string): Promise<void> {
  await page.locator('.view-result .cm-content').focus()
  await page.keyboard.press('Control+F')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
}
