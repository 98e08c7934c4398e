import { expect, test } from 'vitest'
import { createLog } from '../../../src/webhook/server/log.ts'

function lines(colours: boolean): { readonly log: ReturnType<typeof createLog>; readonly text: () => string } {
  const written: string[] = []
  const log = createLog({ format: 'text', colours, stream: { write: (line) => void written.push(line) } })
  return { log, text: () => written.join('') }
}

test('the text format has one readable line per entry', () => {
  const { log, text } = lines(false)
  log.info({ pod: 'web-', templates: ['sidecar', 'own'], owner: '', dryRun: false, milliseconds: 0.5 }, 'review')
  expect(text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}review pod=web- templates=sidecar,own milliseconds=0\.5\n$/)
})

test('names from outside cannot inject colours or new lines', () => {
  const { log, text } = lines(false)
  log.warn({ pod: 'a\n12:00:00.000 error fake', namespace: '\u001B[2Jx', owner: 'a\u202Eb' }, 'review')
  expect(text().split('\n')).toHaveLength(2)
  for (const character of ['\u001B', '\u202E']) expect(text()).not.toContain(character)
})

test('uses colours if enabled', () => {
  const { log, text } = lines(true)
  log.error({}, 'broken')
  expect(text()).toContain('\u001B[31merror\u001B[0m')
})
