import type { FastifyServerOptions } from 'fastify'

const unused = () => {
  throw new Error('no route of these servers has a schema')
}

/** For servers whose routes have no schemas: Fastify would load two compilers, which takes 40 ms and several megabytes. */
export const noSchemas = {
  compilersFactory: { buildValidator: unused, buildSerializer: unused },
} satisfies FastifyServerOptions['schemaController']
