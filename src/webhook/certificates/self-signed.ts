// In the image's bundle a CommonJS package that is imported dynamically has a default export alone; through a module of
// our own, its names are there.
export { generate } from 'selfsigned'
