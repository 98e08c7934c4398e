import { defaultConfig, defaultValues } from '../src/config/defaults.ts'
import { writeYaml } from '../src/lang/yaml/write.ts'
import { nameHints } from '../src/playground/completions.ts'
import { createEvaluate } from '../src/playground/evaluate.ts'
import { examples } from '../src/playground/examples.ts'
import type { Answer, Hello, Question } from './evaluator.ts'
import { idleWork } from './idle-work.ts'

// It caches what stays the same between two states, such as a loaded configuration.
const evaluate = createEvaluate()

/**
 * Idle work: send the names for completion, and evaluate the examples until they are fast. The first pod is injected several times
 * slower than the tenth, since the engine compiles hot code.
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
