import { changesBetween } from '../explain/compare/changes.ts'
import { describeChange, kindOf } from '../explain/compare/words.ts'
import { summaryOf } from '../explain/story/story.ts'
import { judge, type Verdict, type World } from '../explain/story/world.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import type { JsonObject } from '../lang/json.ts'
import { writeYaml } from '../lang/yaml/write.ts'
import { decisionOf } from './decision.ts'
import { diffOf } from './diff.ts'
import type { Comparison } from './types.ts'

/**
 * What a second configuration changes for a pod: by the injector's own answer, whoever is called, since an upgrade also moves the
 * labels that have it called. Undefined snapshot: the second configuration can't be used.
 */
export function compareSubject(world: World, verdict: Verdict, other: Snapshot | undefined, path: string): Comparison {
  if (other === undefined) return { changes: [], diff: [] }
  const world2: World = { ...world, snapshot: other, path: path === '' ? undefined : path }
  const verdict2 = judge(world2)
  const [before, after] = [answerOf(verdict), answerOf(verdict2)]
  return {
    decision: decisionOf(verdict2, summaryOf(verdict2, null, world2), other.hash),
    changes: changesBetween(before, after).map((change) => ({
      kind: kindOf(change),
      text: describeChange(change),
      ...change,
    })),
    diff: diffOf(before, writeYaml(after)),
  }
}

function answerOf({ pod, decision }: Verdict): JsonObject {
  return decision.injection?.pod ?? pod
}
