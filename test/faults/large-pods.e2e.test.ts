import { expect, test } from 'vitest'
import { hugePods, hugeReview } from './huge-pods.ts'
import { answering, reviewCost } from './support.ts'

const answer = answering()

test.each(Object.keys(hugePods))('answers a pod with %s in less than a second', async (shape) => {
  expect(await reviewCost(answer, hugeReview(shape), 1000)).toBeLessThan(1000)
})
