import { defaultConfig, defaultValues } from '../src/config/defaults.ts'
import { createEvaluate } from '../src/playground/evaluate.ts'
import { writeYaml } from '../src/yaml/write.ts'
import type { Answer, Greeting, Question } from './evaluator.ts'

// It remembers what stays the same between two states, such as a configuration that was read.
const evaluate = createEvaluate()

const greeting: Greeting = { embedded: { values: writeYaml(defaultValues), config: writeYaml(defaultConfig) } }
self.postMessage(greeting)

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  self.postMessage(answer(data))
})

function answer({ id, state }: Question): Answer {
  const start = performance.now()
  try {
    const evaluation = evaluate(state)
    return { id, evaluation, took: performance.now() - start }
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error), took: performance.now() - start }
  }
}
