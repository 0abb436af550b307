import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { Page } from 'playwright-core'

const FILE_BYTES = 24 * 1024 * 1024
const ALONE = ['--bootstrap', '/ip4/127.0.0.1/tcp/9']

describe('a room and what comes with it', () => {
  const { browsers, nodes } = onStage()
  let folder: string
  let ben: ChildNode
  let room: string
  let app: App
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-rooms-'))
    const { node, invite, ...made } = await nodes.founder('Harbour')
    ben = node
    room = made.room
    app = await App.open(browsers, nodes)
    await app.call('room.join', { invite })
    await app.enter('Harbour')
  })
  after(async () => { await rm(folder, { recursive: true, force: true }) })

  it('shows how far a large file has come, lets go of it at a press, and gets it whole the next time', async () => {
    const { page } = app
    const path = join(folder, 'film')
    const film = randomBytes(FILE_BYTES)
    await writeFile(path, film)
    await ben.call('room.attach', { room, path, name: 'film.bin', type: 'application/octet-stream' })
    const file = page.locator('.file', { hasText: 'film.bin' })
    await file.locator('button', { hasText: 'Save' }).click()
    await page.waitForFunction(() => (document.querySelector<HTMLProgressElement>('.file progress')?.value ?? 0) > 0)
    // who has it stands still: it cannot be there before the press
    ben.kill('SIGSTOP')
    try {
      expect(await file.locator('.note').textContent()).to.match(/\d.* \/ \d/)
      await file.locator('button', { hasText: 'Cancel' }).click()
      await file.locator('progress').waitFor({ state: 'detached' })
      expect(await page.locator('.failure').count()).to.equal(0)
    } finally {
      ben.kill('SIGCONT')
    }
    const [download] = await Promise.all([page.waitForEvent('download'), file.locator('button', { hasText: 'Save' }).click()])
    expect(download.suggestedFilename()).to.equal('film.bin')
    expect((await readFile(await download.path())).equals(film)).to.equal(true)
  })

  it('is saved to a locked file, which opens elsewhere with its passphrase and no other', async () => {
    const { page } = app
    await ben.call('room.send', { room, text: 'carried on a stick' })
    await page.getByText('carried on a stick', { exact: true }).first().waitFor()
    await page.locator('.tool-about').click()
    const save = page.locator('.panel-about details', { hasText: 'Save the room' })
    await save.locator('summary').click()
    await save.getByLabel('Passphrase for the file').fill('salt and rope')
    const [download] = await Promise.all([page.waitForEvent('download'), save.locator('button.primary').click()])
    await app.bare()

    const other = await App.open(browsers, nodes)
    const [chooser] = await Promise.all([other.page.waitForEvent('filechooser'), other.page.locator('.more-ways button').click()])
    await chooser.setFiles({ name: download.suggestedFilename(), mimeType: 'application/octet-stream', buffer: await readFile(await download.path()) })
    const locked = other.page.locator('.locked-file')
    await locked.locator('input:focus').waitFor()
    expect(await other.page.locator('.failure').count()).to.equal(0)
    await locked.locator('input').fill('sand and rope')
    await locked.locator('button.primary').click()
    await other.page.locator('.failure').waitFor()
    await locked.locator('input').fill('salt and rope')
    await locked.locator('button.primary').click()
    await other.page.locator('.conversation h1', { hasText: 'Harbour' }).waitFor()
    await other.page.getByText('carried on a stick', { exact: true }).first().waitFor()
    expect(await other.page.locator('.failure').count()).to.equal(0)
    await other.page.close()
  })

  it('says why there is nothing older: it begins here, one came in here, or it is kept no longer', async () => {
    const { page } = app
    const beginning = async (name: string, words: RegExp): Promise<void> => {
      await app.enter(name)
      await page.locator('.beginning', { hasText: words }).waitFor()
    }
    const { room: own } = await app.call('room.create', { kind: 'invite', name: 'Jetty' })
    await app.call('room.send', { room: own, text: 'first of all' })
    await beginning('Jetty', /where the conversation begins/)

    const { room: closed } = await ben.call('room.create', { kind: 'invite', name: 'Quay', policy: { history: 'join' } })
    await ben.call('room.send', { room: closed, text: 'before you came' })
    await app.call('room.join', { invite: (await ben.call('room.invite', { room: closed })).invite })
    await app.enter('Quay')
    await ben.call('room.send', { room: closed, text: 'now that you are here' })
    await page.getByText('now that you are here', { exact: true }).first().waitFor()
    await beginning('Quay', /You came in here/)

    const { room: short } = await app.call('room.create', { kind: 'invite', name: 'Tide', policy: { retention: 2_000 } })
    await app.enter('Tide')
    // what was said last goes too: somebody talks on
    for (const limit = soon(); await page.locator('.beginning', { hasText: 'as this room decided' }).count() === 0;) {
      limit.throwIfAborted()
      await app.call('room.send', { room: short, text: 'still wet' })
      await page.waitForTimeout(400)
    }
  })

  it('is searched in Chinese, which has no spaces, and in Arabic, whatever marks were written', async () => {
    const { page } = app
    await app.enter('Harbour')
    for (const text of ['我们明天上午在港口开会，请准时到。', 'الاجتِماعُ غدًا في الميناء', 'something else']) {
      await ben.call('room.send', { room, text })
    }
    await page.getByText('something else', { exact: true }).first().waitFor()
    await page.keyboard.press('Control+k')
    for (const [query, text] of [['港口', '我们明天'], ['الاجتماع', 'الميناء']]) {
      await page.locator('.panel-search input').fill(query)
      await page.locator('.found button', { hasText: text }).waitFor()
      expect(await page.locator('.found button').count(), query).to.equal(1)
    }
    await page.locator('.found button').first().click()
    await page.locator('.message:focus', { hasText: 'الميناء' }).waitFor()
    await app.bare()
  })

  it('tells its founder, and nobody else, what is given up with their persona, before it is', async () => {
    const { page } = app
    await app.bare()
    await app.enter('Harbour')
    await page.locator('.tool-about').click()
    const burn = page.locator('.panel-about button', { hasText: 'Burn this persona' })
    const warning = page.locator('.panel-about', { hasText: 'nobody can move it any more' })
    await burn.waitFor()
    expect(await warning.count()).to.equal(0)
    await app.bare()
    await app.call('room.create', { kind: 'invite', name: 'Lighthouse' })
    await app.enter('Lighthouse')
    await page.locator('.tool-about').click()
    await warning.waitFor()
    const move = page.locator('.panel-about summary', { hasText: 'Move the room' })
    expect(await move.count()).to.equal(1)
    await burn.click()
    await page.locator('.panel-about button.asked').click()
    await warning.waitFor({ state: 'detached' })
    expect(await move.count()).to.equal(0)
    await app.bare()
  })

  it('tells who came second with an invite for one, and the founder, who moves the room without them; neither notice goes away by itself', async () => {
    const open = async (): Promise<App> => App.open(browsers, nodes, {}, ALONE)
    const [ana, ...both] = await Promise.all([open(), open(), open()])
    const { room: alcove } = await ana.call('room.create', { kind: 'invite', name: 'Alcove' })
    await ana.enter('Alcove')
    await ana.page.clock.install()
    const { invite } = await ana.call('room.invite', { room: alcove, uses: 1 })
    await Promise.all(both.map(async each => each.call('room.join', { invite })))
    await Promise.all(both.map(async each => each.call('room.send', { room: alcove, text: 'hello' }).catch(() => {})))
    const refused = (page: Page): ReturnType<Page['locator']> => page.locator('.notice', { hasText: 'used your invite first' })
    await Promise.any(both.map(async ({ page }) => refused(page).waitFor()))
    const told = ana.page.locator('.notice', { hasText: 'used by two' })
    await told.waitFor()
    // longer than other notices stay
    await ana.page.clock.fastForward(30_000)
    expect(await told.count()).to.equal(1)
    expect((await Promise.all(both.map(async ({ page }) => refused(page).count()))).sort()).to.deep.equal([0, 1])
    await told.locator('button.link').click()
    for (const limit = soon(); (await ana.call('room.list')).rooms.length < 2;) {
      limit.throwIfAborted()
    }
    await ana.page.locator('.conversation h1', { hasText: 'Alcove' }).waitFor()
    await Promise.all([ana, ...both].map(async ({ page }) => page.close()))
  })
})
