import { styleText } from 'node:util'
import { remedyTitle, storySections } from '../../explain/story/describe.ts'
import { placeText, type RemedyLine } from '../../explain/story/remedy-lines.ts'
import type { Remedy, Story } from '../../explain/story/story.ts'
import { printable } from '../io.ts'
import { sectionLines, wrap } from './lines.ts'

/** A story for people, in lines of 80 columns but for those that are to be copied. */
export function storyText(story: Story, colour: boolean): string {
  const { injected, changes } = story
  const lines = [
    ...wrap(heading(story), 0, 2),
    ...wrap(capital(story.summary), 0, 2),
    ...story.assumed.flatMap((text) => wrap(`Assumed: ${text}.`, 0, 2)),
    ...story.notes.flatMap((text) => wrap(`Note: ${text}.`, 0, 2)),
    ...storySections(story).flatMap(sectionLines),
    ...(changes.length === 0 ? [] : ['', remedyTitle(story), ...changes.flatMap(remedyLines)]),
  ]
  const text = printable(`${lines.join('\n')}\n`)
  return colour ? coloured(text, injected) : text
}

/** `Deployment shop/web (web.yaml:3)`, `Pod shop/web-1, of Deployment web (the cluster)`. */
function heading({ pod, running }: Story): string {
  const [kind = '', name = ''] = pod.workload.split('/')
  const title = `${kind} ${pod.namespace}/${name || '(no name)'}`
  const isOwned = running !== null && kind !== 'Pod'
  return `${isOwned ? `Pod ${pod.namespace}/${pod.name}, of ${kind} ${name}` : title} (${pod.source})`
}

function remedyLines({ text, lines }: Remedy, index: number): readonly string[] {
  const head = wrap(`${index === 0 ? '' : 'or '}${text}`, 2)
  return [...head, ...lines.flatMap((line) => lineLines(line))]
}

/** What is to be copied stays in one line. */
function lineLines(line: RemedyLine): readonly string[] {
  if (line.form === 'shell') return [`    $ ${line.line}`]
  const removed = line.value === null
  return [...wrap(`${placeText(line)}${removed ? ', remove' : ''}:`, 4, 6), `      ${line.line}`]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The answer in its colour, headings in bold. */
function coloured(text: string, injected: boolean): string {
  return text
    .split('\n')
    .map((line, index, lines) => {
      if (index === 0) return styleText('bold', line, { validateStream: false })
      if (index === 1) return styleText(injected ? 'green' : 'red', line, { validateStream: false })
      if (line !== '' && lines[index - 1] === '') return styleText('bold', line, { validateStream: false })
      return line
    })
    .join('\n')
}
