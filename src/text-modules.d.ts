// YAML files are imported as text: the build's loader and the test runner's plugin do it.
declare module '*.yaml' {
  const text: string
  export default text
}
