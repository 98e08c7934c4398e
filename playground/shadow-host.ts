import { element } from './dom.ts'

/**
 * An element with a shadow tree. There, CodeMirror uses adopted style sheets, which a strict Content-Security-Policy allows; in
 * the document it would insert `<style>` elements, which `style-src 'self'` forbids.
 */
export function shadowHost(): { readonly host: HTMLElement; readonly root: ShadowRoot } {
  const host = element('div', { class: 'editor' })
  return { host, root: host.attachShadow({ mode: 'open', delegatesFocus: true }) }
}
