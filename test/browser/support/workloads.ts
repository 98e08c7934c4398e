/** A pod with `count` environment variables, as YAML. */
export function podWithVariables(count: number): string {
  const variables = Array.from(
    { length: count },
    (_, index) => `    - name: VARIABLE_${index}\n      value: "${index}"\n`,
  )
  return `${podNamed('web')}    env:\n${variables.join('')}`
}

export function podNamed(name: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
  - name: web
    image: example.org/web:1
    ports:
    - containerPort: 8080
`
}

/** HTML that sets the window's `struck` if the page doesn't escape it. */
export const hostile = `<img src=x onerror="window.struck=1"><script>window.struck=1</script>`

/** A pod with this HTML wherever Kubernetes allows a string, and where it doesn't. */
export const hostilePod = `apiVersion: v1
kind: Pod
metadata:
  name: '${hostile}'
  annotations:
    example.org/note: '${hostile}'
    sidecar.istio.io/proxyImage: '${hostile}'
    '${hostile}': 'a'
  labels:
    app: '</text>${hostile}'
spec:
  containers:
  - name: '${hostile}'
    image: '${hostile}'
    env:
    - name: '${hostile}'
      value: ']]>${hostile}'
    readinessProbe:
      httpGet: {path: '/${hostile}', port: 8080}
`
