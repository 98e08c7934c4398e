import { createProgram } from '../../../src/cli/program.ts'
import { isObject, type Json, type JsonObject, lookup } from '../../../src/lang/json.ts'
import { ofKind } from './helm.ts'

/** The arguments of the injector's container. */
export function argumentsOf(rendered: readonly JsonObject[]): readonly string[] {
  const [container] = list(lookup(ofKind(rendered, 'Deployment')[0], 'spec', 'template', 'spec', 'containers'))
  const args = lookup(container, 'args')
  return Array.isArray(args) ? args.map(String) : []
}

/** What of these arguments is not a flag of `outrigger serve`. Throws for a value that its flag doesn't take. */
export function serveFlags([command, ...args]: readonly string[]): readonly string[] {
  if (command !== 'serve') return [command ?? 'no command']
  const nowhere = { write: () => {}, isTerminal: false }
  const io = { stdin: noInput(), stdout: nowhere, stderr: nowhere, env: {}, cwd: '/', onSignal: () => () => {} }
  const serve = createProgram(io, () => {}).commands.find((one) => one.name() === 'serve')
  const { operands = [], unknown = [] } = serve?.parseOptions([...args]) ?? {}
  return [...operands, ...unknown]
}

async function* noInput(): AsyncGenerator<string> {}

/** What of a pod the restricted Pod Security Standard refuses. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export function whyNotRestricted(pod: Json): readonly string[] {
  const spec = lookup(pod, 'spec')
  const context = lookup(spec, 'securityContext')
  const volumes = list(lookup(spec, 'volumes')).flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'))
  const containers = [...list(lookup(spec, 'containers')), ...list(lookup(spec, 'initContainers'))]
  const rules: readonly (readonly [string, boolean])[] = [
    ['host namespaces', ['hostNetwork', 'hostPID', 'hostIPC'].every((key) => lookup(spec, key) !== true)],
    ['volume types', volumes.every((type) => allowedVolumes.includes(type))],
    ['runAsNonRoot', lookup(context, 'runAsNonRoot') === true],
    ['runAsUser', lookup(context, 'runAsUser') !== 0],
    ['seccompProfile', lookup(context, 'seccompProfile', 'type') === 'RuntimeDefault'],
    ['containers', containers.length > 0],
    ...containers.flatMap(rulesOf),
  ]
  return rules.flatMap(([rule, met]) => (met ? [] : [rule]))
}

const allowedVolumes = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'projected', 'secret']

function rulesOf(container: JsonObject): readonly (readonly [string, boolean])[] {
  const context = lookup(container, 'securityContext')
  const dropped = lookup(context, 'capabilities', 'drop')
  return [
    ['privileged', lookup(context, 'privileged') !== true],
    ['allowPrivilegeEscalation', lookup(context, 'allowPrivilegeEscalation') === false],
    ['capabilities.drop', Array.isArray(dropped) && dropped.includes('ALL')],
    ['capabilities.add', lookup(context, 'capabilities', 'add') === undefined],
    ['host ports', list(lookup(container, 'ports')).every((port) => lookup(port, 'hostPort') === undefined)],
  ]
}

function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
