import { expect } from 'aegir/chai'
import { Nodes, hears } from '../support/nodes.ts'
import { Windows } from '../support/windows.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { Person } from '../support/browser.ts'

/** Keeps what the person is told of; the click on it is the test's. */
function noteNotices (): void {
  const notices: Notification[] = []
  Object.assign(window, { notices })
  window.Notification = class extends Notification {
    constructor (title: string, options: NotificationOptions = {}) {
      super(title, options)
      notices.push(this)
    }
  }
}

describe('a page behind other windows', function () {
  const windows = new Windows()
  const nodes = new Nodes()
  let ben: ChildNode
  let rooms: string[]
  let ada: Person
  before(async () => {
    await windows.start()
    ben = nodes.rpc(['--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    ada = await windows.open(noteNotices)
    rooms = []
    for (const name of ['Harbour', 'Lighthouse']) {
      const { room } = await ben.call('room.create', { kind: 'invite', name })
      const { invite } = await ben.call('room.invite', { room })
      rooms.push(room)
      if (rooms.length > 1) {
        await ada.page.locator('.new-room').click()
      }
      await ada.joinByInvite(invite)
      await ada.say(`ada is in ${name}`)
      await hears(ben, `ada is in ${name}`)
    }
    await ada.page.locator('.rooms header button').last().click()
    await ada.page.locator('.panel-settings select:has(option[value=quiet])').selectOption('quiet')
    await ada.page.keyboard.press('Escape')
    // Lighthouse is on the screen
    await ben.call('room.send', { room: rooms[1], text: 'seen at once' })
    await ada.sees('seen at once')
  })
  afterEach(() => { windows.check() })
  after(async () => {
    await windows.stop()
    await nodes.stop()
  })

  const says = async (room: number, text: string): Promise<void> => { await ben.call('room.send', { room: rooms[room], text }) }
  const titled = async (title: string): Promise<void> => { await ada.page.waitForFunction(title => document.title === title, title, { polling: 100 }) }

  it('draws nothing, counts in its title what came, and tells of it without a word of it', async () => {
    await windows.putBehind(ada)
    await says(1, 'the lamp is lit')
    await says(1, 'the fog is thick')
    await titled('(2) Undertone')
    expect(await ada.page.locator('.message').allInnerTexts()).to.not.include('the lamp is lit')
    const told = await ada.page.evaluate(() => (window as any).notices.map(({ title, body }: Notification) => `${title} ${body}`))
    expect(told).to.have.length(1)
    expect(told[0]).to.not.match(/lamp|fog|Lighthouse/)
  })

  it('shows all of it when it is brought back, below a mark, and as read', async () => {
    await windows.putInFront(ada)
    await ada.sees('the fog is thick')
    await titled('Undertone')
    // the mark stands between what was seen and what was not
    const lines = await ada.page.locator('.timeline .text, .timeline .unread').allInnerTexts()
    expect(lines.map(line => line.trim()).slice(-4)).to.deep.equal(['seen at once', 'New', 'the lamp is lit', 'the fog is thick'])
  })

  it('opens the room that a notice told of', async () => {
    await windows.putBehind(ada)
    // notices come at most every few seconds
    await ada.page.waitForTimeout(3_100)
    await says(0, 'a boat comes in')
    await ada.page.waitForFunction(() => (window as any).notices.length === 2, null, { polling: 100 })
    await windows.putInFront(ada)
    await ada.page.evaluate(() => { (window as any).notices[1].onclick() })
    await ada.page.locator('.conversation h1', { hasText: 'Harbour' }).waitFor()
    await ada.sees('a boat comes in')
  })

  it('shows the newest of thousands that came meanwhile: who read to the end goes on there', async () => {
    const { room } = await ben.call('room.create', { kind: 'invite', name: 'Crowd', policy: { rate: { perSecond: 10_000, burst: 10_000 } } })
    const { invite } = await ben.call('room.invite', { room })
    const eve = await windows.open()
    await eve.joinByInvite(invite)
    await eve.say('one tall line\nand another')
    await hears(ben, 'one tall line\nand another')
    await windows.putBehind(eve)
    await Promise.all(Array.from({ length: 3_000 }, async (_, i) => ben.call('room.send', { room, text: `said ${i}` })))
    await eve.page.waitForFunction(() => document.title === '(3000) Undertone', null, { polling: 100 })
    await windows.putInFront(eve)
    await eve.sees('said 2999')
    expect(await eve.page.locator('.latest').count()).to.equal(0)
    await eve.close()
  })
})
