// In Node.js since 20; in TypeScript's library since es2024.
interface String {
  isWellFormed(): boolean
  toWellFormed(): string
}
