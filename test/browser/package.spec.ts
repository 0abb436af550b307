import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'aegir/chai'
import { build } from 'esbuild'
import { heard, hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { StaticServer } from '../support/static-server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)

/** What a program of somebody else does with the package, by nothing but its name. */
const TWO_PEERS = `
import { createUndertone } from 'undertone'
const local = { profile: 'private', dht: 'off', bootstrap: [], listen: ['/ip4/127.0.0.1/tcp/0'] }
const [ana, ben] = await Promise.all([createUndertone(local), createUndertone(local)])
const signal = AbortSignal.timeout(60_000)
const hers = await ana.rooms.create({ name: 'kitchen', kind: 'invite', signal })
const his = await ben.rooms.join({ ...await hers.invite({ uses: 1 }), signal })
await hers.send('Who is there?', { signal })
for await (const message of his.messages({ signal })) {
  if (!message.self) {
    console.log(message.text)
    await his.send('It is me.', { signal })
    break
  }
}
for await (const message of hers.messages({ signal })) {
  if (!message.self) {
    console.log(message.text)
    break
  }
}
await Promise.all([ana.stop(), ben.stop()])
`

const PAGE = `
import { createUndertone } from 'undertone'
window.talk = async (invite, text) => {
  const undertone = await createUndertone({ profile: 'private', dht: 'off', bootstrap: [] })
  const signal = AbortSignal.timeout(60_000)
  const room = await undertone.rooms.join({ invite, signal })
  await room.send(text, { signal })
  for await (const message of room.messages({ signal })) {
    if (!message.self) {
      await undertone.stop()
      return message.text
    }
  }
}
`

describe('the npm package in somebody else\'s program', () => {
  const { browsers, nodes } = onStage()
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-package-'))
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 })
    const [{ filename }] = JSON.parse(stdout)
    const modules = join(folder, 'node_modules')
    await mkdir(modules)
    await run('tar', ['-xzf', join(folder, filename), '-C', modules])
    await rename(join(modules, 'package'), join(modules, 'undertone'))
    // what it depends on, as it would be installed, and nothing of what builds and tests it
    const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'))
    for (const [path, { dev, devOptional }] of Object.entries<{ dev?: boolean, devOptional?: boolean }>(packages)) {
      if (/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true && devOptional !== true && existsSync(join(ROOT, path))) {
        await mkdir(join(folder, path, '..'), { recursive: true })
        await symlink(join(ROOT, path), join(folder, path))
      }
    }
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  })
  after(async () => { await rm(folder, { recursive: true, force: true }) })

  it('lets two peers of one script talk in Node.js', async () => {
    await writeFile(join(folder, 'two-peers.js'), TWO_PEERS)
    const { stdout } = await run(process.execPath, ['--preserve-symlinks', '--preserve-symlinks-main', join(folder, 'two-peers.js')], { timeout: 100_000 })
    expect(stdout).to.equal('Who is there?\nIt is me.\n')
  })

  it('is bundled for a page by esbuild with no settings, and talks there', async () => {
    await writeFile(join(folder, 'page.js'), PAGE)
    const web = join(folder, 'web')
    await build({ absWorkingDir: folder, entryPoints: ['page.js'], bundle: true, format: 'esm', platform: 'browser', preserveSymlinks: true, outdir: web, logLevel: 'silent' })
    await writeFile(join(web, 'index.html'), '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>')
    const server = new StaticServer(web)
    await server.start()
    try {
      const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct', '--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
      const { room } = await desktop.call('room.create', { name: 'kitchen', kind: 'invite' })
      const { invite } = await desktop.call('room.invite', { room })
      const { page } = await browsers.at(server.address)
      await page.waitForFunction(() => 'talk' in window)
      const answer = page.evaluate(async ([invite, text]) => (window as any).talk(invite, text), [invite, 'from a page of my own'])
      await hears(desktop, 'from a page of my own')
      await desktop.call('room.send', { room, text: 'understood' })
      expect(await answer).to.equal('understood')
      expect(heard(desktop)).to.deep.equal(['from a page of my own', 'understood'])
    } finally {
      await server.stop()
    }
  })
})
