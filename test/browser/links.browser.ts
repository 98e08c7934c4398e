import { expect, test } from 'vitest'
import { answered, editorOf, openTab, paste, playgrounds } from './support/playground.ts'
import { podNamed } from './support/workloads.ts'

const open = playgrounds()

test('a link contains all input, including the second configuration', async () => {
  const { page } = await open()
  await paste(page, 'workload', podNamed('from-a-link'))
  await page.getByLabel('Compare two configurations').check()
  await openTab(page, 'Values')
  await paste(page, 'compare.values', 'global:\n  hub: registry.example.org\n')
  await openTab(page, 'Settings')
  await page.getByLabel('Revision').first().fill('canary')
  await answered(page)
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByText('The link was copied to the clipboard.').waitFor()
  const link = String(await page.evaluate('navigator.clipboard.readText()'))
  expect(link).toContain('#v1=')

  const other = await open({ path: new URL(link).hash })
  expect(await editorOf(other.page, 'workload').textContent()).toContain('from-a-link')
  await openTab(other.page, 'Values')
  expect(await editorOf(other.page, 'compare.values').textContent()).toContain('registry.example.org')
  await openTab(other.page, 'Settings')
  expect(await other.page.getByLabel('Revision').first().inputValue()).toBe('canary')
})

test('reports a broken link and changes nothing', async () => {
  const { page } = await open()
  await paste(page, 'workload', podNamed('stays'))
  await page.evaluate(`location.hash = '#v1=not-a-state'`)
  await page.getByRole('alert').filter({ hasText: "The link can't be read" }).waitFor()
  expect(await editorOf(page, 'workload').textContent()).toContain('stays')
})

test('a page opened with a broken link reports it and is usable', async () => {
  const { page } = await open({ path: '#v1=AAAA' })
  await page.getByRole('alert').filter({ hasText: "The link can't be read" }).waitFor()
  await paste(page, 'workload', podNamed('web'))
  expect(await page.locator('.view-result .cm-content').textContent()).toContain('istio-proxy')
})

test('shows the changes of the second configuration field by field', async () => {
  const { page } = await open()
  await paste(page, 'workload', podNamed('web'))
  await page.getByLabel('Compare two configurations').check()
  await answered(page)
  await page.getByText('The second configuration changes nothing for this workload.').waitFor()
  await openTab(page, 'Values')
  const second = page.locator('[data-editor="compare.values"]')
  await second.getByRole('button', { name: 'Start from the embedded values' }).click()
  await answered(page)
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Control+C')
  const values = String(await page.evaluate('navigator.clipboard.readText()'))
  await paste(page, 'compare.values', values.replace(/^( +)hub: .*$/m, '$1hub: registry.example.org'))
  const row = page.locator('.changes tr', { hasText: 'image' }).first()
  await expect.poll(() => row.textContent()).toContain('registry.example.org')
  await page.getByLabel('Compare two configurations').uncheck()
  expect(await page.getByRole('tab', { name: 'Compare' }).isVisible()).toBe(false)
})
