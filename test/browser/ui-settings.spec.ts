import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { LOCAL, hears, soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { BrowserContext } from 'playwright-core'

const STUN = 'stun:127.0.0.1:9'

/** Has a profile note which servers WebRTC is told of, and how many sounds are made. */
async function noting (context: BrowserContext): Promise<BrowserContext> {
  await context.addInitScript(() => {
    const told: string[][] = []
    const made = { sounds: 0 }
    Object.assign(globalThis, { told, made })
    const { AudioContext, RTCPeerConnection } = globalThis
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor (settings?: RTCConfiguration) {
        super(settings)
        told.push((settings?.iceServers ?? []).flatMap(({ urls }) => urls))
      }
    }
    globalThis.AudioContext = class extends AudioContext {
      constructor () {
        super()
        made.sounds++
      }
    }
  })
  return context
}

describe('the app as a person sets it', () => {
  const { browsers, nodes } = onStage()

  it('takes theme, text size and language at once, and keeps none of them', async () => {
    const { page } = await App.open(browsers, nodes, { locale: 'en', colorScheme: 'light' })
    const look = async (): Promise<object> => page.evaluate(() => {
      const { dataset, dir, lang, style } = document.documentElement
      return { theme: dataset.theme, dir, lang, size: style.fontSize }
    })
    expect(await look()).to.deep.equal({ theme: 'light', dir: 'ltr', lang: 'en', size: '100%' })
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await page.locator('.settings-corner').click()
    const [theme, language] = [page.locator('.panel-settings select:has([value=dark])'), page.locator('.panel-settings select:has([value=fa])')]
    await theme.selectOption('dark')
    await page.locator('.panel-settings input[type=range]').fill('150')
    await language.selectOption('fa')
    await page.locator('.panel h2', { hasText: 'تنظیمات' }).waitFor()
    expect(await look()).to.deep.equal({ theme: 'dark', dir: 'rtl', lang: 'fa', size: '150%' })
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).to.not.equal(paper)
    expect(await page.evaluate(() => [Object.keys(localStorage), sessionStorage.length, document.cookie])).to.deep.equal([['undertone-door'], 0, ''])
    await page.reload()
    await page.locator('.app').waitFor()
    expect(await look()).to.deep.equal({ theme: 'light', dir: 'ltr', lang: 'en', size: '100%' })
    await page.close()
  })

  it('moves nothing for who wants nothing moved', async () => {
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      const { page } = await App.open(browsers, nodes, { reducedMotion })
      const moving = await page.evaluate(async () => {
        let most = 0
        document.querySelector<HTMLElement>('.settings-corner')?.click()
        for (let frame = 0; frame < 120 && most === 0; frame++) {
          await new Promise(requestAnimationFrame)
          most = document.querySelector('.panel-settings .content') == null ? 0 : Math.max(most, document.getAnimations().length)
        }
        return most
      })
      expect(moving > 0, reducedMotion).to.equal(reducedMotion === 'no-preference')
      await page.close()
    }
  })

  it('makes a sound for a message elsewhere once sounds are on, and none before', async () => {
    const app = await App.open(browsers, nodes)
    const { page } = app
    await noting(page.context())
    await page.reload()
    const { room } = await app.call('room.create', { kind: 'invite', name: 'far' })
    await app.call('room.create', { kind: 'invite', name: 'near' })
    const { invite } = await app.call('room.invite', { room })
    const ben = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    await ben.call('room.join', { invite })
    await app.enter('near')
    const sounds = async (): Promise<number> => page.evaluate(() => (globalThis as any).made.sounds)
    await ben.call('room.send', { room, text: 'unheard' })
    await page.locator('.badge').waitFor()
    expect(await sounds()).to.equal(0)
    await page.locator('.rooms header button').nth(1).click()
    await page.locator('.panel-settings label.check input').first().check()
    await ben.call('room.send', { room, text: 'heard' })
    await page.waitForFunction(() => (globalThis as any).made.sounds === 1)
    await page.close()
  })

  it('says who is reached over what, what to do when nobody is, and tells no STUN server unless one is named', async () => {
    const relay = nodes.start(['relay', '--profile', 'private', '--memory', '--listen', '/ip4/127.0.0.1/tcp/0/ws'])
    const fragment = `#/helpers/${encodeURIComponent(await relay.firstLine(soon()))}`
    const ada = await browsers.open(fragment, await noting(await browsers.profile()))
    await ada.joinByName('the crossing')
    await ada.page.locator('.presence').click()
    const panel = ada.page.locator('.panel-connection')
    await panel.locator('.connections li', { has: ada.page.locator('.dot.helper') }).waitFor()
    expect(await panel.locator('.connections .dot:not(.helper)').count()).to.equal(0)
    // look again, or invite somebody
    expect(await panel.locator('.row button').count()).to.equal(2)

    const ben = await browsers.open(fragment, await noting(await browsers.profile()))
    await ben.call('page.network', { stun: [STUN] })
    await ben.joinByName('the crossing')
    await panel.locator('.connections li:has(.dot:not(.helper))', { hasText: 'webrtc' }).first().waitFor()
    await panel.locator('.row button').first().waitFor({ state: 'detached' })
    const told = async (person: typeof ada): Promise<string[][]> => person.page.evaluate(() => (globalThis as any).told)
    expect(new Set((await told(ada)).flat())).to.deep.equal(new Set())
    expect((await told(ada)).length).to.be.greaterThan(0)
    expect(new Set((await told(ben)).flat())).to.deep.equal(new Set([STUN]))
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct', '--bootstrap', decodeURIComponent(fragment.slice('#/helpers/'.length))])
    await desktop.call('room.join', { name: 'the crossing' })
    await ada.page.keyboard.press('Escape')
    await ada.say('all here')
    await hears(desktop, 'all here')
    await Promise.all([ada.close(), ben.close()])
  })
})
