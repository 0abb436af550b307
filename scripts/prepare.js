// What every command needs first: dependencies and a build that is no older than the sources.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { findNode, root, toolEnvironment } from './node.js'

/**
 * Runs a command in this folder; its output goes to stderr unless told otherwise.
 *
 * @param command
 * @param args
 * @param options
 */
export function run (command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: toolEnvironment(options.env),
    // what a program prints on stdout is its data: nothing else may go there
    stdio: options.stdio ?? ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm'
  })
  if (error != null) {
    console.error(String(error))
  }
  return status === 0
}

export function fail (message) {
  console.error(message)
  process.exit(1)
}

/** Installs what package-lock.json names, once per lock file. */
export function install () {
  const installed = join(root, 'node_modules', '.package-lock.json')
  const lock = join(root, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs - 1_000 && findNode() != null) {
    return
  }
  console.error('Installing dependencies (once)…')
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
    fail('npm ci failed. Check the network and try again.')
  }
}

function newest (folder) {
  let time = 0
  for (const name of readdirSync(join(root, folder), { recursive: true })) {
    time = Math.max(time, statSync(join(root, folder, name)).mtimeMs)
  }
  return time
}

/** Builds what is older than its sources. */
export function buildIfStale () {
  const mark = join(root, 'dist', '.built')
  if (existsSync(mark) && statSync(mark).mtimeMs >= Math.max(newest('src'), newest('test'), newest('examples'), newest('bench'))) {
    return
  }
  console.error('Building…')
  if (!run(findNode(), ['scripts/build.js'])) {
    fail('The build failed; what was wrong is above.')
  }
}
