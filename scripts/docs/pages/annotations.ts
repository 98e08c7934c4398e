import { type Annotation, annotations } from '../../../src/istio/annotations/registry.ts'

const introduction = `What a pod (or a namespace, where it says so) can say to Outrigger. The names are Istio's, and so are the meanings.

Before anything is rendered, all annotations of a pod are checked, and all that is wrong is answered together, as
\`invalid value 'V' for annotation 'NAME': WHY\`. No value can add anything that its setting doesn't own: one that
reaches a template is quoted there, and has no line breaks or other control characters where text on one line is asked for.

The annotation policy of the configuration (\`annotationPolicy\`) can forbid or flag any of them.
`

/** docs/annotations.md below its title: every annotation, topic by topic. */
export function annotationsPage(): string {
  const topics = [...new Set(annotations.map(({ topic }) => topic))]
  const sections = topics.map((topic) =>
    section(
      topic,
      annotations.filter((annotation) => annotation.topic === topic),
    ),
  )
  return [introduction, ...sections].join('\n')
}

function section(topic: string, entries: readonly Annotation[]): string {
  return `## ${topic}\n\n${entries.map(entry).join('\n')}`
}

function entry({ name, target, meaning, values, byDefault, example, deprecated }: Annotation): string {
  const facts = [
    `Value: ${values}.`,
    byDefault === undefined ? undefined : `Without it: ${byDefault}.`,
    example === undefined ? undefined : `Example: \`${example}\`.`,
    target === 'Pod' ? undefined : `On: ${target}.`,
    deprecated === undefined ? undefined : `Deprecated: ${deprecated}.`,
  ].filter((fact) => fact !== undefined)
  return `### \`${name}\`\n\n${meaning}\n\n${facts.map((fact) => `- ${fact}\n`).join('')}`
}
