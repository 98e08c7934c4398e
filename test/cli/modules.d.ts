declare module '*/esbuild-options.mjs' {
  import type { BuildOptions } from 'esbuild'
  export const options: BuildOptions
}
