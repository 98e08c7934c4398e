import { struct } from '../../kubernetes/schema/schema.ts'
import { intOf } from '../../lang/go/int.ts'
import type { ConstantNames } from '../../lang/template/constants.ts'
import { StructValue, type Value } from '../../lang/template/value.ts'
import type { TemplateInputs } from '../model/template.ts'
import { meshConfigView, proxyConfigView } from './message-view.ts'
import { ObjectView } from './object-view.ts'

/** The fields of `.` in a template, with the names that Istio's templates use. */
const fields: Readonly<Record<string, (inputs: TemplateInputs) => Value>> = {
  TypeMeta: ({ owner }) => new ObjectView(struct('TypeMeta'), { apiVersion: owner.apiVersion, kind: owner.kind }),
  DeploymentMeta: ({ owner }) => new ObjectView(struct('ObjectMeta'), { name: owner.name, namespace: owner.namespace }),
  ObjectMeta: ({ pod }) => new ObjectView(struct('ObjectMeta'), pod.metadata ?? {}),
  Spec: ({ pod }) => new ObjectView(struct('PodSpec'), pod.spec ?? {}),
  ProxyConfig: ({ proxyConfig }) => proxyConfigView(proxyConfig),
  MeshConfig: ({ mesh }) => meshConfigView(mesh),
  // A snapshot's values are shared: a template that tries to change them fails, whereas in Go it would change them for all pods.
  Values: ({ values }) => values as { [key: string]: Value },
  Revision: ({ revision }) => revision,
  NativeSidecars: ({ nativeSidecars }) => nativeSidecars,
  ProxyImage: ({ images }) => images.proxy,
  ProxyInitImage: ({ images }) => images.init,
  ProxyUID: ({ proxyUser }) => intOf(proxyUser.uid, 'int64'),
  ProxyGID: ({ proxyUser }) => intOf(proxyUser.gid, 'int64'),
  EstimatedConcurrency: ({ estimatedConcurrency }) => intOf(estimatedConcurrency),
  InboundTrafficPolicyMode: ({ inboundTrafficPolicyMode }) => inboundTrafficPolicyMode,
  CompliancePolicy: ({ compliancePolicy }) => compliancePolicy,
}

/** Everything but the pod's own data; of its annotations, few pods have those that templates read. */
export const constants: ConstantNames = {
  fields: [
    ...['Values', 'MeshConfig', 'ProxyConfig', 'Revision', 'NativeSidecars', 'ProxyImage', 'ProxyInitImage'],
    ...['ProxyUID', 'ProxyGID', 'InboundTrafficPolicyMode', 'CompliancePolicy', 'EstimatedConcurrency'],
  ],
  keysOf: [['ObjectMeta', 'Annotations']],
}

/** The root value of a render. */
export class TemplateData extends StructValue {
  readonly typeName = 'inject.TemplateData'
  readonly inputs: TemplateInputs
  readonly #read = new Map<string, Value>()

  constructor(inputs: TemplateInputs) {
    super()
    this.inputs = inputs
  }

  override field(name: string): Value {
    const known = this.#read.get(name)
    if (known !== undefined || !Object.hasOwn(fields, name)) return known
    const value = fields[name]?.(this.inputs)
    this.#read.set(name, value)
    return value
  }

  override fieldNames(): readonly string[] {
    return Object.keys(fields)
  }

  override json(): unknown {
    return new Map(Object.keys(fields).map((name) => [name, this.field(name)]))
  }
}
