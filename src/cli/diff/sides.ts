import type { ConfigurationOptions } from '../../config/files.ts'
import { settingNames } from '../../config/settings.ts'
import { revisionOf, tagOf } from '../../istio/revisions/configuration.ts'
import { defaultRevision } from '../../istio/revisions/names.ts'
import { ownConfigurations } from '../../istio/revisions/tag-list.ts'
import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import type { DiffFlags } from '../commands/diff.ts'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'
import { configurationOf, type SettingsFlags } from '../settings.ts'
import { type ClusterState, configMapsIn } from './cluster-state.ts'
import type { Twin } from './flags.ts'
import type { Asked, SideOptions } from './injectors.ts'

/** How things are by the flags. Throws CliError. */
export function currentSide(flags: DiffFlags, landscape: ClusterState, io: Io): SideOptions {
  return sideOf(given(flags, landscape, io), landscape, flags)
}

/** How things would be. Throws CliError, for a tag or revision that isn't there as well. */
export function otherSide(flags: DiffFlags, landscape: ClusterState, io: Io): SideOptions {
  const other = given(otherFlags(flags), landscape, io)
  if (flags.toTag === undefined) return sideOf(other, landscape, flags)
  checkTag(flags.toTag, landscape)
  // The tag says which revision, and so do not the settings of today.
  const own = given(onlyOther(flags), landscape, io)
  const fixed = namesSources(own) ? own : undefined
  return { fixed, over: { ...own.settings, revision: undefined }, asked: asked(flags.toTag, flags), path: flags.path }
}

function sideOf(configuration: ConfigurationOptions, landscape: ClusterState, flags: DiffFlags): SideOptions {
  const { path } = flags
  const { revision, ...over } = configuration.settings
  if (landscape.configurations.length === 0 || namesSources(configuration)) {
    return { fixed: configuration, over: {}, path }
  }
  if (revision === undefined) return { over, path }
  checkRevision(revision, landscape)
  return { over, asked: asked(revision || defaultRevision, flags), path }
}

/** A namespace that is named moves; without a name, those that ask for injection do. */
function asked(name: string, { namespace }: DiffFlags): Asked {
  return { name, everywhere: namespace !== undefined }
}

/** Whether settings say by what documents to inject; else the cluster does. */
function namesSources({ settings, settingsFile }: ConfigurationOptions): boolean {
  const { config, values, mesh, fromCluster } = settings
  return settingsFile !== undefined || [config, values, mesh, fromCluster].some((one) => one !== undefined)
}

function given(flags: SettingsFlags, { source }: ClusterState, io: Io): ConfigurationOptions {
  const options = configurationOf(flags, io)
  // Manifests stand for the cluster; what they lack, a cluster may have if the settings name it.
  return {
    ...options,
    configMaps: async () => configMapsIn(source, source.connection === undefined ? options.configMaps : undefined),
  }
}

/** The flags with each that has a twin replaced by it; `--to-set` comes after `--set`. */
function otherFlags(flags: DiffFlags): SettingsFlags {
  const other = onlyOther(flags)
  // Another file of settings stands for all of them.
  if (flags.toSettings !== undefined) return other
  const set = [...(flags.set ?? []), ...(flags.toSet ?? [])]
  return { ...flags, ...other, ...(set.length > 0 && { set }) }
}

/** The twins alone, as the flags that they are twins of. */
function onlyOther(flags: DiffFlags): SettingsFlags {
  const { kubeconfig, context, toSettings } = flags
  const entries = settingNames.flatMap((key) => {
    const value = flags[twinOf(key)]
    return value === undefined ? [] : [[key, value] as const]
  })
  return {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(toSettings !== undefined && { settings: toSettings }),
    ...Object.fromEntries(entries),
  }
}

function twinOf<K extends string>(key: K): Twin<K> {
  // What Capitalize says of types: the compiler doesn't see it in values.
  return `to${key.charAt(0).toUpperCase()}${key.slice(1)}` as Twin<K>
}

function checkTag(tag: string, { configurations, source }: ClusterState): void {
  const tags = configurations.flatMap((configuration) => tagOf(configuration) ?? [])
  if (tags.includes(tag)) return
  if (configurations.length === 0) {
    throw new CliError(
      `--to-tag ${tag}: ${source.description} has no MutatingWebhookConfiguration of an injector, which would say what the tag points to: add it, or use --to-revision`,
    )
  }
  const revision = ownConfigurations(configurations).some((configuration) => revisionOf(configuration) === tag)
  throw new CliError(
    revision
      ? `--to-tag ${tag}: that is a revision, not a tag: use --to-revision ${tag}`
      : `--to-tag ${tag}: there is no such tag in ${source.description}: ${knownNames(tag, tags)}`,
  )
}

function checkRevision(revision: string, { configurations, source }: ClusterState): void {
  const wanted = revision || defaultRevision
  const revisions = [...new Set(ownConfigurations(configurations).flatMap((one) => revisionOf(one) ?? []))]
  if (revisions.includes(wanted)) return
  const tagged = configurations.some((configuration) => tagOf(configuration) === wanted)
  throw new CliError(
    tagged
      ? `revision ${quote(wanted)}: that is a tag: use --to-tag ${wanted}`
      : `there is no revision ${quote(wanted)} in ${source.description}: ${knownNames(wanted, revisions)}`,
  )
}
