/** Builds the publishable package into dist/. Usage: npm run build:package, then `npm publish dist`. */
import { join } from 'node:path'
import { writePackage } from './package-files.ts'

const folder = join(import.meta.dirname, '..', 'dist')
writePackage(folder)
console.log(`built ${folder}`)
