import type { Evaluation, PlaygroundState } from '../../src/playground/types.ts'

const origin = {
  by: 'template sidecar, line 85 of shared',
  from: ['values global.proxy.image = proxyv2'],
  when: [],
  lost: ['values global.proxy.resources = 100m'],
  unset: ['annotation sidecar.istio.io/proxyImage'],
}
export function evaluate(state: PlaygroundState): Evaluation {
  const lines = state.workload.split('\n')
  const result = [
    ...lines.map((text) => ({ text, added: false, path: 'spec' })),
    ...['  - name: istio-proxy', '    image: docker.io/istio/proxyv2:1.30.0', '    args:', '    - proxy'].map(
      (text) => ({ text, added: true, path: 'spec.containers[istio-proxy]', origin }),
    ),
  ]
  const bad = lines.findIndex((line) => line.includes('BAD'))
  const decision = {
    result: 'injected',
    reason: 'inject',
    message: '',
    injected: true,
    called: true,
    summary: 'Injected: the namespace asks for it (istio-injection=enabled), with template sidecar',
    templates: ['sidecar'],
    warnings: [],
    configHash: 'abc',
  } as const
  return {
    problems:
      bad < 0
        ? []
        : [
            {
              editor: 'workload',
              line: bad + 1,
              column: 3,
              severity: 'error',
              message: 'spec.containers[0].image: must be a text, is a number; write it in quotes',
            },
          ],
    lint: [
      {
        code: 'IST0118',
        severity: 'warning',
        object: { kind: 'Pod', namespace: 'default', name: 'web' } as never,
        path: 'spec.containers[0].ports[0]',
        message: 'The port has no name that tells its protocol.',
        fix: 'Name it http-web.',
        file: 'workload',
        line: 9,
      },
    ],
    subjects: [
      {
        title: 'Pod default/web',
        line: 1,
        decision,
        result: { yaml: '', lines: result },
        diff: [
          { kind: 'hunk', text: '@@ -1,4 +1,9 @@' },
          { kind: 'same', text: ' spec:' },
          { kind: 'removed', text: '-  a: b' },
          { kind: 'added', text: '+  a: c' },
        ],
        patch: JSON.stringify([{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }], null, 2),
        explain: {
          sections: [
            {
              title: 'Decision',
              items: [
                {
                  text: 'The namespace is labelled istio-injection=enabled',
                  details: ['webhook istio-sidecar-injector'],
                  tone: 'good',
                },
                { text: 'No label of the pod says otherwise', details: [], tone: 'plain' },
              ],
            },
            {
              title: 'Settings',
              items: [
                {
                  text: 'cpu = 250m, from annotation',
                  details: ['over values global.proxy.resources.requests.cpu = 100m'],
                  tone: 'plain',
                },
              ],
            },
          ],
          remedyTitle: 'To keep it out',
          remedies: [
            {
              text: 'Label the pod',
              injected: false,
              lines: [
                {
                  form: 'yaml',
                  line: 'sidecar.istio.io/inject: "false"',
                  where: 'Pod default/web, at metadata.labels',
                  remove: false,
                },
              ],
            },
          ],
        },
        ...(state.compare === undefined
          ? {}
          : {
              comparison: {
                decision,
                changes: [
                  {
                    kind: 'change',
                    subject: 'istio-proxy',
                    field: 'image',
                    before: 'a:1',
                    after: 'a:2',
                    text: 'image a:1 → a:2',
                  },
                ],
                diff: [{ kind: 'added', text: '+ x' }],
              },
            }),
      },
    ],
  }
}
