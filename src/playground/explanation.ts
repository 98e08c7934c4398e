import { remedyTitle, storySections } from '../explain/story/describe.ts'
import type { StoryLine, StorySection } from '../explain/story/lines.ts'
import { placeText, type RemedyLine } from '../explain/story/remedy-lines.ts'
import type { Story } from '../explain/story/story.ts'
import type { ExplainItem, ExplainSection, Explanation, RemedyLineView } from './types.ts'

/** An explanation, as displayed on the page. */
export function explanationOf(story: Story): Explanation {
  const about: readonly StoryLine[] = [
    ...story.assumed.map((text): StoryLine => ({ text: `Assumed: ${text}.`, tone: 'note' })),
    ...story.notes.map((text): StoryLine => ({ text: `Note: ${text}.`, tone: 'note' })),
  ]
  const sections = [...(about.length === 0 ? [] : [{ title: 'Notes', items: about }]), ...storySections(story)]
  return {
    sections: sections.map(sectionOf),
    remedyTitle: remedyTitle(story),
    remedies: story.changes.map(({ text, injected, lines }) => ({ text, injected, lines: lines.map(remedyLine) })),
  }
}

/** Inner lines become details of the line before. */
function sectionOf({ title, items }: StorySection): ExplainSection {
  const lines: ExplainItem[] = []
  for (const { text, details = [], form, tone = 'plain' } of items) {
    const last = lines.at(-1)
    if (form !== 'inner' || last === undefined) lines.push({ text, details, tone })
    else lines[lines.length - 1] = { ...last, details: [...last.details, [text, ...details].join('; ')] }
  }
  return { title, items: lines }
}

function remedyLine({ file: _, ...line }: RemedyLine): RemedyLineView {
  const isYaml = line.form === 'yaml'
  return {
    form: line.form,
    line: line.line,
    where: isYaml ? placeText(line) : '',
    remove: isYaml && line.value === null,
  }
}
