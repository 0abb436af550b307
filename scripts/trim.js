// After an install: removes what packages bring and nobody here runs (a third of the disk space):
// the C++ headers of the pinned Node.js, the bundles that libp2p packages ship beside their modules, and the
// source maps of everybody.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './node.js'

const modules = join(root, 'node_modules')
const folders = name => existsSync(join(modules, name))
  ? readdirSync(join(modules, name), { withFileTypes: true }).filter(each => each.isDirectory()).map(each => join(modules, name, each.name))
  : []

for (const folder of folders('.').filter(each => /node-(bin-)?(linux|darwin|win)/.test(each))) {
  for (const part of ['include', 'share', 'CHANGELOG.md']) {
    rmSync(join(folder, part), { recursive: true, force: true })
  }
}

const bundled = [...folders('.'), ...folders('@libp2p'), ...folders('@chainsafe'), ...folders('@multiformats')]
for (const folder of bundled) {
  for (const file of ['index.min.js', 'index.min.js.map']) {
    rmSync(join(folder, 'dist', file), { force: true })
  }
}

function dropSourceMaps (folder) {
  for (const each of readdirSync(folder, { withFileTypes: true })) {
    if (each.isDirectory()) {
      dropSourceMaps(join(folder, each.name))
    } else if (/\.[cm]?[jt]s\.map$/.test(each.name)) {
      rmSync(join(folder, each.name), { force: true })
    }
  }
}

if (existsSync(modules)) {
  dropSourceMaps(modules)
}
