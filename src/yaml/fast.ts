import type { YamlValue } from './value.ts'
export function readBlockYaml(text: string): YamlValue | undefined { return undefined }
