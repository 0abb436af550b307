import { expect } from 'aegir/chai'
import { roomIdFromSecret, roomSecretFromName } from '../../src/crypto/index.ts'
import { PATIENCE_MS } from '../support/browser.ts'
import { onStage } from '../support/on-stage.ts'

const HELPER = '/ip4/127.0.0.1/tcp/9/ws/p2p/12D3KooWD2MSgYXDMFEmDpGiRZ2wQSZwrBwY7T5sXzUqmCn6hJ8F'
const WORDS = 'seven grey herons'

describe('a page that has to be told something first', () => {
  const { browsers } = onStage()

  it('says that it knows nobody to ask, refuses what is no address, and takes one', async () => {
    const { page, call } = await browsers.open().then(person => ({ page: person.page, call: person.call.bind(person) }))
    const card = page.locator('.no-helper')
    await card.locator('input').fill('example.org')
    await card.locator('button').click()
    await card.locator('[role=alert]').waitFor()
    await card.locator('input').fill(HELPER)
    await card.locator('button').click()
    await card.waitFor({ state: 'detached', timeout: PATIENCE_MS })
    const state = await call('page.state')
    expect(state.helpers).to.deep.equal([HELPER])
    expect(state.stun).to.deep.equal([])
  })

  it('has derived the secret of a room when its name stands still, stops for another name, and enters the one that stands there', async () => {
    const context = await browsers.profile()
    await context.addInitScript(() => {
      const noted = { asked: 0, done: 0 }
      Object.assign(globalThis, { noted })
      const { Worker } = globalThis
      globalThis.Worker = class extends Worker {
        constructor (...given: ConstructorParameters<typeof Worker>) {
          super(...given)
          this.addEventListener('message', () => { noted.done++ })
        }

        override postMessage (message: unknown): void {
          noted.asked++
          super.postMessage(message)
        }
      }
    })
    const noted = async (): Promise<{ asked: number, done: number }> => ada.page.evaluate(() => (globalThis as any).noted)
    const ada = await browsers.open('', context)
    const name = ada.page.locator('form').filter({ has: ada.page.locator('input[name=passphrase]') }).locator('input[name=name]')
    await name.fill('the wrong')
    await ada.page.waitForFunction(() => (globalThis as any).noted.asked === 1)
    await name.fill('the right one')
    await ada.page.waitForFunction(() => (globalThis as any).noted.asked === 2)
    await ada.page.waitForFunction(() => (globalThis as any).noted.done > 0)
    const before = await noted()
    await name.press('Enter')
    await ada.inRoom()
    expect(await noted()).to.deep.equal(before)
    const { rooms } = await ada.call('room.list')
    const right = await roomSecretFromName('the right one')
    expect(rooms.map((each: { room: string }) => each.room)).to.deep.equal([roomIdFromSecret(right)])
    await ada.close()
  })

  it('keeps its rooms once given a passphrase, and opens them at the next visit with that one only', async () => {
    const context = await browsers.profile()
    const first = await browsers.open('', context)
    await first.page.locator('.settings-corner').click()
    await first.page.locator('.keeping summary').click()
    await first.page.locator('.keep input').fill(WORDS)
    await first.page.locator('.keep button').click()
    await first.page.locator('.notice').waitFor()
    await first.page.keyboard.press('Escape')
    await first.page.locator('.promises .icon-timer').waitFor()
    const form = first.page.locator('form').filter({ has: first.page.locator('select[name=life]') })
    await form.locator('input[name=name]').fill('kept in here')
    await form.locator('button.primary').click()
    await first.inRoom()
    await first.page.goto('about:blank')
    const again = await browsers.open('', context)
    const unlock = again.page.locator('.unlock')
    await unlock.locator('input').fill('six grey herons')
    await unlock.locator('button').click()
    await again.page.locator('.failure').waitFor()
    await unlock.locator('input').fill(WORDS)
    await unlock.locator('button').click()
    await again.page.locator('.room-entry', { hasText: 'kept in here' }).waitFor()
    expect(await unlock.count()).to.equal(0)
    await context.close()
  })
})

describe('a room whose charter recommends a list', () => {
  const { browsers, nodes } = onStage()

  it('offers it to who looks at lists, and follows nothing by itself', async () => {
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    const { address } = await desktop.call('list.create', { title: 'calm waters' })
    const { room } = await desktop.call('room.create', { kind: 'invite', name: 'by the charter', charter: { purpose: 'rivers', rules: [], lists: [address] } })
    const { invite } = await desktop.call('room.invite', { room })
    const person = await browsers.open()
    await person.joinByInvite(invite)
    await person.page.locator('.rooms header button').first().click()
    const offer = person.page.locator('.recommended button')
    // the charter comes with the room's history
    await offer.waitFor({ timeout: PATIENCE_MS })
    expect((await person.call('list.subscriptions')).subscriptions).to.deep.equal([])
    await offer.click()
    expect(await person.page.locator('.panel-follow textarea').inputValue()).to.equal(address)
  })
})
