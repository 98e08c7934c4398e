import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { answered, chooseExample, editorOf, openTab, playgrounds } from './support/playground.ts'

const open = playgrounds()

test('the Tab key reaches everything and is never trapped', async () => {
  const { page } = await open()
  const seen: string[] = []
  for (let step = 0; step < 40 && !seen.includes('Injected pod, YAML'); step += 1) {
    await page.keyboard.press('Tab')
    seen.push(await focused(page))
  }
  expect(seen).toEqual(
    expect.arrayContaining([
      'Skip to the result',
      'Example',
      'Copy link',
      'Theme',
      'Workload',
      'Workload, YAML',
      'Result',
      'Injected pod, YAML',
    ]),
  )
})

test('the first tab stop skips the editors', async () => {
  const { page } = await open()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('Result')
})

test('arrow keys move between the tabs and show their panels', async () => {
  const { page } = await open()
  await page.getByRole('tab', { name: 'Result', exact: true }).focus()
  await page.keyboard.press('ArrowRight')
  expect(await focused(page)).toBe('Diff')
  await page.keyboard.press('End')
  expect(await focused(page)).toBe('Picture')
  await page.keyboard.press('ArrowRight')
  expect(await focused(page)).toBe('Result')
  await page.keyboard.press('ArrowLeft')
  expect(await focused(page)).toBe('Picture')
  expect(await page.getByRole('tabpanel', { name: 'Picture' }).isVisible()).toBe(true)
  expect(await page.getByRole('tabpanel', { name: 'Result', exact: true }).count()).toBe(0)
})

test('every control has an accessible name, and the page has landmarks', async () => {
  const { page } = await open()
  for (const role of ['banner', 'main', 'heading'] as const)
    expect(await page.getByRole(role).count()).toBeGreaterThan(0)
  expect(await page.getByRole('tablist').count()).toBe(2)
  await page.getByLabel('Compare two configurations').check()
  await answered(page)
  for (const name of ['Namespace', 'Settings', 'Explain', 'Lint', 'Picture']) {
    await openTab(page, name)
    for (const role of ['button', 'tab', 'textbox', 'combobox', 'checkbox'] as const) {
      const all = await page.getByRole(role).count()
      expect([name, role, await page.getByRole(role, { name: /\S/ }).count()]).toEqual([name, role, all])
    }
  }
})

test('the decision is announced when it changes, not on every key', async () => {
  const { page } = await open()
  await page.evaluate(`
    window.announced = []
    new MutationObserver(() => window.announced.push(document.querySelector('.status').textContent))
      .observe(document.querySelector('.status[role="status"]'), { childList: true, characterData: true, subtree: true })
  `)
  await editorOf(page, 'workload').press('Control+End')
  await page.keyboard.type('# the same', { delay: 20 })
  await answered(page)
  expect(await page.evaluate('window.announced')).toEqual([])
  await chooseExample(page, 'skipped')
  expect(await page.evaluate('window.announced')).toEqual([expect.stringMatching(/^Not injected/)])
})

test('the origin of a line is announced when the cursor moves to it', async () => {
  const { page } = await open()
  const origin = page.getByRole('status', { name: 'Where this line comes from' })
  await page.locator('.view-result .cm-content').focus()
  await page.keyboard.press('Control+Home')
  expect(await origin.textContent()).toContain('As the author of the pod wrote it')
  for (let line = 0; line < 6; line += 1) await page.keyboard.press('ArrowDown')
  expect(await origin.textContent()).toMatch(/^metadata\.annotations.*By /)
})

test('shows which element has the focus', async () => {
  const { page } = await open()
  for (let step = 0; step < 24; step += 1) {
    await page.keyboard.press('Tab')
    // Editors have a border instead of an outline.
    const shown = await page.evaluate(`(() => {
      const element = document.activeElement
      if (element === document.body) return ''
      const { outlineStyle, borderColor } = getComputedStyle(element)
      return outlineStyle !== 'none' || (element.matches('.editor') && !borderColor.endsWith(', 0)')) ? '' : element.outerHTML.slice(0, 80)
    })()`)
    expect(shown).toBe('')
  }
})

/** The accessible name of the focused element, in shadow trees too. */
async function focused(page: Page): Promise<string> {
  return String(
    await page.evaluate(`(() => {
      let element = document.activeElement
      while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
      return element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText.split('\\n')[0].trim() ?? element.firstChild?.textContent ?? element.tagName
    })()`),
  )
}
