import { expect, test } from 'vitest'
import { answererOf } from '../../src/cli/serve/answering.ts'
import { warmUp } from '../../src/cli/serve/warm-up.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import { noFacts } from '../../src/injection/model/facts.ts'

test('pods that nobody sent are injected before the first real one comes', () => {
  const answer = answererOf(loadSnapshot({}).snapshot, () => noFacts)
  const results = new Set<string>()
  warmUp((document, path) => {
    const answered = answer(document, path)
    results.add('decision' in answered ? answered.decision.result : answered.fault)
    return answered
  }, 20)
  expect([...results]).toEqual(['injected'])
})

test('a configuration that fails on them keeps nobody from starting', () => {
  let asked = 0
  const fail = () => {
    asked++
    throw new Error('no template')
  }
  expect(() => warmUp(fail)).not.toThrow()
  expect(asked).toBe(1)
})
