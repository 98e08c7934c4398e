import type { PolicyRule } from '../injection/policy/annotation-policy.ts'
import type { LabelSelector } from '../kubernetes/selector.ts'
import { isObject, type Json, type StringMap } from '../lang/json.ts'
import { readPolicyRule } from './annotation-policy.ts'
import { defaultConfig } from './defaults.ts'
import { type Problem, type Report, reporter } from './faults.ts'
import {
  presentEntries,
  type Read,
  readAnnotations,
  readLabelSelector,
  readList,
  readMap,
  readString,
  readStrings,
  wrongType,
} from './read.ts'

/** The injector configuration, whole: what the document says on top of the embedded one. */
export interface InjectorConfig {
  readonly policy: string
  readonly defaultTemplates: readonly string[]
  readonly templates: StringMap
  readonly aliases: { readonly [name: string]: readonly string[] }
  readonly neverInjectSelector: readonly LabelSelector[]
  readonly alwaysInjectSelector: readonly LabelSelector[]
  readonly injectedAnnotations: StringMap
  readonly annotationPolicy: readonly PolicyRule[]
  readonly allowedEnv: readonly string[]
}

/** The keys of the document: how each is read, and what it means (for the documentation). */
export const configFields: {
  readonly [K in keyof InjectorConfig]: { readonly read: Read<InjectorConfig[K]>; readonly text: string }
} = {
  policy: {
    read: readString,
    text: 'Whether a pod is injected that nothing else decides about: `enabled` or `disabled`. Anything else is warned about, and skips every pod.',
  },
  defaultTemplates: {
    read: readStrings,
    text: 'The templates or aliases of a pod that asks for none by `inject.istio.io/templates`. An empty list counts as left out.',
  },
  templates: {
    read: readMap(readString),
    text: 'Injection templates by name. They join the embedded ones; the same name replaces.',
  },
  aliases: {
    read: readMap(readStrings),
    text: 'Names that stand for a list of templates.',
  },
  neverInjectSelector: {
    read: readList(readLabelSelector),
    text: 'Label selectors: a pod that matches one is not injected. An empty selector matches nothing.',
  },
  alwaysInjectSelector: {
    read: readList(readLabelSelector),
    text: 'Label selectors: a pod that matches one is injected, whatever the policy says.',
  },
  injectedAnnotations: {
    read: readAnnotations,
    text: 'Annotations that every injected pod gets.',
  },
  annotationPolicy: {
    read: readList(readPolicyRule),
    text: 'What application teams may not set: see [annotation policy](#annotation-policy).',
  },
  allowedEnv: {
    read: readStrings,
    text: "The injector's own environment variables that templates may read with `env` and `expandenv`.",
  },
}

export interface InjectorConfigReading {
  readonly config: InjectorConfig
  readonly problems: readonly Problem[]
  /** Keys that mean nothing here; Istio's own configuration has some. */
  readonly unknown: readonly string[]
}

/**
 * Reads an injector configuration on top of the embedded one: its templates and aliases join those, everything else replaces. A key
 * with `null` counts as left out, and so does a whole document of `null`.
 */
export function readInjectorConfig(document: Json): InjectorConfigReading {
  const { problems, report } = reporter()
  if (!isObject(document) && document !== null) report([], wrongType('object', document))
  const entries = isObject(document) ? presentEntries(document) : []
  const given = new Map(entries.filter(([key, value]) => !(key === 'defaultTemplates' && isEmptyList(value))))
  const field = <K extends keyof InjectorConfig>(key: K): InjectorConfig[K] =>
    configFields[key].read(given.get(key) ?? defaultConfig[key], [key], report)
  const config: InjectorConfig = {
    policy: field('policy'),
    defaultTemplates: field('defaultTemplates'),
    templates: { ...defaultConfig.templates, ...field('templates') },
    aliases: { ...defaultConfig.aliases, ...field('aliases') },
    neverInjectSelector: field('neverInjectSelector'),
    alwaysInjectSelector: field('alwaysInjectSelector'),
    injectedAnnotations: field('injectedAnnotations'),
    annotationPolicy: field('annotationPolicy'),
    allowedEnv: field('allowedEnv'),
  }
  checkNames(config, report)
  return { config, problems, unknown: entries.map(([key]) => key).filter((key) => !Object.hasOwn(configFields, key)) }
}

/** Every name must be there: an alias stands for templates only, the default templates can be aliases too. */
function checkNames({ defaultTemplates, templates, aliases }: InjectorConfig, report: Report): void {
  const known = Object.keys(templates)
  for (const [alias, names] of Object.entries(aliases)) {
    for (const [index, name] of names.entries()) {
      if (!known.includes(name)) report(['aliases', alias, index], { code: 'unknown-template', name, known })
    }
  }
  const either = [...known, ...Object.keys(aliases)]
  for (const [index, name] of defaultTemplates.entries()) {
    if (!either.includes(name)) report(['defaultTemplates', index], { code: 'unknown-template', name, known: either })
  }
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0
}
