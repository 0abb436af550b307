import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'aegir/chai'
import { WEB } from '../support/browser.ts'
import { hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { StaticServer } from '../support/static-server.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { Person } from '../support/browser.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const BUILD = join('scripts', 'build-web.js')
const run = promisify(execFile)

/** A copy of all that the page is built from, at another place; links instead of bytes. */
async function copyTo (folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await run('cp', ['-al', ...['node_modules', 'scripts', 'src', 'package.json'].map(name => join(ROOT, name)), folder])
}

describe('the page wherever it lies', () => {
  const { browsers, nodes } = onStage({ flags: ['--host-resolver-rules=MAP undertone.test 127.0.0.1'] })
  let desktop: ChildNode
  let room: string
  let invite: string
  before(async () => {
    desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    room = (await desktop.call('room.create', { kind: 'invite', name: 'anywhere' })).room
    invite = (await desktop.call('room.invite', { room })).invite
  })

  async function talks (person: Person, text: string): Promise<void> {
    await person.joinByInvite(invite)
    await person.say(text)
    await hears(desktop, text)
    await desktop.call('room.send', { room, text: `${text}: understood` })
    await person.sees(`${text}: understood`)
  }

  it('joins and talks as one file from a USB stick', async () => {
    await talks(await browsers.at(pathToFileURL(join(WEB, 'undertone.html')).href), 'from a file')
  })

  it('joins and talks below any path, as IPFS gateways have them, as one file and as a folder', async () => {
    const server = new StaticServer(WEB, '/ipfs/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/')
    await server.start()
    try {
      await talks(await browsers.at(server.address), 'from a folder')
      await talks(await browsers.at(`${server.address}undertone.html`), 'from one file of a folder')
    } finally {
      await server.stop()
    }
  })

  it('says what is wrong where the browser gives it no cryptography', async () => {
    const person = await browsers.at(`http://undertone.test:${browsers.server.port}/`)
    await person.page.getByText('Open it over https').waitFor()
  })

  it('is kept by the browser and opens without a network; nothing of it is left when everything is cleared', async () => {
    const context = await browsers.profile()
    const first = await browsers.open('', context)
    await first.page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated')
    await first.close()
    const requests = browsers.server.sent.size
    browsers.server.sent.clear()
    await context.setOffline(true)
    const second = await browsers.open('', context)
    await second.joinByName('alone on a train')
    await second.say('words for later')
    await second.sees('words for later')
    expect(browsers.server.sent.size).to.equal(0)
    expect(requests).to.be.greaterThan(0)
    await context.setOffline(false)
    await second.call('node.wipe', { confirm: true })
    const left = await second.page.evaluate(async () => ({
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      databases: (await indexedDB.databases()).length,
      storage: localStorage.length + sessionStorage.length
    }))
    expect(left).to.deep.equal({ caches: [], workers: 0, databases: 0, storage: 0 })
    await context.close()
  })

  it('can be installed', async () => {
    const context = await browsers.profile()
    const person = await browsers.open('', context)
    const session = await context.newCDPSession(person.page)
    const { errors } = await session.send('Page.getAppManifest')
    expect(errors).to.deep.equal([])
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    // profiles of tests are private windows, which nothing is installed from
    expect(installabilityErrors.map(({ errorId }) => errorId).filter(id => id !== 'in-incognito')).to.deep.equal([])
    await context.close()
  })

  it('refuses to run inside another page', async () => {
    browsers.server.pages.set('/frame', '<link rel="icon" href="./icon.svg"><iframe src="./"></iframe>')
    const outer = await browsers.at(`${browsers.server.origin}/frame`)
    await outer.page.frameLocator('iframe').getByText('does not run inside another page').waitFor()
  })

  it('is the same to the byte when it is built again, elsewhere, by somebody with other settings, and shows the hash that the build prints', async () => {
    const folders = await Promise.all([0, 1].map(async () => mkdtemp(join(tmpdir(), 'undertone-build-'))))
    const elsewhere = join(ROOT, '.build', `elsewhere-${process.pid}`)
    try {
      const copy = join(elsewhere, 'deeper', 'down')
      await copyTo(copy)
      const printed = []
      for (const [i, [cwd, settings]] of ([[ROOT, { TZ: 'Asia/Tokyo', LANG: 'C' }], [copy, { TZ: 'America/Lima', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' }]] as const).entries()) {
        const { stderr } = await run(process.execPath, [BUILD, '--out', folders[i]], { cwd, env: { ...process.env, ...settings } })
        printed.push(/undertone\.html ([0-9a-f]{64})/.exec(stderr)?.[1])
      }
      const [one, two] = await Promise.all(folders.map(async folder => Promise.all((await readdir(folder)).sort().map(async name => [name, (await readFile(join(folder, name))).toString('base64')]))))
      expect(one).to.deep.equal(two)
      expect(printed[0]).to.be.a('string').and.equal(printed[1])
      const person = await browsers.open()
      expect(await person.page.locator('meta[name=undertone-build]').getAttribute('content')).to.equal(printed[0])
      const zeroed = (await readFile(join(folders[0], 'undertone.html'), 'utf8')).replace(printed[0] as string, '0'.repeat(64))
      expect(createHash('sha256').update(zeroed).digest('hex')).to.equal(printed[0])
    } finally {
      await Promise.all([...folders, elsewhere].map(async folder => rm(folder, { recursive: true, force: true })))
    }
  })
})
