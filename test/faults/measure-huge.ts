import { createInjector } from '../../src/injector.ts'
import { hugePods, hugeReview } from './huge-pods.ts'
const injector = createInjector({})
const only = process.argv[2]
for (const shape of Object.keys(hugePods)) {
  if (only !== undefined && !shape.includes(only)) continue
  const text = hugeReview(shape)
  const started = performance.now()
  let what = ''
  let parsed = 0
  let out = 0
  try {
    const document = JSON.parse(text)
    parsed = performance.now() - started
    const answer = injector.review(document, {}) as any
    out = JSON.stringify(answer).length
    what = `${answer.response?.auditAnnotations?.reason} ${answer.response?.status?.message?.slice(0, 80) ?? ''}`
  } catch (error) { what = `THROWN ${String(error).slice(0, 100)}` }
  const ms = performance.now() - started
  console.log(`${ms > 1000 ? '!!' : '  '} ${ms.toFixed(0).padStart(6)} ms (parse ${parsed.toFixed(0)}) ${(text.length / 1048576).toFixed(2)} MiB  out ${(out / 1048576).toFixed(2)}  ${shape}: ${what}`)
}
