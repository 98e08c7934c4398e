/* The exports of `outrigger/testing`; the matchers are in `outrigger/testing/vitest`. */

export { comparePods, type Difference, formatDifferences } from '../explain/compare/pods.ts'
export type { Json, JsonObject } from '../lang/json.ts'
export { loadScenarios, type ScenarioOptions, type ScenarioTest } from './check-scenario.ts'
export { loadReview, type ReviewForOptions, reviewFor } from './reviews.ts'
