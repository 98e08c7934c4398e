// The maximum for the arguments of one call.
const chunk = 0x8000

/** Stands for admission/base64.ts where there is no Node. */
export function inBase64(text: string): { readonly base64: string; readonly bytes: number } {
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  for (let start = 0; start < bytes.length; start += chunk) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunk))
  }
  return { base64: btoa(binary), bytes: bytes.length }
}
