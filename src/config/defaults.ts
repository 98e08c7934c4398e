import gateway from '../../templates/gateway.yaml'
import grpcAgent from '../../templates/grpc-agent.yaml'
import grpcSimple from '../../templates/grpc-simple.yaml'
import sidecar from '../../templates/sidecar.yaml'
import { isObject, type JsonObject } from '../lang/json.ts'
import { share } from '../lang/shared.ts'
import { readYaml } from '../lang/yaml/read.ts'
import valuesText from './default-values.yaml'

/** The embedded injector configuration: the defaults for every field that a document leaves unset. */
export const defaultConfig = share({
  policy: 'enabled',
  defaultTemplates: ['sidecar'],
  templates: { sidecar, gateway, 'grpc-agent': grpcAgent, 'grpc-simple': grpcSimple },
  aliases: {},
  neverInjectSelector: [],
  alwaysInjectSelector: [],
  injectedAnnotations: {},
  annotationPolicy: [],
  podResources: 'pad',
  allowedEnv: [],
} satisfies JsonObject)

/** The embedded values: `.Values` in templates, unless a values document replaces them. */
export const defaultValues: JsonObject = readDefaultValues()

function readDefaultValues(): JsonObject {
  const values = readYaml(valuesText)
  if (!isObject(values)) throw new Error('default-values.yaml is not an object')
  return share(values)
}
