declare module '*/build-playground.mjs' {
  import type { Plugin } from 'esbuild'
  export const withoutNode: Plugin
  /** Gives the bytes, gzipped. */
  export function buildPlayground(folder: string): Promise<number>
}
