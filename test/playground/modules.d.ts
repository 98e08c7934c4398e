declare module '*/build-playground.mjs' {
  import type { Plugin } from 'esbuild'
  export const withoutNode: Plugin
  /** Returns the gzipped size in bytes. */
  export function buildPlayground(folder: string): Promise<number>
}
