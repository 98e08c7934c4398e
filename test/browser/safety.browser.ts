import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { chooseExample, openTab, paste, playgrounds, status } from './support/playground.ts'
import { staticSite } from './support/site.ts'
import { hostile, hostilePod } from './support/workloads.ts'

const open = playgrounds()
const outputTabs = ['Result', 'Diff', 'Patch', 'Explain', 'Lint', 'Picture', 'Compare']

test('shows HTML and scripts in a workload as text in every tab', async () => {
  const { page } = await open()
  await page.getByLabel('Compare two configurations').check()
  await paste(page, 'workload', hostilePod)
  for (const name of outputTabs) {
    await openTab(page, name)
    expect(await page.locator('main img:not(.cm-widgetBuffer), main script').count()).toBe(0)
  }
  await openTab(page, 'Explain')
  expect(await page.locator('#panel-out-explain').textContent()).toContain('onerror')
  await openTab(page, 'Namespace')
  await paste(page, 'namespace.labels', `'${hostile}': '${hostile}'\n`)
  await page.locator('#namespace-name').fill(hostile)
  await page.waitForTimeout(300)
  expect(await page.evaluate('window.struck')).toBeUndefined()
})

test('runs nothing but the files of the page', async () => {
  const { page, requests } = await open()
  const policy = (await page.request.get(page.url())).headers()['content-security-policy']
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe')
  expect(requests.every((url) => url.startsWith('http://127.0.0.1:'))).toBe(true)
})

test('works without errors as a copy of the folder on any web server', async () => {
  const { url, close } = await staticSite()
  try {
    const { page } = await open({ site: url })
    expect(await status(page).textContent()).toMatch(/^Injected/)
    await chooseExample(page, 'denied')
    expect(await status(page).textContent()).toMatch(/^Denied/)
  } finally {
    close()
  }
})

test('saves the picture as a self-contained file', async () => {
  const { page } = await open()
  await chooseExample(page, 'probes')
  await openTab(page, 'Picture')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as SVG' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^[a-z0-9-]+\.svg$/)
  const file = await readFile(await download.path(), 'utf8')
  expect(file).toContain('xmlns="http://www.w3.org/2000/svg"')
  expect(file).not.toMatch(/var\(--|<script|href="http/)
  const root = await page.evaluate(
    `new DOMParser().parseFromString(${JSON.stringify(file)}, 'image/svg+xml').documentElement.localName`,
  )
  expect(root).toBe('svg')
})
