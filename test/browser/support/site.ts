export interface Site {
  readonly url: string
  readonly close: () => Promise<void>
}
export async function site(): Promise<Site> {
  return { url: process.env['SITE'] ?? '', close: async () => {} }
}
