/** A release of Istio, by the tag of an image. */
export interface IstioVersion {
  /** As the tag has it, without a leading `v`: `1.27.1-distroless`. */
  readonly text: string
  readonly major: number
  readonly minor: number
}

// Istio's tags: 1.27.1, v1.27.1, 1.27.1-distroless, 1.28-alpha.<commit>, 1.26-rc.1. A date such as 2026.01.15 is none.
const tagForm = /^v?((\d{1,2})\.(\d{1,4})(?:[.+_-][\w.+-]*)?)$/

/** The version that a tag names; undefined for `latest`, a commit or anything else that isn't a version. */
export function versionOfTag(tag: string): IstioVersion | undefined {
  const [, text, major, minor] = tagForm.exec(tag) ?? []
  return text === undefined ? undefined : { text, major: Number(major), minor: Number(minor) }
}

/** The version in an image's tag; undefined if it has none, as with a digest alone. */
export function versionOfImage(image: string): IstioVersion | undefined {
  const [, tag = ''] = /:([^:@/]+)(?:@|$)/.exec(image) ?? []
  return versionOfTag(tag)
}

/** `1.27`, for defaults and support that are the same for all patches. */
export function minorText({ major, minor }: IstioVersion): string {
  return `${major}.${minor}`
}

/** Whether two versions are the same release, in whatever variant of the image: `1.27.1` and `1.27.1-distroless`. */
export function isSameRelease(a: IstioVersion, b: IstioVersion): boolean {
  return withoutVariant(a.text) === withoutVariant(b.text)
}

function withoutVariant(text: string): string {
  return text.replace(/-(?:distroless|debug)$/, '')
}

/**
 * Whether Istio supports proxies of one version with a control plane of another: never a newer proxy, and at most one minor
 * version older. https://istio.io/latest/docs/releases/supported-releases/#control-planedata-plane-skew
 */
export function isSupportedSkew(proxy: IstioVersion, controlPlane: IstioVersion): boolean {
  const ahead = controlPlane.minor - proxy.minor
  return proxy.major === controlPlane.major && ahead >= 0 && ahead <= 1
}
