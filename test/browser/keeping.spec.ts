import { expect } from 'aegir/chai'
import { hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'

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
