import { planTagGenerate } from '../../istio/revisions/tags.ts'
import { objectsOf } from '../cluster/open.ts'
import type { GenerateFlags } from '../commands/tag.ts'
import { type ExitCode, exit } from '../exit.ts'
import type { Io } from '../io.ts'
import { printData } from '../output.ts'
import { checked, requestOf, tagObjectsOf } from './target.ts'
import { sayRemarks } from './words.ts'

/** `outrigger tag generate`: what `set` would apply for the tag itself; overlaps and notes go to the error output. */
export async function generateTag(tag: string, flags: GenerateFlags, io: Io): Promise<ExitCode> {
  const request = requestOf(tag, flags)
  const source = await objectsOf(flags, io)
  const plan = checked(planTagGenerate(await tagObjectsOf(source, request), request), source)
  for (const step of plan.steps) {
    if (step.action !== 'delete') printData(io, flags.output, step.object)
  }
  sayRemarks(plan, io)
  return exit.success
}
