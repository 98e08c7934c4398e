import { expect, test } from 'vitest'
import { hugePods, hugeReview } from './huge-pods.ts'
import { answering, reviewCost } from './support.ts'

const answer = answering()

test.each(Object.keys(hugePods))('others do not wait a second for a pod of: %s', async (shape) => {
  expect(await reviewCost(answer, hugeReview(shape), 1000)).toBeLessThan(1000)
})
