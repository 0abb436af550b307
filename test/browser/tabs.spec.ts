import { expect } from 'aegir/chai'
import { heard, hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { Person } from '../support/browser.ts'
import type { BrowserContext } from 'playwright-core'

describe('tabs of one profile', () => {
  const { browsers, nodes } = onStage()
  let desktop: ChildNode
  let room: string
  let invite: string
  let context: BrowserContext
  before(async () => {
    desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    room = (await desktop.call('room.create', { kind: 'invite', name: 'tabs' })).room
    invite = (await desktop.call('room.invite', { room })).invite
  })
  beforeEach(async () => { context = await browsers.profile() })
  afterEach(async () => {
    await context.close()
  })

  const personas = async (): Promise<string[]> => (await desktop.call('room.members', { room })).members.map((each: { persona: string }) => each.persona)

  async function enter (tab: Person): Promise<void> {
    await tab.page.locator('.rooms button, nav button').filter({ hasText: 'tabs' }).first().click()
    await tab.inRoom()
  }

  it('share one node: one persona, every message once, whichever tab speaks', async () => {
    const before = (await personas()).length
    const first = await browsers.open('', context)
    await first.joinByInvite(invite)
    const second = await browsers.open('', context)
    await enter(second)
    await first.say('from the first')
    await second.sees('from the first')
    await second.say('from the second')
    await Promise.all([first.sees('from the second'), second.sees('from the second'), hears(desktop, 'from the second')])
    expect(await personas()).to.have.length(before + 1)
    for (const text of ['from the first', 'from the second']) {
      expect(heard(desktop).filter(each => each === text)).to.have.length(1)
      expect(await second.page.locator('main').getByText(text, { exact: true }).count()).to.equal(1)
    }
  })

  it('go on as the same person, with what was said, when the tab that ran the node is closed in mid-sentence', async () => {
    const first = await browsers.open('', context)
    await first.joinByInvite(invite)
    const second = await browsers.open('', context)
    await enter(second)
    await first.say('before the end')
    await hears(desktop, 'before the end')
    const known = await personas()
    const { persona } = (await second.call('room.list')).rooms[0]
    await first.say('last words of the first')
    const closed = first.close()
    await second.say('said while it closed')
    await closed
    await Promise.all([hears(desktop, 'last words of the first'), hears(desktop, 'said while it closed')])
    await second.sees('before the end')
    await desktop.call('room.send', { room, text: 'are you still there?' })
    await second.sees('are you still there?')
    await second.say('I am')
    await hears(desktop, 'I am')
    expect((await second.call('room.list')).rooms[0].persona).to.equal(persona)
    expect(await personas()).to.deep.equal(known)
    for (const text of ['before the end', 'last words of the first', 'said while it closed', 'I am']) {
      expect(heard(desktop).filter(each => each === text), text).to.have.length(1)
    }
  })

  it('go on, all that are left, when the one that ran the node crashes', async () => {
    const first = await browsers.open('', context)
    await first.joinByInvite(invite)
    await first.say('before the crash')
    await hears(desktop, 'before the crash')
    const others = [await browsers.open('', context), await browsers.open('', context)]
    await Promise.all(others.map(async other => enter(other)))
    const known = await personas()
    const session = await context.newCDPSession(first.page)
    const crashed = first.page.waitForEvent('crash')
    session.send('Page.crash').catch(() => {})
    await crashed
    await others[0].say('one of us fell')
    await hears(desktop, 'one of us fell')
    await others[1].sees('one of us fell')
    await others[1].say('the others did not')
    await Promise.all([hears(desktop, 'the others did not'), others[0].sees('the others did not')])
    await Promise.all(others.map(async other => other.sees('before the crash')))
    // what the second one did while it ran the node is known to the third
    await others[0].close()
    await others[1].say('one is left')
    await hears(desktop, 'one is left')
    await Promise.all(['before the crash', 'one of us fell', 'the others did not'].map(async text => others[1].sees(text)))
    expect(await personas()).to.deep.equal(known)
    for (const text of ['before the crash', 'one of us fell', 'the others did not', 'one is left']) {
      expect(heard(desktop).filter(each => each === text), text).to.have.length(1)
    }
  })

  it('lose nothing when the other one is closed', async () => {
    const first = await browsers.open('', context)
    await first.joinByInvite(invite)
    const second = await browsers.open('', context)
    await enter(second)
    await second.say('said and gone')
    await second.close()
    await hears(desktop, 'said and gone')
    await first.say('still here')
    await hears(desktop, 'still here')
  })

  it('wake from a freeze and catch up by themselves', async () => {
    const tab = await browsers.open('', context)
    await tab.joinByInvite(invite)
    await tab.say('good night')
    await hears(desktop, 'good night')
    const session = await context.newCDPSession(tab.page)
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    for (let i = 0; i < 20; i++) {
      await desktop.call('room.send', { room, text: `while you slept ${i}` })
    }
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    for (let i = 0; i < 20; i++) {
      await tab.sees(`while you slept ${i}`)
    }
    await tab.say('good morning')
    await hears(desktop, 'good morning')
  })
})
