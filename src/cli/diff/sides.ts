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
import { type ClusterState, configObjectsIn } from './cluster-state.ts'
import type { Twin } from './flags.ts'
import type { Asked, SideOptions } from './injectors.ts'

/** The current side, by the flags. Throws CliError. */
export function currentSide(flags: DiffFlags, cluster: ClusterState, io: Io): SideOptions {
  return sideOf(given(flags, cluster, io), cluster, flags)
}

/** The other side. Throws CliError, also for an unknown tag or revision. */
export function otherSide(flags: DiffFlags, cluster: ClusterState, io: Io): SideOptions {
  const other = given(otherFlags(flags), cluster, io)
  if (flags.toTag === undefined) return sideOf(other, cluster, flags)
  checkTag(flags.toTag, cluster)
  // The tag determines the revision, not the current settings.
  const own = given(onlyOther(flags), cluster, io)
  const fixed = namesSources(own) ? own : undefined
  return { fixed, over: { ...own.settings, revision: undefined }, asked: asked(flags.toTag, flags), path: flags.path }
}

function sideOf(configuration: ConfigurationOptions, cluster: ClusterState, flags: DiffFlags): SideOptions {
  const { path } = flags
  const { revision, ...over } = configuration.settings
  if (cluster.configurations.length === 0 || namesSources(configuration)) {
    return { fixed: configuration, over: {}, path }
  }
  if (revision === undefined) return { over, path }
  checkRevision(revision, cluster)
  return { over, asked: asked(revision || defaultRevision, flags), path }
}

/** Moves the given namespace; without one, all namespaces with injection labels. */
function asked(name: string, { namespace }: DiffFlags): Asked {
  return { name, everywhere: namespace !== undefined }
}

/** Whether the settings set the configuration; else it comes from the cluster. */
function namesSources({ settings, settingsFile }: ConfigurationOptions): boolean {
  const { config, values, mesh, fromCluster } = settings
  return settingsFile !== undefined || [config, values, mesh, fromCluster].some((one) => one !== undefined)
}

function given(flags: SettingsFlags, { source }: ClusterState, io: Io): ConfigurationOptions {
  const options = configurationOf(flags, io)
  // Manifests replace the cluster; ConfigMaps they lack are read from a cluster if the settings name one.
  return {
    ...options,
    configObjects: async () =>
      configObjectsIn(source, source.connection === undefined ? options.configObjects : undefined),
  }
}

/** The flags, overridden by their twins; `--to-set` is appended to `--set`. */
function otherFlags(flags: DiffFlags): SettingsFlags {
  const other = onlyOther(flags)
  // Another settings file replaces all of them.
  if (flags.toSettings !== undefined) return other
  const set = [...(flags.set ?? []), ...(flags.toSet ?? [])]
  return { ...flags, ...other, ...(set.length > 0 && { set }) }
}

/** The twins only, by the names of the original flags. */
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
  // The same as the type Capitalize; the compiler can't infer it for values.
  return `to${key.charAt(0).toUpperCase()}${key.slice(1)}` as Twin<K>
}

function checkTag(tag: string, { configurations, source }: ClusterState): void {
  const tags = configurations.flatMap((configuration) => tagOf(configuration) ?? [])
  if (tags.includes(tag)) return
  if (configurations.length === 0) {
    throw new CliError(
      `--to-tag ${tag}: ${source.description} has no MutatingWebhookConfiguration of an injector, so the revision of the tag is unknown: add it, or use --to-revision`,
    )
  }
  const revision = ownConfigurations(configurations).some((configuration) => revisionOf(configuration) === tag)
  throw new CliError(
    revision
      ? `--to-tag ${tag} is a revision, not a tag: use --to-revision ${tag}`
      : `--to-tag ${tag}: tag not found in ${source.description}: ${knownNames(tag, tags)}`,
  )
}

function checkRevision(revision: string, { configurations, source }: ClusterState): void {
  const wanted = revision || defaultRevision
  const revisions = [...new Set(ownConfigurations(configurations).flatMap((one) => revisionOf(one) ?? []))]
  if (revisions.includes(wanted)) return
  const tagged = configurations.some((configuration) => tagOf(configuration) === wanted)
  throw new CliError(
    tagged
      ? `revision ${quote(wanted)} is a tag: use --to-tag ${wanted}`
      : `revision ${quote(wanted)} not found in ${source.description}: ${knownNames(wanted, revisions)}`,
  )
}
