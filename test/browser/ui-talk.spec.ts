import { expect } from 'aegir/chai'
import { decodeInvite } from '../../src/wire/index.ts'
import { App } from '../support/app.ts'
import { LOCAL, hears, meets } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

describe('a conversation as people expect it', () => {
  const { browsers, nodes } = onStage()
  let ben: ChildNode
  let app: App
  let room: string

  before(async () => {
    app = await App.open(browsers, nodes)
    room = (await app.call('room.create', { kind: 'invite', name: 'porch' })).room
    ben = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
  })

  it('says what waits, what was heard, who speaks on, and on which day', async () => {
    const { page } = app
    await app.enter('porch')
    await page.locator('.composer textarea').fill('is anybody there?')
    await page.locator('.composer textarea').press('Enter')
    const own = page.locator('.message.own', { hasText: 'is anybody there?' })
    // said in words: nobody should think that it was read
    expect(await own.locator('.delivery').innerText()).to.not.equal('')
    await own.locator('.delivery.sending').waitFor()
    await page.locator('.presence.alone').waitFor()

    await ben.call('room.join', { invite: (await app.call('room.invite', { room })).invite })
    await meets(ben)
    await page.locator('.presence:not(.alone)').waitFor()
    for (const text of ['I am', 'since this morning, see https://example.org/porch?a=1#b']) {
      await ben.call('room.send', { room, text })
      await page.locator('.message', { hasText: text }).waitFor()
    }
    const said = page.locator('.message:not(.own)')
    expect(await said.evaluateAll(all => all.map(each => each.classList.contains('grouped')))).to.deep.equal([false, true])
    expect(await said.locator('.name').count()).to.equal(1)
    expect(await said.locator('.identicon').count()).to.equal(1)
    expect(await said.last().locator('a').innerText()).to.equal('https://example.org/porch?a=1#b')
    expect(await page.locator('.day').count()).to.equal(1)
    expect(await page.locator('.day').innerText()).to.equal('Today')
    expect(await page.locator('.message time').evaluateAll(all => all.every(each => Date.parse((each as HTMLTimeElement).dateTime) > 0))).to.equal(true)

    await page.locator('.composer textarea').fill('good')
    await page.locator('.composer textarea').press('Enter')
    await hears(ben, 'good')
    await page.locator('.message.own', { hasText: 'good' }).locator('.delivery.heard').waitFor()
  })

  it('calls somebody what the reader calls them, and nobody else hears of it', async () => {
    const { page } = app
    const before = await page.locator('.message .name').first().innerText()
    await page.locator('.tool-people').click()
    // the reader comes first
    const other = page.locator('.people li').last()
    await other.locator('.row button').first().click()
    await other.locator('input').fill('Ben from the boat')
    await other.locator('input').press('Enter')
    await other.locator('.name', { hasText: 'Ben from the boat' }).waitFor()
    await app.bare()
    await page.locator('.message .name', { hasText: 'Ben from the boat' }).waitFor()
    const { members } = await ben.call('room.members', { room })
    expect(members.find((each: any) => each.self).petname).to.not.include('boat')
    expect(before).to.not.include('boat')
  })

  it('makes an invite that ends when it says, works as often as it says, and is copied whole', async () => {
    const { page } = app
    await page.locator('.invite-button').click()
    const text = page.locator('.panel-invite textarea')
    const usual = await text.inputValue()
    await page.locator('.panel-invite .qr').waitFor()
    await page.locator('.panel-invite label.check input').first().check()
    await page.waitForFunction(usual => ![usual, undefined].includes(document.querySelector<HTMLTextAreaElement>('.panel-invite textarea')?.value), usual)
    const first = await text.inputValue()
    const days = 86_400_000
    await page.locator('.panel-invite select').selectOption(String(days))
    await page.waitForFunction(first => ![first, undefined].includes(document.querySelector<HTMLTextAreaElement>('.panel-invite textarea')?.value), first)
    await page.locator('.panel-invite .row button.primary').click()
    const copied = await page.evaluate(async () => navigator.clipboard.readText())
    expect(copied).to.equal(await text.inputValue())
    const { uses, expires = 0 } = decodeInvite(copied)
    expect(uses).to.equal(1)
    expect(expires).to.be.within(Date.now() + days - 300_000, Date.now() + days)
    await app.bare()
  })

  it('leaves no trace at two presses, and at no single one', async () => {
    const { page } = app
    await page.locator('.rooms header button').nth(1).click()
    const wipe = page.locator('.panel-settings .danger-zone button')
    await wipe.click()
    await page.locator('.danger-zone button.asked').waitFor()
    expect((await app.call('room.list')).rooms).to.have.length(1)
    await wipe.click()
    await page.locator('main.wiped').waitFor()
    expect(await page.locator('.rooms, .conversation, .panel').count()).to.equal(0)
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).to.deep.equal([0, 0])
    await page.close()
  })
})
