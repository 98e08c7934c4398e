import { describe, expect, test } from 'vitest'
import { examples } from '../../../src/injection/decide/examples.ts'
import { type Reason, reasons } from '../../../src/injection/model/reasons.ts'
import { only, save, scene, write } from './support.ts'

const all = Object.keys(reasons) as Reason[]

function filesOf(reason: Reason): Record<string, string> {
  const { input, config } = examples[reason]
  return { 'web.yaml': input, ...(config !== undefined && { 'config.yaml': config }) }
}

const line = (files: object) => `web.yaml${'config.yaml' in files ? ' --config config.yaml' : ''}`

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
    // Nothing makes a pod of a Deployment: only the webhook can be fixed.
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
