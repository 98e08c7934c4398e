import type { Edit } from './edits.ts'
import { withEdits } from './edits.ts'
import { keepOut, type Option, optionsFor } from './options.ts'
import { evaluateScenario, type InjectionScenario, type ScenarioEvaluation } from './scenario.ts'

/** What would change what becomes of a pod: each was tried on the scenario, and asked again. */
export interface Plan {
  readonly texts: readonly string[]
  readonly edits: readonly Edit[]
  readonly injected: boolean
}

interface State {
  readonly scenario: InjectionScenario
  readonly evaluation: ScenarioEvaluation
  readonly taken: readonly Option[]
}

// As many steps as anyone would follow, and few enough to be asked in no time.
const maxSteps = 24
const maxAsked = 200
const maxPlans = 3

/**
 * The ways to get a pod injected, or, where it is, to keep it out: the fewest steps first, the most likely first among those.
 * None where nothing helps that is known.
 */
export function plansFor(scenario: InjectionScenario, evaluation: ScenarioEvaluation): readonly Plan[] {
  return evaluation.injected ? plansToKeepOut(scenario) : plansToInject(scenario, evaluation)
}

function plansToKeepOut(scenario: InjectionScenario): readonly Plan[] {
  const { injected } = evaluateScenario(withEdits(scenario, keepOut.edits))
  return injected ? [] : [{ texts: [keepOut.text], edits: keepOut.edits, injected }]
}

function plansToInject(scenario: InjectionScenario, evaluation: ScenarioEvaluation): readonly Plan[] {
  let states: readonly State[] = [{ scenario, evaluation, taken: [] }]
  let asked = 0
  for (let step = 0; step < maxSteps && states.length > 0 && asked < maxAsked; step++) {
    const next = states.flatMap((state) =>
      optionsFor(state.scenario, state.evaluation).map((option) => taken(state, option)),
    )
    asked += next.length
    const found = next.filter((state) => isSettled(state.evaluation))
    if (found.length > 0) return distinct(found.map(planOf)).slice(0, maxPlans)
    states = next
  }
  return []
}

function taken({ scenario, taken: before }: State, option: Option): State {
  const changed = withEdits(scenario, option.edits)
  return { scenario: changed, evaluation: evaluateScenario(changed), taken: [...before, option] }
}

/** Injected, and by one injector. */
function isSettled({ injected, injectors }: ScenarioEvaluation): boolean {
  return injected && injectors.length === 1
}

function planOf({ taken }: State): Plan {
  return { texts: taken.map(({ text }) => text), edits: taken.flatMap(({ edits }) => edits), injected: true }
}

/** Of the plans that change the same objects, the first: others differ by how, not by whom they concern. */
function distinct(plans: readonly Plan[]): readonly Plan[] {
  const keyOf = ({ edits }: Plan) => [...new Set(edits.map(({ on }) => on))].sort().join()
  return [...new Map(plans.toReversed().map((plan) => [keyOf(plan), plan])).values()].toReversed()
}
