import { expect, test } from 'vitest'
import { hugePods, hugeReview } from './huge-pods.ts'
import { answering, reviewTime } from './support.ts'

const answer = answering()

test.each(Object.keys(hugePods))('others do not wait a second for a pod of: %s', (shape) => {
  expect(reviewTime(answer, hugeReview(shape))).toBeLessThan(1000)
})
