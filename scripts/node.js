// Finds a Node.js that libp2p runs on: this one, or the pinned one that `npm ci` brings.
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const MINIMUM = 22

/** Path of a Node.js of at least version 22, or undefined. */
export function findNode () {
  const windows = process.platform === 'win32'
  const name = windows ? 'node.exe' : 'node'
  const platform = windows ? 'win' : process.platform
  const candidates = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`].flatMap(pack =>
    // beside this package's own dependencies, or hoisted above it
    [join(root, 'node_modules', pack), join(root, '..', pack)].map(folder => join(folder, 'bin', name)))
  const found = candidates.find(existsSync)
  if (found != null) {
    return found
  }
  return Number(process.versions.node.split('.')[0]) >= MINIMUM ? process.execPath : undefined
}

/**
 * Environment in which `node` and the tools are those of this folder.
 *
 * @param extra
 */
export function toolEnvironment (extra = {}) {
  const node = findNode()
  const path = [node == null ? undefined : dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH]
  return { ...process.env, ...extra, PATH: path.filter(part => part != null).join(delimiter) }
}
