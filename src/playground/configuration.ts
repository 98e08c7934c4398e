import { ConfigError, type ConfigFault } from '../config/faults.ts'
import { type Loaded, loadSnapshot } from '../config/load.ts'
import type { ConfigurationEditor, EditorName, PlaygroundConfiguration, Problem } from './types.ts'

/** A configuration as it was typed: loaded, unless an error is among its problems. */
export interface ConfigurationReading {
  readonly loaded: Loaded | undefined
  readonly problems: readonly Problem[]
}

export type ReadConfiguration = (configuration: PlaygroundConfiguration, side: '' | 'compare.') => ConfigurationReading

/** To load one takes longer than all else that is done with an ordinary pod: those of the examples are kept, and some more. */
const mostKept = 8

/** Loads configurations, and remembers the last ones. */
export function createReadConfiguration(): ReadConfiguration {
  const known = new Map<string, ConfigurationReading>()
  return (configuration, side) => {
    const key = JSON.stringify([side, configuration])
    const found = known.get(key) ?? readConfiguration(configuration, side)
    known.delete(key)
    known.set(key, found)
    for (const oldest of known.keys()) if (known.size > mostKept) known.delete(oldest)
    return found
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
      nativeSidecars: settings.nativeSidecars,
      ...(settings.platform !== '' && { platform: settings.platform }),
      compliancePolicy: settings.compliancePolicy,
    })
    const problems = loaded.warnings.map(
      ({ document, path, message }): Problem => ({
        editor: editorOf(document, configuration, side),
        line: 1,
        column: 1,
        severity: 'warning',
        message: [path, message].filter(Boolean).join(': '),
      }),
    )
    return { loaded, problems }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { loaded: undefined, problems: error.faults.map((fault) => problemOf(fault, configuration, side)) }
  }
}

function problemOf(fault: ConfigFault, configuration: PlaygroundConfiguration, side: '' | 'compare.'): Problem {
  const { document, path, line = 1, column = 1, reason, fix, excerpt } = fault
  const message = [path, fix === undefined ? reason : `${reason}; ${fix}`].filter(Boolean).join(': ')
  // A line of an embedded template is none of any editor.
  const place = document === 'embedded' ? { line: 1, column: 1 } : { line, column }
  return {
    editor: editorOf(document, configuration, side),
    ...place,
    severity: 'error',
    message: document === 'embedded' && excerpt !== undefined ? `${message}\n${excerpt}` : message,
  }
}

const editors = ['values', 'mesh', 'config', 'settings'] as const satisfies readonly ConfigurationEditor[]

/** The editor of a document, whose name may have the ConfigMap and key behind it; what is embedded fails by the values. */
function editorOf(document: string, { values }: PlaygroundConfiguration, side: '' | 'compare.'): EditorName {
  const named = editors.find((editor) => document === editor || document.startsWith(`${editor} (`))
  return `${side}${named ?? (document === 'embedded' && values.trim() !== '' ? 'values' : 'config')}`
}

/** Where a configuration comes from, for a sentence. */
export function configurationText({ sources }: Loaded): string {
  const word = (name: string) => (name === 'embedded' || name === 'defaults' ? 'built in' : 'as typed')
  return `configuration ${word(sources.config)}, values ${word(sources.values)}, mesh ${word(sources.mesh)}`
}
