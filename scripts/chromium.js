// Finds a Chromium; on Debian installs one. Elsewhere playwright's own download is used.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './node.js'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** Path of a Chromium on this machine, or undefined. */
export function chromiumPath () {
  return [process.env.CHROME_BIN, ...CANDIDATES].find(path => path != null && existsSync(path))
}

/** Brings a Chromium if there is none; answers whether there is one now. */
export function installChromium () {
  if (chromiumPath() != null) {
    return true
  }
  if (existsSync('/usr/bin/apt-get')) {
    const apt = args => spawnSync(process.getuid() === 0 ? 'apt-get' : 'sudo', [...(process.getuid() === 0 ? [] : ['-n', 'apt-get']), ...args], { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0
    if (!apt(['install', '-y', '--no-install-recommends', 'chromium'])) {
      apt(['update']) && apt(['install', '-y', '--no-install-recommends', 'chromium'])
    }
  } else {
    spawnSync(process.execPath, [join(root, 'node_modules', 'playwright-core', 'cli.js'), 'install', 'chromium'], { stdio: ['ignore', 2, 2] })
  }
  return chromiumPath() != null
}

/**
 * Environment in which aegir's browser runner believes that its browser is downloaded: it is the one
 * found here.
 */
export async function browserEnvironment () {
  if (chromiumPath() == null) {
    return {}
  }
  const folder = join(root, '.build', 'browsers')
  // read when the registry is loaded, so it has to be set before
  process.env.PLAYWRIGHT_BROWSERS_PATH = folder
  const { registry: { registry } } = await import('playwright-core/lib/coreBundle')
  for (const name of ['chromium', 'chromium-headless-shell']) {
    const directory = registry.findExecutable(name)?.directory
    if (directory != null) {
      mkdirSync(directory, { recursive: true })
      writeFileSync(join(directory, 'INSTALLATION_COMPLETE'), '')
    }
  }
  return { PLAYWRIGHT_BROWSERS_PATH: folder }
}
