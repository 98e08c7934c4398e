import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openTab, paste, playgrounds } from './support/playground.ts'
import { podNamed } from './support/workloads.ts'

const open = playgrounds()
const outputTabs = ['Result', 'Diff', 'Patch', 'Explain', 'Lint', 'Picture']
const inputTabs = ['Workload', 'Namespace', 'Cluster', 'Values', 'Mesh', 'Injector', 'Settings']

test.for([360, 1024, 2560])('nothing overflows a page of %i pixels', async (width) => {
  const { page } = await open({ viewport: { width, height: 900 } })
  await page.getByLabel('Compare two configurations').check()
  for (const name of [...inputTabs, ...outputTabs, 'Compare']) {
    await openTab(page, name)
    expect([name, await page.evaluate(overflowing)]).toEqual([name, 0])
  }
})

/** How many parts of the page overflow. Pictures and tables may: they scroll on their own. */
const overflowing = `[document.documentElement, ...document.querySelectorAll('.top, .tabs, .slots, .evaluation, .view')]
  .filter((element) => element.scrollWidth > element.clientWidth).length`

test('jumping to a line does not scroll the tabs away', async () => {
  const { page } = await open({ viewport: { width: 1024, height: 768 } })
  await page.locator('.view-result .cm-content').press('Control+End')
  await page.getByRole('button', { name: 'Copy link' }).focus()
  await page.locator('.view-result .line-added').last().click()
  const scrolled = `[...document.querySelectorAll('main, .pane, .outputs, .panels, .view')].filter((element) => element.scrollTop > 0).length`
  expect(await page.evaluate(scrolled)).toBe(0)
  await openTab(page, 'Explain')
})

test('follows the theme of the system until another is chosen, which is kept', async () => {
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

test.for(['light', 'dark'] as const)('has sufficient contrast in the %s theme', async (colorScheme) => {
  const { page } = await open({ colorScheme })
  await paste(page, 'workload', invalidPod)
  for (const name of [...inputTabs, ...outputTabs]) {
    await openTab(page, name)
    expect([name, await page.evaluate(tooFaint)]).toEqual([name, []])
  }
})

const invalidPod = podNamed('web').replace(
  '  name: web\n',
  '  name: web # a comment\n  annotations: {sidecar.istio.io/proxyCPU: much}\n',
)

/** Texts whose contrast is below the minimum of WCAG 2.2, 1.4.3 (https://www.w3.org/TR/WCAG22/#contrast-minimum). */
const tooFaint = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const parentOf = (node) => node.parentElement ?? node.getRootNode().host
  const background = (node) => {
    const layers = []
    for (let element = node; element; element = parentOf(element)) {
      const colour = rgba(getComputedStyle(element).backgroundColor)
      layers.unshift(colour)
      if (colour[3] === 255) break
    }
    return layers.reduce((under, [red, green, blue, alpha]) =>
      [red, green, blue].map((part, index) => (part * alpha + (under[index] ?? 255) * (255 - alpha)) / 255), [255, 255, 255])
  }
  const found = new Set()
  const search = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) search(element.shadowRoot)
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
      if (!hasText || element.closest('svg, option, :disabled') || !element.checkVisibility({ visibilityProperty: true })) continue
      const [light, dark] = [luminance(rgba(getComputedStyle(element).color)), luminance(background(element))].sort((a, b) => b - a)
      if ((light + 0.05) / (dark + 0.05) < 4.5) found.add(element.className + ': ' + element.textContent.slice(0, 30))
    }
  }
  search(document)
  return [...found]
})()`

test('respects prefers-reduced-motion and prefers-contrast', async () => {
  const blinks = `getComputedStyle(document.querySelector('[data-editor="workload"] .editor').shadowRoot.querySelector('.cm-cursorLayer')).animationDuration`
  const muted = `getComputedStyle(document.documentElement).getPropertyValue('--muted')`
  const standard = await open()
  expect(await standard.page.evaluate(blinks)).not.toBe('0s')
  const reduced = await open({ reducedMotion: 'reduce', contrast: 'more' })
  expect(await reduced.page.evaluate(blinks)).toBe('0s')
  expect(await reduced.page.evaluate(muted)).not.toBe(await standard.page.evaluate(muted))
})

test('paints the page within a second', async () => {
  const { page } = await open()
  const paint = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`)
  expect(paint).toBeLessThan(1000)
})

async function isDark(page: Page): Promise<boolean> {
  const colour = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
  const [red = 255] = (colour.match(/\d+/g) ?? []).map(Number)
  return red < 128
}
