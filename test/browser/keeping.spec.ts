import { expect } from 'aegir/chai'
import { hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { Person } from '../support/browser.ts'

describe('what a page keeps', () => {
  const { browsers, nodes } = onStage()

  it('is nothing until there is a passphrase; then rooms, personas and messages come back with it, and only with it', async () => {
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    const { room } = await desktop.call('room.create', { kind: 'invite', name: 'keepsakes' })
    const { invite } = await desktop.call('room.invite', { room })
    const context = await browsers.profile({ serviceWorkers: 'block' })
    const first = await browsers.open('', context)
    await first.joinByInvite(invite)
    await first.say('worth keeping')
    await hears(desktop, 'worth keeping')
    expect(await first.page.evaluate(async () => (await indexedDB.databases()).length)).to.equal(0)
    expect(await first.call('page.state')).to.include({ kept: false, vault: false, keepable: true })
    const { persona } = (await first.call('room.list')).rooms[0]
    await first.call('page.keep', { passphrase: 'a passphrase of my own' })
    expect(await first.call('page.state')).to.include({ kept: true, vault: true })
    expect((await first.call('room.list')).rooms[0].persona).to.equal(persona)
    await first.close()

    const second = await browsers.open('', context)
    expect((await second.call('room.list')).rooms).to.deep.equal([])
    expect(await second.call('page.state')).to.include({ kept: false, vault: true })
    const wrong = await second.call('page.keep', { passphrase: 'a guess' }).catch(error => String(error))
    expect(wrong).to.include('WrongPassphraseError')
    await second.call('page.keep', { passphrase: 'a passphrase of my own' })
    const [kept] = (await second.call('room.list')).rooms
    expect(kept.persona).to.equal(persona)
    const { messages } = await second.call('room.messages', { room: kept.room })
    expect(messages.map((each: { text: string }) => each.text)).to.include('worth keeping')
    await second.call('room.send', { room: kept.room, text: 'back again' })
    await hears(desktop, 'back again')

    await second.call('node.wipe', { confirm: true })
    expect(await second.page.evaluate(async () => (await indexedDB.databases()).length)).to.equal(0)
    await context.close()
  })

  it('is a draft, with a passphrase after the page was closed, without one as long as another tab is open; nobody is typed over', async () => {
    const context = await browsers.profile({ serviceWorkers: 'block' })
    const kept = async (person: Person, room: string, text: string): Promise<void> => {
      for (let held: unknown; held !== text;) {
        // a call that comes between two engines is answered by none
        const pause = new Promise(resolve => setTimeout(resolve, 1_000))
        held = await Promise.race([person.call('room.draft', { room }).then(draft => draft.text, () => {}), pause])
      }
    }
    const enters = async (person: Person, name: string): Promise<void> => {
      await person.page.locator('.room-entry', { hasText: name }).first().click()
      await person.inRoom()
    }
    const holds = async (person: Person, text: string): Promise<void> => { await person.page.waitForFunction(text => document.querySelector<HTMLTextAreaElement>('.composer textarea')?.value === text, text) }
    const first = await browsers.open('', context)
    const { room } = await first.call('room.create', { kind: 'invite', name: 'keepsakes' })
    await first.call('room.create', { kind: 'invite', name: 'elsewhere' })
    await enters(first, 'keepsakes')
    await first.composer.fill('half a thought')
    await kept(first, room, 'half a thought')
    const tab = await browsers.open('', context)
    await enters(tab, 'keepsakes')
    await holds(tab, 'half a thought')
    await tab.composer.fill('another half')
    await kept(tab, room, 'another half')
    expect(await first.composer.inputValue()).to.equal('half a thought')
    await enters(first, 'elsewhere')
    await enters(first, 'keepsakes')
    await holds(first, 'half a thought')
    // the tab with the engine goes, the other one has what was typed last
    await first.close()
    await kept(tab, room, 'another half')
    expect(await tab.page.evaluate(async () => [(await indexedDB.databases()).length, localStorage.length, sessionStorage.length])).to.deep.equal([0, 0, 0])
    await tab.call('page.keep', { passphrase: 'a passphrase of my own' })
    await enters(tab, 'keepsakes')
    await tab.composer.fill('half a thought, kept')
    await kept(tab, room, 'half a thought, kept')
    // a moment for the write, which nobody waits for
    await new Promise(resolve => setTimeout(resolve, 1_000))
    await tab.close()

    const again = await browsers.open('', context)
    await again.call('page.keep', { passphrase: 'a passphrase of my own' })
    await enters(again, 'keepsakes')
    await holds(again, 'half a thought, kept')
    // said, it is no draft any more
    await again.composer.press('Enter')
    await again.sees('half a thought, kept')
    await holds(again, '')
    await kept(again, room, '')
    await context.close()
  })

  it('is gone when the duress passphrase is typed into the lock screen, which looks as ever', async () => {
    const context = await browsers.profile({ serviceWorkers: 'block' })
    const first = await browsers.open('', context)
    await first.call('page.keep', { passphrase: 'a passphrase of my own' })
    const { room } = await first.call('room.create', { kind: 'invite', name: 'keepsakes' })
    await first.call('room.send', { room, text: 'worth keeping' })
    await first.call('node.duress', { current: 'a passphrase of my own', duress: 'under duress' })
    await first.close()

    const forced = await browsers.open('', context)
    await forced.page.locator('form.unlock input').fill('under duress')
    await forced.page.locator('form.unlock button').click()
    await forced.page.locator('form.unlock').waitFor({ state: 'detached' })
    expect(await forced.call('page.state')).to.include({ kept: true, vault: true })
    expect((await forced.call('room.list')).rooms).to.deep.equal([])
    await forced.close()

    const later = await browsers.open('', context)
    expect(await later.call('page.keep', { passphrase: 'a passphrase of my own' }).catch(error => String(error))).to.include('WrongPassphraseError')
    await later.call('page.keep', { passphrase: 'under duress' })
    expect((await later.call('room.list')).rooms).to.deep.equal([])
    await context.close()
  })

  it('is saved to a file with its pictures, opens on a desktop that nobody is connected to, and comes back with what was added', async () => {
    const page = await browsers.open()
    const { room } = await page.call('room.create', { kind: 'invite', name: 'on a stick' })
    const { id } = await page.call('room.attach', { room, data: 'cGljdHVyZQ', name: 'map.txt', type: 'text/plain' })
    const { data, files } = await page.call('room.export', { room })
    expect(files).to.equal(1)
    await page.close()
    const desktop = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    await desktop.call('room.import', { data })
    expect((await desktop.call('room.fetch', { room, attachment: id })).data).to.equal('cGljdHVyZQ')
    const added = await desktop.call('room.attach', { room, data: 'YWRkZWQ', name: 'way.txt', type: 'text/plain' })
    const back = await desktop.call('room.export', { room })
    await desktop.stop()

    const other = await browsers.open()
    await other.call('room.import', { data: back.data })
    for (const [attachment, held] of [[id, 'cGljdHVyZQ'], [added.id, 'YWRkZWQ']]) {
      expect((await other.call('room.fetch', { room, attachment })).data).to.equal(held)
    }
    await other.close()
  })
})
