import { expect, test } from 'vitest'
import { evaluate } from '../../src/playground/evaluate.ts'
import { examples } from '../../src/playground/examples.ts'
import { chooseExample, openTab, playgrounds, status } from './support/playground.ts'

const open = playgrounds()

test.for(examples.map(({ id, state }) => ({ id, state })))(
  'example $id shows the same decision as in Node',
  async ({ id, state }) => {
    const { page } = await open()
    await chooseExample(page, id)
    const { problems, subjects } = evaluate(state)
    const [subject] = subjects
    const decision = subject?.decision
    expect((await status(page).textContent())?.toLowerCase()).toBe(decision?.summary.toLowerCase())
    expect(await page.locator('.problems li').count()).toBe(problems.length)
    const added = subject?.result.lines.filter((line) => line.added) ?? []
    expect((await page.locator('.view-result .line-added').count()) > 0).toBe(added.length > 0)
    await openTab(page, 'Explain')
    for (const { title } of subject?.explain.sections ?? [])
      await page.getByRole('heading', { name: title, exact: true }).waitFor()
    await openTab(page, 'Picture')
    await page.locator('.picture svg').waitFor()
    await openTab(page, 'Patch')
    expect((await page.locator('#panel-out-patch .cm-content').textContent()) === '[]').toBe(subject?.patch === '[]')
  },
)
