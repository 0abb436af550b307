import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { Looker } from '../support/looker.ts'
import { LOCAL } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'

describe('the app for everybody: axe finds nothing to complain of', function () {
  const { browsers, nodes } = onStage()
  let invite: string
  let list: { list: string, address: string }

  before(async () => {
    // a room with somebody else in it who maintains a list and says what a list is for
    const ada = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    const room = await ada.call('room.create', { kind: 'invite', name: 'Garden', charter: { purpose: 'Seeds', rules: ['Be kind'], lists: [] } })
    ;({ invite } = await ada.call('room.invite', { room: room.room }))
    list = await ada.call('list.create', { title: 'Quiet', description: 'Less noise', appeals: 'quiet@example.org' })
    for (const [word, action, reason] of [['coins', 'hide', 'scam'], ['prize', 'blur', 'spam'], ['cure', 'warn', 'misinformation'], ['rumour', 'label', 'misinformation']]) {
      await ada.call('list.add', { list: list.list, subject: { word }, action, reason, note: 'Seen often', sources: ['https://example.org/why'] })
    }
    for (const text of ['**Welcome**, `you`\n> all\n- one\n- two', 'cheap coins', 'win a prize', 'miracle cure', 'a rumour, see https://example.org/', '```\ncode\n```', '👍']) {
      await ada.call('room.send', { room: room.room, text })
    }
  })

  for (const { locale, colorScheme, viewport } of [
    { locale: 'en', colorScheme: 'light', viewport: { width: 1240, height: 800 } },
    { locale: 'fa', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
    { locale: 'ar', colorScheme: 'light', viewport: { width: 1240, height: 800 } },
    { locale: 'en', colorScheme: 'dark', viewport: { width: 360, height: 740 } }
  ] as const) {
    it(`on every screen in ${locale}, ${colorScheme}, ${viewport.width} pixels wide`, async function () {
      this.timeout(180_000)
      const app = await App.open(browsers, nodes, { locale, colorScheme, viewport })
      const { page } = app
      const looker = new Looker(page)
      const look = looker.look.bind(looker)
      expect(await page.evaluate(() => document.documentElement.dir)).to.equal(locale === 'en' ? 'ltr' : 'rtl')
      await look('start')
      await app.call('room.join', { invite })
      const { list: followed } = await app.call('list.subscribe', { address: list.address })
      await page.locator('.room-entry').first().click()
      await page.getByText('👍').first().waitFor()
      await page.locator('.judged-bar, .warning').nth(2).waitFor()
      await page.locator('.composer textarea').fill('mine')
      await page.locator('.composer textarea').press('Enter')
      await page.locator('.own').getByText('mine').waitFor()
      await look('conversation')

      const buttons = { people: '.tool-people', connection: '.presence', about: '.tool-about', invite: '.invite-button' }
      for (const [screen, button] of Object.entries(buttons)) {
        await page.locator(button).click()
        await page.locator(`.panel-${screen} .content`).waitFor()
        await look(screen)
        if (screen === 'about') {
          for (const inner of ['charter', 'standing']) {
            await page.locator(`.panel-about section:first-child button:has(.icon-${inner === 'charter' ? 'list' : 'flag'})`).click()
            await page.locator(`.panel-${inner}`).waitFor()
            await look(inner)
            await page.keyboard.press('Alt+ArrowLeft')
          }
        }
        await app.bare()
      }
      await page.keyboard.press('Control+k')
      await page.locator('.panel-search input').fill('welcome')
      await page.locator('.found button').first().waitFor()
      await look('search')
      await app.bare()

      const message = page.locator('.message:not(.own)').last()
      await message.hover()
      await message.locator('.more-button').click()
      await look('menu')
      await page.locator('.menu button:has(.icon-flag)').click()
      for (const step of [1, 2, 3]) {
        await look(`report ${step}`)
        if (step < 3) {
          await page.locator('.panel-report button.primary').click()
        }
      }
      await app.bare()
      await message.hover()
      await message.locator('.more-button').click()
      await page.locator('.menu button:has(.icon-list)').click()
      await page.locator('.panel-entry .content').waitFor()
      await look('entry')
      await app.bare()
      await page.locator('.judged-bar button.link').nth(1).click()
      await page.locator('.panel-verdict li').first().waitFor()
      await look('verdict')
      await app.bare()

      if (viewport.width < 700) {
        await page.locator('.back').click()
      }
      const [lists, settings] = await page.locator('.rooms header button').all()
      await settings.click()
      await page.locator('.panel-settings details').first().waitFor()
      for (const summary of await page.locator('.panel-settings summary').all()) {
        await summary.click()
      }
      await look('settings')
      await page.locator('.panel-settings button:has(.icon-help)').click()
      await page.locator('.panel-resources').waitFor()
      await look('resources')
      await page.keyboard.press('Alt+ArrowLeft')
      await app.bare()
      await lists.click()
      await page.locator('.list-line').first().waitFor()
      await look('lists')
      await page.locator('.list-line', { hasText: 'Quiet' }).click()
      await page.locator('.panel-list .entries li').first().waitFor()
      await look('list')
      await page.locator('.tabs button').nth(1).click()
      await look('changes')
      await page.locator('.tabs button').nth(2).click()
      await page.locator('.counts').waitFor()
      await look('reasons')
      await page.keyboard.press('Alt+ArrowLeft')
      await page.locator('.panel-lists button.primary').first().click()
      await page.locator('.panel-follow').waitFor()
      await look('follow')
      await page.keyboard.press('Alt+ArrowLeft')
      await page.locator('.panel-lists button:has(.icon-flag)').click()
      await look('inbox')
      await app.bare()
      await settings.click()
      const wipe = page.locator('.panel-settings .danger-zone button')
      await wipe.click()
      await look('asked')
      await wipe.click()
      await page.locator('main.wiped').waitFor()
      await look('wiped')
      expect(looker.found).to.deep.equal([])
      expect(followed).to.be.a('string')
      await page.close()
    })
  }
})
