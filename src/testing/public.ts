/* What the package offers as `outrigger/testing`; the matchers are `outrigger/testing/vitest`. */
export type { Json, JsonObject } from '../json.ts'
export { loadScenarios, type ScenarioOptions, type ScenarioTest } from './check-scenario.ts'
export { comparePods, type Difference, formatDifferences } from './compare.ts'
export { loadReview, type ReviewForOptions, reviewFor } from './reviews.ts'
