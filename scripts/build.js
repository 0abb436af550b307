// `npm run build`: TypeScript to dist/, and the app to dist/web/.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findNode, root } from './node.js'
import { install, run } from './prepare.js'

install()
const node = findNode()
if (!run(node, ['node_modules/typescript/bin/tsc', '-p', '.'])) {
  process.exit(1)
}
if (existsSync(join(root, 'scripts', 'build-web.js')) && !run(node, ['scripts/build-web.js'])) {
  process.exit(1)
}
mkdirSync(join(root, 'dist'), { recursive: true })
writeFileSync(join(root, 'dist', '.built'), '')
