import { defaultConfig, defaultValues } from '../src/config/defaults.ts'
import { writeYaml } from '../src/lang/yaml/write.ts'
import { nameHints } from '../src/playground/completions.ts'
import { createEvaluate } from '../src/playground/evaluate.ts'
import { examples } from '../src/playground/examples.ts'
import type { Answer, Hello, Question } from './evaluator.ts'
import { idleWork } from './idle-work.ts'

// It remembers what stays the same between two states, such as a configuration that was read.
const evaluate = createEvaluate()

/**
 * What is left for when nobody asks: to tell what can be offered, and to go through the examples until they are quick. The first pod is
 * injected several times as slowly as the tenth, since an engine compiles what runs often.
 */
const atRest = idleWork([
  hello,
  ...Array.from({ length: 3 }).flatMap(() =>
    examples.map(
      ({ state }) =>
        () =>
          evaluate(state),
    ),
  ),
])

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  self.postMessage(answer(data))
  atRest()
})

function hello(): void {
  const greeting: Hello = {
    embedded: { values: writeYaml(defaultValues), config: writeYaml(defaultConfig) },
    names: nameHints(),
  }
  self.postMessage(greeting)
}

function answer({ id, state }: Question): Answer {
  const start = performance.now()
  try {
    const evaluation = evaluate(state)
    return { id, evaluation, took: performance.now() - start }
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error), took: performance.now() - start }
  }
}
