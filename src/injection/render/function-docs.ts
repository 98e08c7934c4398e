/** The usage and result of a template function, for docs/templates.md. */
export interface FunctionDoc {
  /** The call, with parameters in capitals. */
  readonly usage: string
  /** Its result. */
  readonly gives: string
}

/** Every function that the injector adds to sprig's: a function without an entry here doesn't compile. */
export const functionDocs = {
  annotation: { usage: 'annotation META NAME DEFAULT', gives: 'the annotation, else the default' },
  isset: { usage: 'isset MAP KEY', gives: 'whether the map has the key' },
  valueOrDefault: { usage: 'valueOrDefault V DEFAULT', gives: 'the default if V is nil or an empty string, else V' },
  excludeInboundPort: {
    usage: 'excludeInboundPort PORT LIST',
    gives: 'the comma-separated list of ports with one more; unchanged if it contains the port or the port is 0',
  },
  includeInboundPorts: {
    usage: 'includeInboundPorts CONTAINERS',
    gives: 'a comma-separated list of the TCP ports that the containers declare',
  },
  applicationPorts: {
    usage: 'applicationPorts CONTAINERS',
    gives: 'a comma-separated list of the TCP ports that the containers other than `istio-proxy` declare',
  },
  kubevirtInterfaces: { usage: 'kubevirtInterfaces LIST', gives: 'the list as it is' },
  excludeInterfaces: { usage: 'excludeInterfaces LIST', gives: 'the list as it is' },
  appendMultusNetwork: {
    usage: 'appendMultusNetwork EXISTING NETWORK',
    gives: 'the value of the Multus networks annotation (a list or JSON) with one more network',
  },
  toJSON: { usage: 'toJSON V', gives: 'JSON as Go writes it' },
  structToJSON: { usage: 'structToJSON V', gives: 'the same as `toJSON`' },
  protoToJSON: { usage: 'protoToJSON MESSAGE', gives: 'the JSON form of a ProxyConfig or MeshConfig' },
  fromJSON: { usage: 'fromJSON S', gives: 'the value of the JSON; the string `{}` if it is invalid' },
  toYaml: { usage: 'toYaml V', gives: 'block YAML, with a line break at the end' },
  indent: { usage: 'indent N S', gives: 'the string with every line but the first indented' },
  contains: { usage: 'contains PART S', gives: 'whether the string contains the part' },
  toLower: { usage: 'toLower S', gives: 'the string in lower case' },
  directory: { usage: 'directory PATH', gives: 'the path up to its last slash' },
  formatDuration: {
    usage: 'formatDuration D',
    gives: 'a duration of the ProxyConfig as Go writes it, such as `1m30s`',
  },
  env: {
    usage: 'env NAME DEFAULT',
    gives:
      'an environment variable of istiod that the settings determine, such as `ENABLE_NATIVE_SIDECARS`, or one of the injector that `allowedEnv` names; else the default',
  },
  omit: { usage: 'omit MAP KEY...', gives: 'the map without these keys' },
  strdict: { usage: 'strdict KEY VALUE...', gives: 'a map of strings' },
  toJsonMap: { usage: 'toJsonMap MAP...', gives: 'the merged maps as JSON; the last one takes precedence' },
  mergeMaps: { usage: 'mergeMaps MAP...', gives: 'the merged maps; the last one takes precedence' },
  omitNil: { usage: 'omitNil V', gives: 'the value without nil fields' },
  otelResourceAttributes: {
    usage: 'otelResourceAttributes MESH ANNOTATIONS LABELS NAMESPACE CONTAINERS',
    gives:
      "OpenTelemetry's resource attributes of the workload, where an extension provider asks for semantic conventions; else nothing",
  },
} as const satisfies Readonly<Record<string, FunctionDoc>>

export type InjectorFunction = keyof typeof functionDocs
