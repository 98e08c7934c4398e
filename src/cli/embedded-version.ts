import type { Loaded } from '../config/load.ts'
import { proxyImage } from '../injection/prepare/images.ts'
import { versionOfImage } from '../istio/version.ts'

/** Which version of the proxy is injected, and how to name another; undefined if somebody named it. */
export function embeddedVersionNote({ snapshot, isVersionEmbedded }: Loaded): string | undefined {
  if (!isVersionEmbedded) return undefined
  const image = proxyImage(snapshot)
  const version = versionOfImage(image)?.text ?? image
  return `proxies have version ${version}, the default; name that of your istiod with --set global.tag=VERSION, or follow it with --from-cluster`
}
