import { expect, it } from 'vitest'
import { compile, define, intOf, sprigFunctions, TemplateError } from '../../../src/lang/template/public.ts'

it('works alone, as its README shows', () => {
  const template = compile('{{ range .ports }}- {{ . | greet | quote }}\n{{ end }}', {
    name: 'ports',
    functions: { ...sprigFunctions, greet: define({ params: ['any'], call: (port) => `port ${port}` }) },
  })
  expect(template.render({ ports: [80, 443] })).toBe('- "port 80"\n- "port 443"\n')
  expect(compile('{{ eq .n 1 }}').render({ n: intOf(1, 'int32') })).toBe('true')
  expect(() => compile('{{ nope }}')).toThrow(TemplateError)
})
