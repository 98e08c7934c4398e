import { ConfigError, type Reported, reasonAndFix } from '../config/faults.ts'
import { type Loaded, loadSnapshot } from '../config/load.ts'
import { BoundedCache } from '../lang/cache.ts'
import type { ConfigurationEditor, Diagnostic, EditorName, PlaygroundConfiguration } from './types.ts'

/** A configuration from the editors: loaded, unless its problems contain an error. */
export interface ConfigurationReading {
  readonly loaded: Loaded | undefined
  readonly problems: readonly Diagnostic[]
}

export type ReadConfiguration = (configuration: PlaygroundConfiguration, side: '' | 'compare.') => ConfigurationReading

/** Loading takes longer than everything else, so more configurations than those of the examples are cached. */
const bounds = { maxEntries: 8, maxSize: 4_000_000 }

/** Loads configurations, and caches the last ones. */
export function createReadConfiguration(): ReadConfiguration {
  const cache = new BoundedCache<ConfigurationReading>(bounds)
  return (configuration, side) => {
    const key = JSON.stringify([side, configuration])
    const cached = cache.get(key)
    if (cached !== undefined) return cached
    const reading = readConfiguration(configuration, side)
    cache.set(key, reading, key.length)
    return reading
  }
}

function readConfiguration(configuration: PlaygroundConfiguration, side: '' | 'compare.'): ConfigurationReading {
  const { settings } = configuration
  const source = (key: Exclude<ConfigurationEditor, 'settings'>) => {
    const text = configuration[key]
    return text.trim() === '' ? undefined : { name: key, text }
  }
  try {
    const loaded = loadSnapshot({
      config: source('config'),
      values: source('values'),
      mesh: source('mesh'),
      revision: settings.revision,
      ...(settings.nativeSidecars !== '' && { nativeSidecars: settings.nativeSidecars }),
      ...(settings.platform !== '' && { platform: settings.platform }),
      compliancePolicy: settings.compliancePolicy,
    })
    const problems = loaded.warnings.map((warning) => problemOf(warning, 'warning', configuration, side))
    return { loaded, problems }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { loaded: undefined, problems: error.faults.map((fault) => problemOf(fault, 'error', configuration, side)) }
  }
}

function problemOf(
  reported: Reported,
  severity: Diagnostic['severity'],
  configuration: PlaygroundConfiguration,
  side: '' | 'compare.',
): Diagnostic {
  const { document, path, line = 1, column = 1, excerpt } = reported
  const message = [path, reasonAndFix(reported)].filter(Boolean).join(': ')
  // A line of an embedded template isn't in any editor.
  const place = document === 'embedded' ? { line: 1, column: 1 } : { line, column }
  return {
    editor: editorOf(document, configuration, side),
    ...place,
    severity,
    message: document === 'embedded' && excerpt !== undefined ? `${message}\n${excerpt}` : message,
  }
}

const editors = ['values', 'mesh', 'config', 'settings'] as const satisfies readonly ConfigurationEditor[]

/** The editor of a document, whose name may include ConfigMap and key; embedded documents fail because of the values. */
function editorOf(document: string, { values }: PlaygroundConfiguration, side: '' | 'compare.'): EditorName {
  const named = editors.find((editor) => document === editor || document.startsWith(`${editor} (`))
  return `${side}${named ?? (document === 'embedded' && values.trim() !== '' ? 'values' : 'config')}`
}

/** The source of a configuration, for a sentence. */
export function configurationText({ sources }: Loaded): string {
  const word = (name: string) => (name === 'embedded' || name === 'defaults' ? 'embedded' : 'from the editor')
  return `configuration ${word(sources.config)}, values ${word(sources.values)}, mesh ${word(sources.mesh)}`
}
