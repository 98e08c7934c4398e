import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openTab, playgrounds } from './support/playground.ts'

const open = playgrounds()
const outputTabs = ['Result', 'Diff', 'Patch', 'Explain', 'Lint', 'Picture']
const inputTabs = ['Workload', 'Namespace', 'Cluster', 'Values', 'Mesh', 'Injector', 'Settings']

test.for([360, 1024, 2560])('nothing stands outside of a page of %i pixels', async (width) => {
  const { page } = await open({ viewport: { width, height: 900 } })
  await page.getByLabel('Compare two configurations').check()
  for (const name of [...inputTabs, ...outputTabs, 'Compare']) {
    await openTab(page, name)
    expect([name, await page.evaluate(tooWide)]).toEqual([name, 0])
  }
})

/** How many parts of the page are narrower than what they hold. Pictures and tables have a place of their own to be scrolled in. */
const tooWide = `[document.documentElement, ...document.querySelectorAll('.top, .tabs, .slots, .verdict, .view')]
  .filter((one) => one.scrollWidth > one.clientWidth).length`

test('lines that are gone to leave the tabs where they are', async () => {
  const { page } = await open({ viewport: { width: 1024, height: 768 } })
  await page.locator('.view-result .cm-content').press('Control+End')
  await page.getByRole('button', { name: 'Copy link' }).focus()
  await page.locator('.view-result .line-added').last().click()
  const scrolled = `[...document.querySelectorAll('main, .pane, .outputs, .panels, .view')].filter((one) => one.scrollTop > 0).length`
  expect(await page.evaluate(scrolled)).toBe(0)
  await openTab(page, 'Explain')
})

test('the theme is that of the system until another is chosen, and is kept', async () => {
  const { page } = await open({ colorScheme: 'dark' })
  expect(await isDark(page)).toBe(true)
  await page.getByLabel('Theme').selectOption('light')
  expect(await isDark(page)).toBe(false)
  await page.reload()
  expect(await isDark(page)).toBe(false)
  await page.getByLabel('Theme').selectOption('system')
  expect(await isDark(page)).toBe(true)
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await isDark(page)).toBe(false)
})

test('the page is painted within a second', async () => {
  const { page } = await open()
  const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`)
  expect(paint).toBeLessThan(1000)
})

async function isDark(page: Page): Promise<boolean> {
  const colour = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
  const [red = 255] = (colour.match(/\d+/g) ?? []).map(Number)
  return red < 128
}
