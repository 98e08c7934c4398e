import { element } from './dom.ts'

/**
 * An element whose content stands in a shadow tree. CodeMirror brings its styles as adopted style sheets there, which a strict
 * Content-Security-Policy lets pass; in the document it would insert `<style>` elements, which `style-src 'self'` forbids.
 */
export function shadowHost(): { readonly host: HTMLElement; readonly root: ShadowRoot } {
  const host = element('div', { class: 'editor' })
  return { host, root: host.attachShadow({ mode: 'open', delegatesFocus: true }) }
}
