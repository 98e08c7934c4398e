import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { placeText } from '../../../src/explain/story/remedy-lines.ts'
import type { Remedy, Story } from '../../../src/explain/story/story.ts'
import { examples } from '../../../src/injection/decide/examples.ts'
import { reasonsPage } from '../../../src/injection/decide/page.ts'
import { type Reason, reasons } from '../../../src/injection/model/reasons.ts'
import { only, save, scene, write } from './support.ts'

const all = Object.keys(reasons) as Reason[]

function filesOf(reason: Reason): Record<string, string> {
  const { input, config } = examples[reason]
  return { 'web.yaml': input, ...(config !== undefined && { 'config.yaml': config }) }
}

const line = (files: object) => `web.yaml${'config.yaml' in files ? ' --config config.yaml' : ''}`

async function storyOf(reason: Reason): Promise<Story> {
  const files = filesOf(reason)
  return only(scene(files).ask(line(files)))
}

describe('why was this pod skipped, denied or injected', () => {
  test.each(all)('%s: the example gives it, and the line that is told changes it', async (reason) => {
    const files = filesOf(reason)
    const { cwd, ask, run } = scene(files)
    const story = await only(ask(line(files)))
    const { result } = reasons[reason]
    expect([story.decision.reason, story.decision.result]).toEqual([reason, result])
    expect(story.injected).toBe(result === 'injected')
    const { stdout } = await run(line(files))
    expect(stdout).toContain(`${result} (${reason}): `)

    const [remedy] = story.changes
    if (remedy === undefined) throw new Error('nothing would change it')
    for (const { line: told } of remedy.lines) expect(stdout).toContain(told)
    expect(remedy.lines.length).toBeGreaterThan(0)
    // Nothing makes a pod of a Deployment: only the webhook can be mended.
    if (reason === 'not-a-pod') {
      expect(remedy.injected).toBe(false)
      return
    }
    expect(remedy.injected).toBe(!story.injected)
    const changed = write(remedy, files)
    save(cwd, changed)
    expect((await only(ask(line(changed)))).injected).toBe(remedy.injected)
  })
})

test('docs/reasons.md is what the table and the command say (REFRESH_GOLDEN=1 rewrites it)', async () => {
  const page = new URL('../../../docs/reasons.md', import.meta.url)
  const entries = await Promise.all(all.map(async (reason) => [reason, changeOf(await storyOf(reason))] as const))
  const text = reasonsPage(Object.fromEntries(entries) as Record<Reason, string>)
  if ((process.env['REFRESH_GOLDEN'] ?? '') !== '') writeFileSync(page, text)
  expect(readFileSync(page, 'utf8')).toBe(text)
})

function changeOf({ changes }: Story): string {
  return changes
    .map(({ text, lines }, index) => {
      const sentence = `${index === 0 ? 'To change it' : 'And'}: ${text}.`
      return [sentence, ...lines.map(lineText)].join('\n\n')
    })
    .join('\n\n')
}

function lineText(told: Remedy['lines'][number]): string {
  if (told.form === 'shell') return `\`\`\`sh\n${told.line}\n\`\`\``
  const { file: _file, ...bare } = told
  const place = placeText(bare)
  return `${place}${told.value === null ? ', remove' : ''}:\n\n\`\`\`yaml\n${told.line}\n\`\`\``
}
