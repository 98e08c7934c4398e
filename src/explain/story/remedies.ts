import type { Edit } from './edits.ts'
import { withEdits } from './edits.ts'
import { keepOut, type Option, optionsFor } from './options.ts'
import { judge, type Verdict, type World } from './world.ts'

/** What would change what becomes of a pod: each was tried on the world, and asked again. */
export interface Plan {
  readonly texts: readonly string[]
  readonly edits: readonly Edit[]
  readonly injected: boolean
}

interface State {
  readonly world: World
  readonly verdict: Verdict
  readonly taken: readonly Option[]
}

// As many steps as anyone would follow, and few enough to be asked in no time.
const mostSteps = 24
const mostAsked = 200
const mostPlans = 3

/**
 * The ways to get a pod injected, or, where it is, to keep it out: the fewest steps first, the most likely first among those.
 * None where nothing helps that is known.
 */
export function plansFor(world: World, verdict: Verdict): readonly Plan[] {
  return verdict.injected ? plansToKeepOut(world) : plansToInject(world, verdict)
}

function plansToKeepOut(world: World): readonly Plan[] {
  const { injected } = judge(withEdits(world, keepOut.edits))
  return injected ? [] : [{ texts: [keepOut.text], edits: keepOut.edits, injected }]
}

function plansToInject(world: World, verdict: Verdict): readonly Plan[] {
  let states: readonly State[] = [{ world, verdict, taken: [] }]
  let asked = 0
  for (let step = 0; step < mostSteps && states.length > 0 && asked < mostAsked; step++) {
    const next = states.flatMap((state) => optionsFor(state.world, state.verdict).map((option) => taken(state, option)))
    asked += next.length
    const found = next.filter((state) => isSettled(state.verdict))
    if (found.length > 0) return distinct(found.map(planOf)).slice(0, mostPlans)
    states = next
  }
  return []
}

function taken({ world, taken: before }: State, option: Option): State {
  const changed = withEdits(world, option.edits)
  return { world: changed, verdict: judge(changed), taken: [...before, option] }
}

/** Injected, and by one injector. */
function isSettled({ injected, injectors }: Verdict): boolean {
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
