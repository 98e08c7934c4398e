import { assume } from '../../explain/story/cluster-state.ts'
import { objectTitle } from '../../explain/story/edits.ts'
import { fileOf } from '../../explain/story/remedy-lines.ts'
import { type InjectionScenario, labelsOfNamespace, podOf } from '../../explain/story/scenario.ts'
import { createStory, type Story, storyData } from '../../explain/story/story.ts'
import type { Subject } from '../../explain/story/subjects.ts'
import { stringsAt } from '../../kubernetes/objects.ts'
import { manifestSource, readManifests } from '../cluster/manifests.ts'
import { objectsOf } from '../cluster/open.ts'
import type { ObjectSource } from '../cluster/source.ts'
import type { ExplainFlags } from '../commands/explain.ts'
import { type ExitCode, exit } from '../exit.ts'
import { hasColour, type Io, printable } from '../io.ts'
import { printData } from '../output.ts'
import { configurationOf } from '../settings.ts'
import { type FileContents, readFile, subjectOf, subjectsOf } from './subjects.ts'
import { createConfigurations, readSurroundings } from './surroundings.ts'
import { readTarget } from './target.ts'
import { storyText } from './text.ts'

/** `outrigger explain`. Exits with 1 if a pod is not injected. */
export async function explainTarget(text: string, flags: ExplainFlags, io: Io): Promise<ExitCode> {
  const asked = await readAsked(text, flags, io)
  const stories = await storiesOf(asked, flags, io)
  if (flags.output === 'text') {
    const colour = hasColour(io.stdout, io.env)
    io.stdout.write(stories.map((story) => storyText(story, colour)).join('\n'))
  } else printData(io, flags.output, stories.map(storyData))
  return stories.every(({ injected }) => injected) ? exit.success : exit.found
}

/** The pods to explain, and the cluster state they depend on. */
interface Asked {
  readonly subjects: readonly Subject[]
  readonly source: ObjectSource
  readonly contents: FileContents | undefined
}

async function readAsked(text: string, flags: ExplainFlags, io: Io): Promise<Asked> {
  const target = readTarget(text, io)
  if (target.kind === 'object') {
    const source = await objectsOf(flags, io)
    return { subjects: [await subjectOf(target, source)], source, contents: undefined }
  }
  const contents = await readFile(target.file, flags.recursive === true, io)
  const source = await aroundFile(contents, target.file, flags, io)
  return { subjects: subjectsOf(contents, target.file, flags.namespace ?? source.namespace), source, contents }
}

/** The cluster state for a file: the cluster that flags name, else the file itself and the manifests of `-f`. */
async function aroundFile({ objects }: FileContents, file: string, flags: ExplainFlags, io: Io): Promise<ObjectSource> {
  const { filename = [], recursive = false, kubeconfig, context } = flags
  const namesCluster = [kubeconfig, context, flags['fromCluster']].some((flag) => flag !== undefined)
  if (namesCluster && filename.length === 0) return objectsOf(flags, io)
  const others = await readManifests(filename, recursive, io)
  return manifestSource([...objects, ...others], [file, ...filename])
}

async function storiesOf(
  { subjects, source, contents }: Asked,
  flags: ExplainFlags,
  io: Io,
): Promise<readonly Story[]> {
  const { surroundings, notes } = await readSurroundings(source)
  for (const note of notes) io.stderr.write(printable(`note: ${note}\n`))
  const configurations = createConfigurations(configurationOf(flags, io), source, surroundings)
  const stories: Story[] = []
  for (const subject of subjects) {
    const { place, namespace, review } = subject
    const known = { name: namespace, labels: surroundings.namespaces.get(namespace) ?? {} }
    const asked = {
      namespace: known,
      labels: stringsAt(podOf({ place }), 'metadata', 'labels'),
      ...(review !== undefined && { request: review.asked }),
    }
    const inUse = await configurations.for(asked)
    const { snapshot } = inUse.loaded
    const { notes: assumptions, ...assumed } = assume(surroundings, asked, snapshot)
    const { facts } = surroundings
    const scenario: InjectionScenario = { ...assumed, place, namespace, snapshot, facts, path: flags.path, review }
    const places = {
      subject,
      title: objectTitle(scenario),
      namespaceLabels: labelsOfNamespace(scenario),
      namespaceFile: contents && fileOf(contents.documents, 'Namespace', namespace),
      configuration: inUse.loaded.sources.config,
      connection: flags,
    }
    stories.push(createStory(scenario, places, inUse, assumptions))
  }
  return stories
}
