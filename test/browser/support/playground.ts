import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterEach, beforeAll, expect } from 'vitest'
import { browser } from './browser.ts'
import { site } from './site.ts'

/** A page of the playground, with its errors and requests. */
export interface Playground {
  readonly page: Page
  readonly context: BrowserContext
  readonly origin: string
  /** Script errors, console errors, and violations of the Content-Security-Policy. */
  readonly errors: readonly string[]
  /** The URLs requested by the page and its worker. */
  readonly requests: readonly string[]
}

export interface Opening extends BrowserContextOptions {
  /** Appended to the URL of the site. */
  readonly path?: string
  /** The URL of another site than the one `outrigger playground` serves. */
  readonly site?: string
}

/** Opens playgrounds for the tests of a file. Closes them after each test, and fails if one had errors or requested another host. */
export function playgrounds(): (opening?: Opening) => Promise<Playground> {
  let url = ''
  let opened: Playground[] = []
  beforeAll(async () => {
    url = await site()
  })
  afterEach(async () => {
    const closing = opened
    opened = []
    await Promise.all(closing.map(({ context }) => context.close()))
    expect(closing.flatMap(({ errors }) => errors)).toEqual([])
    const foreign = closing.flatMap(({ origin, requests }) => requests.filter((request) => !isLocal(request, origin)))
    expect(foreign).toEqual([])
  })
  return async ({ path = '', site: from = url, ...options } = {}) => {
    const context = await (await browser()).newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    })
    context.setDefaultTimeout(8_000)
    const page = await context.newPage()
    const playground = { page, context, origin: new URL(from).origin, errors: [] as string[], requests: [] as string[] }
    page.on('pageerror', (error) => playground.errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') playground.errors.push(message.text())
    })
    context.on('request', (request) => playground.requests.push(request.url()))
    opened.push(playground)
    await page.goto(`${from}${path}`)
    await answered(page)
    return playground
  }
}

function isLocal(url: string, origin: string): boolean {
  return url.startsWith(`${origin}/`) || url.startsWith('data:') || url.startsWith(`blob:${origin}/`)
}

/** Waits until the latest input has been evaluated. */
export async function answered(page: Page): Promise<void> {
  await page.locator('#output[aria-busy="false"]').waitFor()
}

/** The text field of an editor: `workload`, `compare.values`. */
export function editorOf(page: Page, name: string): Locator {
  return page.locator(`[data-editor="${name}"] .cm-content`)
}

/** Replaces the content of an editor as a user would: select all, paste. */
export async function paste(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  await editorOf(page, name).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Control+V')
  await answered(page)
}

/** Selects a tab by its name, on a narrow page also one on the hidden side. */
export async function openTab(page: Page, name: string): Promise<void> {
  const tab = page.getByRole('tab', { name: new RegExp(`^${name}\\b`) })
  if (!(await tab.isVisible())) await page.locator('.sides [aria-pressed="false"]').click()
  await tab.click()
}

export async function chooseExample(page: Page, id: string): Promise<void> {
  await page.getByLabel('Example').selectOption(id)
  await answered(page)
}

/** The decision as a sentence. */
export function status(page: Page): Locator {
  return page.locator('.status')
}

/** The name of the focused editor. */
export async function focusedEditor(page: Page): Promise<string> {
  return String(await page.evaluate(`document.activeElement.closest('[data-editor]')?.dataset.editor`))
}
