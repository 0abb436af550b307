import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { Browsers, PATIENCE_MS } from '../support/browser.ts'
import { Nodes, hears, soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { png } from '../support/pictures.ts'
import { qrVideo } from '../support/qr-video.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const CAMERA = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']

/** Browsers whose camera sees the code that a desktop node makes. */
class CameraStage {
  readonly #nodes = new Nodes()
  readonly desktop = this.#nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
  readonly #folder: string
  readonly browsers: Browsers

  private constructor (folder: string) {
    this.#folder = folder
    this.browsers = new Browsers({ flags: [...CAMERA, `--use-file-for-fake-video-capture=${join(folder, 'camera.y4m')}`] })
  }

  static async start (code: (desktop: ChildNode) => Promise<string>): Promise<CameraStage> {
    const folder = await mkdtemp(join(tmpdir(), 'undertone-camera-'))
    const stage = new CameraStage(folder)
    try {
      await writeFile(join(folder, 'camera.y4m'), qrVideo(await code(stage.desktop)))
      await stage.browsers.start()
      return stage
    } catch (error) {
      await stage.stop()
      throw error
    }
  }

  async stop (): Promise<void> {
    await this.browsers.stop()
    await this.#nodes.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

describe('an invite held in front of the camera', () => {
  let stage: CameraStage
  before(async () => {
    stage = await CameraStage.start(async desktop => {
      const { room } = await desktop.call('room.create', { kind: 'invite', name: 'scanned' })
      return (await desktop.call('room.invite', { room })).code
    })
  })
  after(async () => { await stage.stop() })

  it('lets a page in by itself', async () => {
    const { browsers, desktop } = stage
    const ada = await browsers.open()
    await ada.page.locator('button:has(.icon-camera)').click()
    await ada.inRoom()
    await ada.say('read from a picture')
    await hears(desktop, 'read from a picture')
    browsers.check()
  })
})

describe('a list held in front of the camera', () => {
  let stage: CameraStage
  before(async () => {
    stage = await CameraStage.start(async desktop => {
      const { list } = await desktop.call('list.create', { title: 'Seen on a poster' })
      await desktop.call('list.add', { list, subject: { word: 'lorem' }, action: 'hide', reason: 'spam' })
      return (await desktop.call('list.invite', { list })).address
    })
  })
  after(async () => { await stage.stop() })

  it('is followed on trial, once its reader says so', async () => {
    const { browsers } = stage
    const ada = await browsers.open()
    const { page } = ada
    await page.locator('.settings-corner').click()
    await page.locator('.panel-settings button:has(.icon-list)').click()
    await page.locator('.panel-lists section').first().locator('button.primary').click()
    const panel = page.locator('.panel-follow')
    await panel.locator('button:has(.icon-camera)').click()
    await page.waitForFunction(() => (document.querySelector('.panel-follow textarea') as HTMLTextAreaElement | null)?.value.startsWith('undertone:join/'), undefined, { timeout: PATIENCE_MS })
    await panel.locator('[name=trial]').check()
    await panel.locator('button.primary').click()
    const shown = page.locator('.panel-list', { hasText: 'Seen on a poster' })
    await shown.waitFor({ timeout: PATIENCE_MS })
    await shown.locator('.entries', { hasText: 'lorem' }).waitFor({ timeout: PATIENCE_MS })
    expect(await shown.locator('label.check input').first().isChecked()).to.equal(true)
    browsers.check()
  })
})

describe('what a person can do with what others say', () => {
  const { browsers, nodes } = onStage()
  let ben: ChildNode
  let room: string
  let app: App
  before(async () => {
    const { node, invite, ...made } = await nodes.founder('Harbour')
    ben = node
    room = made.room
    app = await App.open(browsers, nodes, { permissions: ['notifications'] })
    await app.call('room.join', { invite })
    await app.enter('Harbour')
  })

  it('be told of a message without a word of it, unless words were asked for', async () => {
    const { page } = app
    await page.evaluate(() => {
      const shown: Array<{ title: string, body: string }> = []
      Object.assign(window, { shown })
      window.Notification = class extends Notification {
        constructor (title: string, options: NotificationOptions = {}) {
          super(title, options)
          shown.push({ title, body: options.body ?? '' })
        }
      }
    })
    const shown = async (): Promise<Array<{ title: string, body: string }>> => page.evaluate(() => (window as any).shown)
    const choose = async (what: string): Promise<void> => {
      await page.locator('.rooms header button').last().click()
      await page.locator('.panel-settings select:has(option[value=quiet])').selectOption(what)
      await app.bare()
    }
    const says = async (text: string): Promise<void> => { await ben.call('room.send', { room, text }) }
    // in another place of the app: what is on the screen needs no telling
    await page.locator('.new-room').click()
    await choose('quiet')
    await says('the tide is high at nine')
    await page.waitForFunction(() => (window as any).shown.length === 1, undefined, { timeout: PATIENCE_MS })
    expect(JSON.stringify(await shown())).to.not.include('tide').and.not.include('Harbour')
    await choose('full')
    // notifications come at most every few seconds
    await page.waitForTimeout(3_100)
    await says('the tide is low at three')
    await page.waitForFunction(() => (window as any).shown.length === 2, undefined, { timeout: PATIENCE_MS })
    expect((await shown())[1].title).to.include('Harbour')
    expect((await shown())[1].body).to.include('the tide is low at three')
    await app.enter('Harbour')
  })

  it('report it to the keeper of a list, who reads it sealed, checks it and answers', async () => {
    const { page } = app
    const keeper = await App.open(browsers, nodes)
    const { list } = await keeper.call('list.create', { title: 'Calm Harbour' })
    const { address } = await keeper.call('list.invite', { list })
    await app.call('list.subscribe', { address })
    await ben.call('room.send', { room, text: 'you will be sorry' })
    const message = page.locator('.message', { hasText: 'you will be sorry' }).last()
    await message.waitFor({ timeout: PATIENCE_MS })
    await message.locator('.more-button').click()
    await message.locator('.menu button:has(.icon-flag)').click()
    const panel = page.locator('.panel-report')
    await panel.locator('button.primary').click()
    await panel.locator('.chip').nth(1).click()
    await panel.locator('textarea').fill('said twice today')
    await panel.locator('button.primary').click()
    await panel.locator('li input:checked').waitFor()
    await panel.locator('button.primary').click()
    await page.locator('.notice').waitFor()

    const inbox = keeper.page
    await inbox.locator('.settings-corner').click().catch(() => {})
    await inbox.locator('.panel-settings button:has(.icon-list)').click()
    await inbox.locator('.panel-lists button', { hasText: 'Reports to you' }).click()
    const report = inbox.locator('.panel-inbox .entries li', { hasText: 'you will be sorry' })
    await report.waitFor({ timeout: PATIENCE_MS })
    expect(await report.textContent()).to.include('said twice today').and.include('without a name')
    await inbox.locator('.notice', { hasText: 'reported something' }).waitFor({ timeout: PATIENCE_MS })
    const saved = inbox.waitForEvent('download')
    await report.locator('button', { hasText: 'Save to a file' }).click()
    expect((await saved).suggestedFilename()).to.equal('report.undertone-report')
    await report.locator('input[type=checkbox]').check()
    await inbox.locator('.batch textarea').fill('thank you for telling')
    await inbox.locator('.batch button').first().click()
    // whoever reported learns what became of it, though nobody knows who that is
    await page.locator('.notice', { hasText: 'Acted' }).waitFor({ timeout: PATIENCE_MS })
    expect(await page.locator('.notice').textContent()).to.include('thank you for telling')
    await inbox.locator('.panel-inbox .entries li.done').waitFor({ timeout: PATIENCE_MS })
  })

  it('vote on what the room is for, and everybody counts the same', async () => {
    const { page } = app
    await page.locator('.tool-about').click()
    await page.locator('.panel-about button:has(.icon-list)').click()
    const panel = page.locator('.panel-charter')
    await panel.locator('details summary').click()
    await panel.locator('[name=purpose]').fill('Boats, and nothing but boats')
    await panel.locator('[name=slow]').fill('5')
    await panel.locator('[name=duration]').fill('48')
    await panel.locator('details button.primary').click()
    const vote = panel.locator('.vote', { hasText: 'nothing but boats' })
    await vote.waitFor({ timeout: PATIENCE_MS })
    const { proposals: [{ proposal, charter }] } = await app.call('charter.read', { room })
    expect(charter.policy).to.deep.equal({ slowMode: 5_000 })
    expect(charter.voting.duration).to.equal(48 * 3_600_000)
    // nobody votes for what is not on the screen
    expect(await vote.textContent()).to.match(/once every .?5 s/).and.match(/open for .?2 d/)
    await vote.locator('.row button').first().click()
    await page.locator('.notice').waitFor()
    await (async () => {
      const signal = soon()
      for (;;) {
        const tally = await ben.call('charter.tally', { room, proposal }).catch(() => ({ yes: 0 }))
        if (tally.yes === 1) {
          return
        }
        signal.throwIfAborted()
        await new Promise(resolve => setTimeout(resolve, 200))
      }
    })()
    await ben.call('charter.vote', { room, proposal, choice: 'no' })
    await page.waitForFunction(async () => /\b1\b.*\b1\b/.test(document.querySelector('.vote .note:last-of-type')?.textContent ?? ''), undefined, { timeout: PATIENCE_MS })
    await app.bare()
  })

  it('think again before harsh words go out, and send them all the same', async () => {
    const { page } = app
    await app.call('moderation.policy', { classifier: { threshold: 0.5, action: 'label' } })
    await page.reload()
    await page.locator('.app').waitFor()
    await app.enter('Harbour')
    const words = 'shut up, you stupid idiot'
    await page.locator('.composer textarea').fill(words)
    await page.keyboard.press('Enter')
    const pause = page.locator('.composer [role=alertdialog]')
    await pause.waitFor({ timeout: PATIENCE_MS })
    expect(ben.events.some(event => event.message?.text === words)).to.equal(false)
    await pause.locator('button').nth(1).click()
    await hears(ben, words)
  })

  it('hide a picture that was opened, and with it every one that looks like it', async () => {
    const { page } = app
    const send = async (width: number, height: number, name: string): Promise<void> => {
      await ben.call('room.attach', { room, data: Buffer.from(png(width, height)).toString('base64url'), name, type: 'image/png' })
      await page.locator('.message .file', { hasText: name }).waitFor({ timeout: PATIENCE_MS })
    }
    await send(160, 120, 'first.png')
    const first = page.locator('.message', { has: page.locator('.file-name', { hasText: 'first.png' }) })
    await first.locator('.file button', { hasText: 'Show' }).click()
    await first.locator('.file img').waitFor({ timeout: PATIENCE_MS })
    await first.locator('.more-button').click()
    await first.locator('.menu button', { hasText: 'picture' }).click()
    await page.locator('.judged-bar').last().waitFor({ timeout: PATIENCE_MS })
    await page.locator('.file img').waitFor({ state: 'detached' })
    // sent again in another size: it is looked at before it is on the screen
    await send(333, 250, 'second.png')
    await page.locator('.message', { has: page.locator('.file-name', { hasText: 'second.png' }) }).locator('.file button', { hasText: 'Show' }).click()
    await page.locator('.file-name', { hasText: 'second.png' }).waitFor({ state: 'detached', timeout: PATIENCE_MS })
    expect(await page.locator('.file img').count()).to.equal(0)
  })

  it('say who may call them by name in a room', async () => {
    const { page } = app
    await page.locator('.tool-about').click()
    const choice = page.getByLabel('Who may call you by name here')
    expect(await choice.inputValue()).to.equal('everyone')
    await choice.selectOption('nobody')
    for (const limit = soon(); (await app.call('room.info', { room })).mentions !== 'nobody';) {
      limit.throwIfAborted()
    }
    expect(await choice.inputValue()).to.equal('nobody')
    await app.bare()
  })

  it('pass on help lines in a list of their own, and take them back', async () => {
    const { page } = app
    const { list } = await app.call('list.create', { title: 'Somebody listens' })
    await page.locator('.rooms header button').first().click()
    await page.locator('.panel-lists .list-line', { hasText: 'Somebody listens' }).click()
    const help = page.locator('.panel-list details', { hasText: 'Help lines' })
    await help.locator('summary').click()
    await help.locator('[name=name]').fill('Night line')
    await help.locator('[name=address]').fill('+44 20 7946 0000')
    await help.locator('[name=languages]').fill('en, fa')
    await help.locator('form button').click()
    const line = help.locator('li', { hasText: 'Night line' })
    await line.waitFor({ timeout: PATIENCE_MS })
    expect(await line.textContent()).to.include('+44 20 7946 0000').and.include('en, fa')
    expect(await help.locator('[name=name]').inputValue()).to.equal('')
    const { resources } = await app.call('moderation.resources', {})
    expect(resources.map((each: { name: string }) => each.name)).to.include('Night line')
    await line.locator('button').click()
    await line.waitFor({ state: 'detached', timeout: PATIENCE_MS })
    expect((await app.call('list.entries', { list })).list.help).to.deep.equal([])
    await app.bare()
  })

  it('read a long list to its end, and find what stands far down in it', async () => {
    const { page } = app
    const lines = Array.from({ length: 1_300 }, (_, i) => `shop${i}.example`)
    const { list } = await app.call('list.import', { data: Buffer.from(lines.join('\n')).toString('base64url'), title: 'Shops' })
    await page.locator('.rooms header button').first().click()
    await page.locator('.panel-lists .list-line', { hasText: 'Shops' }).click()
    const panel = page.locator('.panel-list')
    await panel.locator('.entries li').first().waitFor({ timeout: PATIENCE_MS })
    expect(await panel.locator('.more-entries').textContent()).to.include((1_250).toLocaleString('en'))
    await panel.locator('input[type=search]').fill('shop1299.')
    await panel.locator('.entries li', { hasText: 'shop1299.example' }).waitFor({ timeout: PATIENCE_MS })
    expect((await app.call('list.entries', { list, from: 1_299 })).entries).to.have.length(1)
  })
})
