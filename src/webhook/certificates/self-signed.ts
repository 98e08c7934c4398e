// In the image's bundle a dynamically imported CommonJS package only has a default export; through an own module, its
// named exports are available.
export { generate } from 'selfsigned'
