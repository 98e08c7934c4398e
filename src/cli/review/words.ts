import type { Provenance } from '../../explain/provenance/types.ts'
import { provenanceSections } from '../../explain/story/sections.ts'
import { reasons } from '../../injection/model/reasons.ts'
import type { Answer } from '../../webhook/admission/answer.ts'
import { sectionLines, wrap } from '../explain/lines.ts'

/** What an answer says, in words: what was decided and why, and what each thing that the patch brings is due to. */
export function explain({ decision, injection, facts }: Answer, provenance: Provenance | undefined): string {
  const subject = [facts.namespace, facts.pod || '(a pod without a name)'].filter(Boolean).join('/')
  const entry = (name: string, text: string) => wrap(`${name.padEnd(9)} ${text}`.trimEnd(), 0, 10)
  const lines = [
    ...entry('Pod', `${subject}${facts.owner === '' ? '' : `, of ${facts.owner}`}`),
    ...entry('Result', `${decision.result} (${decision.reason})`),
    ...decision.message.split('\n').flatMap((line, index) => entry(index === 0 ? 'Because' : '', line)),
    ...entry('Otherwise', reasons[decision.reason].change),
    ...(decision.result === 'injected' ? entry('Templates', decision.templates.join(', ')) : []),
    ...entry('Revision', facts.revision),
    ...(injection?.warnings ?? []).flatMap(({ text }) => entry('Warning', text)),
    ...entry('Outcome', outcomes[decision.result](injection?.patch.length ?? 0, facts.patchBytes)),
    ...(provenance === undefined || decision.result !== 'injected'
      ? []
      : provenanceSections(provenance).flatMap(sectionLines)),
  ]
  return `${lines.join('\n')}\n`
}

const outcomes = {
  denied: () => 'The pod is not created. Mend what is named above.',
  skipped: () => 'The pod is created as it is, without a sidecar.',
  injected: (operations: number, bytes: number) =>
    operations === 0
      ? 'The patch is empty: the pod is as an injection would leave it.'
      : `The patch has ${operations} operation${operations === 1 ? '' : 's'} (${bytes} bytes).`,
} as const
