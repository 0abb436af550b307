import { expect } from 'aegir/chai'
import { hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'

describe('notices on a phone, whose browser lets no page make one', () => {
  const { browsers, nodes } = onStage()

  it('come from the service worker, leave everything else as it was, and lead to their room', async () => {
    const context = await browsers.profile({ permissions: ['notifications'] })
    await context.addInitScript(() => {
      const refused = class { constructor () { throw new TypeError('Illegal constructor') } }
      Object.assign(window, { Notification: Object.assign(refused, { permission: 'granted' }) })
    })
    const ben = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    const { room } = await ben.call('room.create', { kind: 'invite', name: 'Harbour' })
    const { invite } = await ben.call('room.invite', { room })
    const ada = await browsers.open('', context)
    await ada.joinByInvite(invite)
    await ada.say('ada is here')
    await hears(ben, 'ada is here')
    await ada.page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated')
    await ada.page.locator('.rooms header button').last().click()
    await ada.page.locator('.panel-settings select:has(option[value=quiet])').selectOption('full')
    await ada.page.keyboard.press('Escape')
    await ada.page.locator('.new-room').click()
    await ben.call('room.send', { room, text: 'a boat comes in' })
    await ada.page.locator('.badge').waitFor()
    const shown = async (): Promise<string[]> => ada.page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body }) => `${title} ${body}`))
    while ((await shown()).length === 0) {
      await ada.page.waitForTimeout(50)
    }
    expect((await shown()).join()).to.match(/Harbour.*a boat comes in/)

    // a press, which a script cannot make: what only a browser's own event may do is done for it
    const brought = await context.serviceWorkers()[0].evaluate(async () => {
      const worker = globalThis as any
      const [notification] = await worker.registration.getNotifications()
      const event = new worker.NotificationEvent('notificationclick', { notification })
      let done: Promise<unknown> | undefined
      event.waitUntil = (promise: Promise<unknown>) => { done = promise }
      const brought: string[] = []
      worker.WindowClient.prototype.focus = async function () { brought.push(this.url) }
      worker.dispatchEvent(event)
      await done
      return brought
    })
    expect(brought).to.deep.equal([browsers.server.address])
    await ada.page.locator('.conversation h1', { hasText: 'Harbour' }).waitFor()
    expect(await shown()).to.deep.equal([])
    await context.close()
  })
})
