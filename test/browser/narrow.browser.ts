import { expect, test } from 'vitest'
import { editorOf, openTab, paste, playgrounds, status } from './support/playground.ts'
import { podNamed } from './support/workloads.ts'

const open = playgrounds()
const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }

test('shows one side at a time on a phone, and the decision with both', async () => {
  const { page } = await open(phone)
  expect(await editorOf(page, 'workload').isVisible()).toBe(true)
  expect(await page.getByRole('tab', { name: 'Result', exact: true }).count()).toBe(0)
  expect(await status(page).isVisible()).toBe(true)
  await page.getByRole('button', { name: 'Result', exact: true }).tap()
  expect(await page.getByRole('tab', { name: 'Result', exact: true }).isVisible()).toBe(true)
  expect(await editorOf(page, 'workload').isVisible()).toBe(false)
  expect(await status(page).isVisible()).toBe(true)
  expect(await page.getByRole('button', { name: 'Result', exact: true }).getAttribute('aria-pressed')).toBe('true')
})

test('selecting a problem switches to the side of its input', async () => {
  const { page } = await open(phone)
  await paste(page, 'workload', podNamed('web').replace('containerPort: 8080', 'containerPort: [8080'))
  await page.getByRole('button', { name: 'Result', exact: true }).tap()
  await page.getByRole('list', { name: 'Problems' }).getByRole('button').first().tap()
  expect(await editorOf(page, 'workload').isVisible()).toBe(true)
})

test('every tap target is in view and large enough', async () => {
  const { page } = await open(phone)
  for (const side of ['Input', 'Result']) {
    await page.getByRole('button', { name: side, exact: true }).tap()
    const small = await page.evaluate(`[...document.querySelectorAll('button, select')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches('.skip, .link'))
      .map((element) => [element.textContent.slice(0, 20), element.getBoundingClientRect()])
      .filter(([, { height, bottom, right }]) => height < 32 || bottom > innerHeight || right > innerWidth)
      .map(([text]) => text)`)
    expect([side, small]).toEqual([side, []])
  }
})

test('draws the picture in one column, with text of the usual size', async () => {
  const { page } = await open(phone)
  await openTab(page, 'Picture')
  await page.locator('.picture svg').waitFor()
  const scale = await page.evaluate(`(() => {
    const svg = document.querySelector('.picture svg')
    return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
  })()`)
  expect(Number(scale)).toBeGreaterThan(0.95)
  const overflow = await page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.querySelector('.picture')
    return scrollWidth - clientWidth
  })()`)
  expect(overflow).toBe(0)
})
