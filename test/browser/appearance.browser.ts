import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openTab, paste, playgrounds } from './support/playground.ts'
import { podNamed } from './support/workloads.ts'

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
const tooWide = `[document.documentElement, ...document.querySelectorAll('.top, .tabs, .slots, .evaluation, .view')]
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

test.for(['light', 'dark'] as const)('texts stand out from their ground in the %s theme', async (colorScheme) => {
  const { page } = await open({ colorScheme })
  await paste(page, 'workload', podWithProblem)
  for (const name of [...inputTabs, ...outputTabs]) {
    await openTab(page, name)
    expect([name, await page.evaluate(tooFaint)]).toEqual([name, []])
  }
})

const podWithProblem = podNamed('web').replace(
  '  name: web\n',
  '  name: web # a comment\n  annotations: {sidecar.istio.io/proxyCPU: much}\n',
)

/** Texts whose contrast is below that of WCAG 2.2, 1.4.3 (https://www.w3.org/TR/WCAG22/#contrast-minimum). */
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
  const above = (node) => node.parentElement ?? node.getRootNode().host
  const ground = (node) => {
    const layers = []
    for (let one = node; one; one = above(one)) {
      const colour = rgba(getComputedStyle(one).backgroundColor)
      layers.unshift(colour)
      if (colour[3] === 255) break
    }
    return layers.reduce((under, [red, green, blue, alpha]) =>
      [red, green, blue].map((part, index) => (part * alpha + (under[index] ?? 255) * (255 - alpha)) / 255), [255, 255, 255])
  }
  const found = new Set()
  const look = (root) => {
    for (const one of root.querySelectorAll('*')) {
      if (one.shadowRoot) look(one.shadowRoot)
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
      if (!own || one.closest('svg, option, :disabled') || !one.checkVisibility({ visibilityProperty: true })) continue
      const [light, dark] = [luminance(rgba(getComputedStyle(one).color)), luminance(ground(one))].sort((a, b) => b - a)
      if ((light + 0.05) / (dark + 0.05) < 4.5) found.add(one.className + ': ' + one.textContent.slice(0, 30))
    }
  }
  look(document)
  return [...found]
})()`

test('who asks for less motion has a cursor that stands still, and who asks for more contrast has it', async () => {
  const blinks = `getComputedStyle(document.querySelector('[data-editor="workload"] .editor').shadowRoot.querySelector('.cm-cursorLayer')).animationDuration`
  const muted = `getComputedStyle(document.documentElement).getPropertyValue('--muted')`
  const usual = await open()
  expect(await usual.page.evaluate(blinks)).not.toBe('0s')
  const calm = await open({ reducedMotion: 'reduce', contrast: 'more' })
  expect(await calm.page.evaluate(blinks)).toBe('0s')
  expect(await calm.page.evaluate(muted)).not.toBe(await usual.page.evaluate(muted))
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
