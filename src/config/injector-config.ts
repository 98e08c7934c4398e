import type { PodResources } from '../injection/model/snapshot.ts'
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
  readOneOf,
  readString,
  readStrings,
  wrongType,
} from './read.ts'

/** The complete injector configuration: the document on top of the embedded one. */
export interface InjectorConfig {
  readonly policy: string
  readonly defaultTemplates: readonly string[]
  readonly templates: StringMap
  readonly aliases: { readonly [name: string]: readonly string[] }
  readonly neverInjectSelector: readonly LabelSelector[]
  readonly alwaysInjectSelector: readonly LabelSelector[]
  readonly injectedAnnotations: StringMap
  readonly annotationPolicy: readonly PolicyRule[]
  readonly podResources: PodResources
  readonly allowedEnv: readonly string[]
}

/** The keys of the document: how each is read, and its description (for the documentation). */
export const configFields: {
  readonly [K in keyof InjectorConfig]: { readonly read: Read<InjectorConfig[K]>; readonly text: string }
} = {
  policy: {
    read: readString,
    text: 'Whether pods are injected if nothing else decides: `enabled` or `disabled`. Any other value causes a warning, and every pod is skipped.',
  },
  defaultTemplates: {
    read: readStrings,
    text: 'The templates or aliases for pods without the annotation `inject.istio.io/templates`. An empty list counts as unset.',
  },
  templates: {
    read: readMap(readString),
    text: 'Injection templates by name. They are added to the embedded ones; a template of the same name replaces the embedded one.',
  },
  aliases: {
    read: readMap(readStrings),
    text: 'Names for lists of templates.',
  },
  neverInjectSelector: {
    read: readList(readLabelSelector),
    text: 'Label selectors: a pod that matches one is not injected. An empty selector matches nothing.',
  },
  alwaysInjectSelector: {
    read: readList(readLabelSelector),
    text: 'Label selectors: a pod that matches one is injected, regardless of the policy.',
  },
  injectedAnnotations: {
    read: readAnnotations,
    text: 'Annotations that are added to every injected pod.',
  },
  annotationPolicy: {
    read: readList(readPolicyRule),
    text: 'Annotations that pod authors may not set: see [annotation policy](#annotation-policy).',
  },
  podResources: {
    read: readOneOf<PodResources>('pad', 'deny'),
    text: 'What happens to a pod whose pod-level resources (`spec.resources`) leave no room for the injected containers: `pad` raises them by what those ask for, and warns; `deny` denies the pod.',
  },
  allowedEnv: {
    read: readStrings,
    text: 'Environment variables of the injector that templates may read with `env` and `expandenv`.',
  },
}

export interface InjectorConfigReading {
  readonly config: InjectorConfig
  readonly problems: readonly Problem[]
  /** Keys that are ignored; Istio's own configuration has some. */
  readonly unknown: readonly string[]
}

/**
 * Reads an injector configuration on top of the embedded one: its templates and aliases are added to the embedded ones, every
 * other field replaces. A `null` field counts as unset, and so does a `null` document.
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
    podResources: field('podResources'),
    allowedEnv: field('allowedEnv'),
  }
  checkNames(config, report)
  return { config, problems, unknown: entries.map(([key]) => key).filter((key) => !Object.hasOwn(configFields, key)) }
}

/** Checks that every name exists: an alias may contain templates only, the default templates may also be aliases. */
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
