import { expect, test } from 'vitest'
import { editorOf, openTab, paste, playgrounds, status } from './support/playground.ts'
import { podNamed } from './support/workloads.ts'

const open = playgrounds()
const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }

test('a phone shows one side at a time, and the decision with both', async () => {
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

test('a problem leads from the one side to the other', async () => {
  const { page } = await open(phone)
  await paste(page, 'workload', podNamed('web').replace('containerPort: 8080', 'containerPort: [8080'))
  await page.getByRole('button', { name: 'Result', exact: true }).tap()
  await page.getByRole('list', { name: 'Problems' }).getByRole('button').first().tap()
  expect(await editorOf(page, 'workload').isVisible()).toBe(true)
})

test('everything to be tapped is in sight, and large enough for a thumb', async () => {
  const { page } = await open(phone)
  for (const side of ['Input', 'Result']) {
    await page.getByRole('button', { name: side, exact: true }).tap()
    const small = await page.evaluate(`[...document.querySelectorAll('button, select')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches('.skip, .link'))
      .map((one) => [one.textContent.slice(0, 20), one.getBoundingClientRect()])
      .filter(([, { height, bottom, right }]) => height < 32 || bottom > innerHeight || right > innerWidth)
      .map(([text]) => text)`)
    expect([side, small]).toEqual([side, []])
  }
})

test('the picture is drawn in one column, with letters as large as the others', async () => {
  const { page } = await open(phone)
  await openTab(page, 'Picture')
  await page.locator('.picture svg').waitFor()
  const scale = await page.evaluate(`(() => {
    const svg = document.querySelector('.picture svg')
    return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
  })()`)
  expect(Number(scale)).toBeGreaterThan(0.95)
  const sideways = await page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.querySelector('.picture')
    return scrollWidth - clientWidth
  })()`)
  expect(sideways).toBe(0)
})
