import { type ByCode, byCode } from '../lang/text/by-code.ts'
import { formatPath, type Path, quote } from '../lang/text/path.ts'
import type { Position, Reported } from './faults.ts'
import { type IstiodFinding, type IstiodProblem, istiodSentences } from './istiod/problem.ts'
import { type ProblemDescription, valuesReplacedFix } from './problem.ts'

/** Something worth a look in a configuration that loads nevertheless. Discriminated by code. */
export type WarningProblem =
  | { readonly code: 'unknown-keys'; readonly keys: readonly string[] }
  | { readonly code: 'unknown-policy'; readonly actual: string }
  /** The values have no hub, no tag, or neither. */
  | { readonly code: 'incomplete-image'; readonly missing: readonly string[] }
  /**
   * A template that isn't among the default ones. `detail` is the first of its faults, and `others` how many more it has;
   * `always`: they don't depend on the pod; `valuesReplaced`: it is an embedded one, and a values document replaces the embedded
   * values that it needs.
   */
  | {
      readonly code: 'unusable-template'
      readonly detail: string
      readonly others: number
      readonly always: boolean
      readonly valuesReplaced: boolean
    }

/** The code of a ConfigWarning. Codes are stable. */
export type ConfigWarningCode = WarningProblem['code'] | IstiodProblem['code']

/** A warning about a configuration, with its document and position. */
export interface ConfigWarning extends Reported {
  readonly code: ConfigWarningCode
}

/** A warning as it is reported. */
export function configWarning(
  document: string,
  { path, excerpt, ...problem }: WarningProblem & { readonly path: Path; readonly excerpt?: string | undefined },
  position?: Position,
): ConfigWarning {
  return {
    code: problem.code,
    document,
    path: formatPath(path),
    ...position,
    ...byCode(warningSentences, problem),
    ...(excerpt !== undefined && { excerpt }),
  }
}

/** A finding about the istiod that is followed, as it is reported. */
export function istiodWarning({ document, path, problem }: IstiodFinding): ConfigWarning {
  return { code: problem.code, document, path, reason: byCode(istiodSentences, problem) }
}

/** The sentence for each code, and what to do about it. */
export const warningSentences: ByCode<WarningProblem, ProblemDescription> = {
  'unknown-keys': ({ keys }) => ({ reason: `unknown keys are ignored: ${keys.join(', ')}` }),
  'unknown-policy': ({ actual }) => ({
    reason: `${quote(actual)} is neither enabled nor disabled: no pods will be injected`,
  }),
  'incomplete-image': ({ missing }) => ({
    reason: `global.${missing.join(' and global.')} unset, so image names will lack it: the document replaces the embedded values as a whole`,
  }),
  'unusable-template': ({ detail, others, always, valuesReplaced }) => ({
    reason: `can't be rendered for ${always ? 'pods' : 'a plain pod'}: ${detail}${others === 0 ? '' : ` (and ${others} more)`}`,
    fix: valuesReplaced
      ? valuesReplacedFix
      : "fix it, or pods that name it are denied; one for something else than pods, like Istio's for gateways and waypoints, may stay as it is",
  }),
}
