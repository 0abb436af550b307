import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { Looker } from '../support/looker.ts'
import { LOCAL, hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { png } from '../support/pictures.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const WEB = fileURLToPath(new URL('../../../src/web', import.meta.url))

/** How one sees that a screen is there, by the name of its file: every screen of the app. */
const ON_A_DESKTOP: Record<string, string> = {
  about: '.panel-about .words',
  charter: '.panel-charter .vote',
  connection: '.panel-connection .observers',
  conversation: '.conversation',
  'entry-form': '.panel-entry [name=value]',
  follow: '.panel-follow .preview',
  inbox: '.panel-inbox .evidence',
  invite: '.panel-invite svg.qr',
  'list-edit': '.panel-list [name=license]',
  'list-entries': '.panel-list .entries li',
  'list-help': '.panel-list [name=languages]',
  'list-page': '.panel-list .tabs',
  lists: '.panel-lists .list-line',
  'open-file': '.locked-file',
  people: '.people .warning',
  recommended: '.recommended',
  report: '.panel-report .choose',
  resources: '.panel-resources .stack',
  'room-list': '.rooms',
  scan: '.scan video',
  search: '.found li',
  settings: '.panel-settings',
  standing: '.panel-standing .entries form',
  start: '.ways',
  'verdict-details': '.panel-verdict .entries li'
}
/** Of these there is something to see only where the page is its own node. */
const IN_A_PAGE: Record<string, string> = { keeping: '.keeping[open] input', 'page-network': '.page-network[open] textarea', 'page-start': '.no-helper' }

/** What a conversation and what is around it can look like. */
const STATES = [
  '.day', '.unread', '.latest', '.beginning', '.nothing', '.presence.alone', '.presence:not(.alone)', '.readonly',
  '.quoted', '.deleted', '.only-emoji', '.called-tag', '.reaction', '.text pre', '.text blockquote', '.text a', '.bubble > button.link', '.message header .persona',
  '.judged-bar', '.judged-bar.over', '.message .warning', '.message .labels', '.context-note', '.delivery.heard', '.delivery.sending',
  '.file', '.file img', '.staged', '.composer .context', '.life', '.pause', '.menu', '.notice:not(.failure)', '.failure', '.banner', '.badge', '.scan p', '.asked', '.tally', '.danger-zone'
]

/** Names of panels as the app's own list has them. */
function panelNames (): string[] {
  const names = /type PanelName = ([^\n]*)/.exec(readFileSync(`${WEB}/panels.ts`, 'utf8'))?.[1] ?? ''
  return [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name)
}

describe('every screen of the app and every state of a conversation', () => {
  const { browsers, nodes } = onStage({ flags: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'] })
  let ada: ChildNode
  let cleo: ChildNode
  let offered: string
  let room: string
  let invite: string
  let quiet: { list: string, address: string }
  let bundle: Buffer

  before(async () => {
    [ada, cleo] = ['ada', 'cleo'].map(() => nodes.start(['rpc', ...LOCAL, '--dht', 'off']))
    offered = (await ada.call('list.create', { title: 'Offered' })).address
    quiet = await ada.call('list.create', { title: 'Quiet' })
    for (const [word, action] of [['coins', 'hide'], ['prize', 'blur'], ['cure', 'warn'], ['rumour', 'label']]) {
      await ada.call('list.add', { list: quiet.list, subject: { word }, action, reason: 'scam', note: 'Seen often', sources: ['https://example.org/why'] })
    }
  })

  /** A room with others in it, where everything has been said. */
  async function garden (locale: string): Promise<void> {
    room = (await ada.call('room.create', { kind: 'invite', name: 'Garden', charter: { purpose: 'Seeds', rules: ['Be kind'], lists: [offered] } })).room
    invite = (await ada.call('room.invite', { room })).invite
    await cleo.call('room.join', { invite })
    for (const text of ['a\n'.repeat(30), 'long '.repeat(400), ...Array.from({ length: 12 }, (_, i) => `line ${i}`), '> quoted\n```\ncode\n```\nhttps://example.org/', 'cheap coins', 'win a prize', 'miracle cure', `a rumour in ${locale}`]) {
      await ada.call('room.send', { room, text })
    }
    const { id } = await ada.call('room.send', { room, text: 'gone soon' })
    await ada.call('room.delete', { room, message: id })
    await hears(cleo, `a rumour in ${locale}`)
    await cleo.call('room.send', { room, text: '🌿' })
    await ada.call('charter.propose', { room, charter: { purpose: 'Seeds and soil', rules: [], voting: { age: 0 } } })
    bundle = Buffer.from((await ada.call('room.export', { room, passphrase: 'salt and rope' })).data, 'base64url')
  }

  it('is known here by name: a new one has to be walked to', () => {
    const files = readdirSync(`${WEB}/screens`).map(each => each.replace(/\.tsx$/, ''))
    expect(files.sort()).to.deep.equal([...Object.keys(ON_A_DESKTOP), ...Object.keys(IN_A_PAGE)].sort())
    expect(panelNames()).to.have.length.above(10)
  })

  for (const { locale, colorScheme, viewport } of [
    { locale: 'en', colorScheme: 'light', viewport: { width: 1240, height: 800 } },
    { locale: 'fa', colorScheme: 'dark', viewport: { width: 360, height: 740 } }
  ] as const) {
    it(`axe finds nothing to complain of in ${locale}, ${colorScheme}, ${viewport.width} pixels wide`, async function () {
      this.timeout(240_000)
      await garden(locale)
      const app = await App.open(browsers, nodes, { locale, colorScheme, viewport })
      const { page } = app
      await app.call('moderation.policy', { classifier: { threshold: 0.5, action: 'label' } })
      await page.reload()
      const wanted = [...Object.values(ON_A_DESKTOP), ...panelNames().map(each => `.panel-${each} .content > *`), ...STATES]
      const looker = new Looker(page, viewport.width < 700 ? wanted.filter(each => each !== '.recommended') : wanted)
      const look = looker.look.bind(looker)
      const leave = async (): Promise<void> => {
        if (viewport.width < 700) {
          await page.locator('.back').click()
        } else {
          await page.locator('.new-room').click()
        }
      }

      // the first screen, what can go wrong on it, the camera, a locked file
      await page.locator('[name=invite]').fill('nothing whole')
      await page.locator('form:has([name=invite]) button.primary').click()
      await page.locator('.failure').waitFor()
      await look('failure')
      await page.locator('.failure button').click()
      const camera = page.locator('.card button:has(.icon-camera)')
      await camera.click()
      await page.locator('.scan video').waitFor()
      await look('scan')
      await camera.click()
      await page.evaluate(() => { navigator.mediaDevices.getUserMedia = async () => { throw new Error('none') } })
      await camera.click()
      await page.locator('.scan video').waitFor({ state: 'detached' })
      await look('no camera')
      await camera.click()
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('.more-ways button').click()])
      await chooser.setFiles({ name: 'Garden.undertone', mimeType: 'application/octet-stream', buffer: bundle })
      await page.locator('.locked-file input').waitFor()
      await look('locked file')
      await page.locator('.locked-file button[type=button]').click()

      // a room of one's own, alone in it
      const { room: shed } = await app.call('room.create', { kind: 'invite', name: 'Shed' })
      await app.enter('Shed')
      await page.locator('.nothing').waitFor()
      await look('alone')
      await app.call('room.send', { room: shed, text: 'anybody?' })
      await page.locator('.delivery.sending').waitFor()
      await look('waits')
      await page.locator('.tool-about').click()
      for (const summary of await page.locator('.panel-about summary').all()) {
        await summary.click()
      }
      await page.locator('.danger-zone button').last().click()
      await look('about one’s own room')
      await app.bare()
      await leave()
      const { room: read } = await ada.call('room.create', { kind: 'invite', name: 'Notices', policy: { writers: 'founder' } })
      await app.call('room.join', { invite: (await ada.call('room.invite', { room: read })).invite })
      await app.enter('Notices')
      await page.locator('.readonly').waitFor()
      await look('read only')
      await leave()

      // a list that is looked at before it is followed
      await app.call('room.join', { invite })
      await app.enter('Garden')
      await page.locator('.only-emoji').waitFor()
      const lists = async (): Promise<void> => {
        viewport.width < 700 && await page.locator('.back').click()
        await page.locator('.rooms header button').first().click()
        await page.locator('.panel-lists .lists').first().waitFor({ state: 'attached' })
      }
      await page.locator('.tool-about').click()
      await page.locator('.panel-about section:first-child button:has(.icon-list)').click()
      await page.locator('.panel-charter .vote').waitFor()
      await page.locator('.panel-charter summary').click()
      await look('charter')
      await page.locator('.panel-charter button.link').first().click()
      await page.locator('.panel-follow textarea').fill(quiet.address)
      await page.locator('.panel-follow form > button[type=button]').click()
      await page.locator('.preview').waitFor()
      await page.locator('.panel-follow summary').click()
      await page.locator('.panel-follow button:has(.icon-camera)').click()
      await page.locator('.panel-follow .scan').waitFor()
      await look('follow')
      await app.bare()
      await app.call('list.subscribe', { address: quiet.address })
      const { members } = await app.call('room.members', { room })
      const self = members.find((each: any) => each.self).persona
      const others = members.filter((each: any) => !each.self).map((each: any) => each.persona)
      for (const [persona, petname] of [[others[0], 'Benno'], [others[1], 'Bеnno']]) {
        await app.call('room.rename', { room, persona, petname })
      }
      await ada.call('list.add', { list: quiet.list, subject: { persona: self }, action: 'label', reason: 'other' })
      const kept = await app.call('list.create', { title: 'Kept' })
      await app.call('list.add', { list: kept.list, subject: { domain: 'shop.example' }, action: 'hide', reason: 'spam' })
      await cleo.call('list.subscribe', { address: (await app.call('list.invite', { list: kept.list })).address })
      const { messages } = await cleo.call('room.messages', { room, limit: 50 })
      await cleo.call('report.send', { room, message: messages.find((each: any) => each.text === 'cheap coins').id, reason: 'spam', note: 'again', to: [kept.list] })

      // what a conversation can look like
      await page.locator('.judged-bar.over').waitFor()
      const { id } = await app.call('room.send', { room, text: `mine, in ${locale}` })
      await hears(ada, `mine, in ${locale}`)
      await ada.call('room.send', { room, text: 'yes', replyTo: id })
      await ada.call('room.react', { room, message: id, emoji: '👍' })
      await ada.call('room.attach', { room, data: Buffer.from(png(160, 120)).toString('base64url'), name: `leaf-${locale}.png`, type: 'image/png' })
      const picture = page.locator('.message', { has: page.locator('.file-name', { hasText: `leaf-${locale}.png` }) }).last()
      await picture.locator('.file button').first().click()
      await picture.locator('.file img').waitFor()
      await page.locator('.reaction').first().waitFor()
      await page.locator('.called-tag').first().waitFor()
      await page.locator('.message header .persona').first().waitFor()
      await look('conversation')
      for (const text of ['coins', 'prize', 'cure', 'rumour']) {
        const judged = messages.find((each: any) => each.text.includes(text))
        await page.keyboard.press('Control+k')
        await page.locator('.panel-search input').fill(judged.text)
        await page.locator('.panel-search [role=status]').waitFor()
        await app.bare()
      }
      await page.locator('.timeline').evaluate(each => { each.scrollTop = each.scrollHeight / 2 })
      await page.locator('.latest').waitFor()
      await look('further up')
      // what is guessed of rows above is corrected as they come
      await page.waitForFunction(() => {
        document.querySelector('.timeline')?.scrollTo(0, 0)
        return document.querySelector('.beginning') != null
      })
      await look('beginning')
      await page.locator('.latest').click()
      await page.locator('.message .context-note').first().scrollIntoViewIfNeeded()
      await look('judged')
      await page.locator('.judged-bar button.link').nth(1).click()
      await page.locator('.panel-verdict li').first().waitFor()
      await look('verdict')
      await app.bare()

      // at the composer
      await page.locator('.timeline').evaluate(each => { each.scrollTop = each.scrollHeight })
      await page.locator('.latest').waitFor({ state: 'detached' })
      const area = page.locator('.composer textarea')
      await page.locator('.field button').click()
      await look('life')
      await page.locator('.field button').click()
      await picture.locator('.more-button').click()
      await page.locator('.menu').waitFor()
      await look('menu')
      await page.locator('.menu button:has(.icon-reply)').click()
      const [files] = await Promise.all([page.waitForEvent('filechooser'), page.locator('.composer button:has(.icon-attach)').click()])
      await files.setFiles({ name: 'soil.txt', mimeType: 'text/plain', buffer: Buffer.from('loam') })
      await page.locator('.staged li').waitFor()
      await look('answer with a file')
      await page.locator('.staged button').click()
      await page.locator('.composer .context button').click()
      await area.fill('shut up, you stupid idiot')
      await area.press('Enter')
      await page.locator('.pause').waitFor()
      await look('think again')
      await area.fill('')
      await picture.locator('.more-button').click()
      await page.locator('.menu button.danger').click()
      await page.locator('.notice').waitFor()
      await look('blocked')
      await page.locator('.notice button.link').click()
      await picture.locator('.more-button').click()
      await page.locator('.menu button:has(.icon-flag)').click()
      await page.locator('.panel-report .choose li').first().waitFor()
      await look('report')
      await app.bare()

      // what is beside it
      for (const [name, button] of Object.entries({ people: '.tool-people', invite: '.invite-button', connection: '.presence' })) {
        await page.locator(button).click()
        await page.locator(`.panel-${name} .content > *`).first().waitFor()
        name === 'people' && await page.locator('.people li').last().locator('button').first().click()
        await look(name)
        await app.bare()
      }
      await page.keyboard.press('Control+k')
      await page.locator('.panel-search input').fill('line')
      await page.locator('.found li').first().waitFor()
      await look('search')
      await app.bare()
      await page.locator('.tool-about').click()
      await page.locator('.panel-about button:has(.icon-flag)').click()
      await page.locator('.panel-standing li button').last().click()
      await page.locator('.panel-standing form').waitFor()
      await look('standing')
      await app.bare()

      // lists, one's own and others'
      await lists()
      // a narrow window has left the room by then: its charter offers them
      viewport.width < 700 || await page.locator('.recommended').waitFor()
      await page.locator('.panel-lists summary').click()
      await look('lists')
      await page.locator('.panel-lists button:has(.icon-flag)').click()
      await page.locator('.panel-inbox .evidence').waitFor()
      await page.locator('.panel-inbox input[type=checkbox]').first().check()
      await look('inbox')
      await page.keyboard.press('Alt+ArrowLeft')
      await page.locator('.list-line', { hasText: 'Kept' }).click()
      await page.locator('.panel-list .entries li').first().waitFor()
      for (const summary of await page.locator('.panel-list summary').all()) {
        await summary.click()
      }
      await look('one’s own list')
      await page.locator('.panel-list button.primary').first().click()
      await page.locator('.panel-entry [name=value]').waitFor()
      await look('entry')
      await app.bare()
      viewport.width >= 700 && await page.locator('.new-room').click()
      await ada.call('room.send', { room, text: 'while you were away' })
      await page.locator('.badge').first().waitFor()
      await look('unread elsewhere')
      await app.enter('Garden')
      await page.locator('.unread').waitFor()
      await look('unread')
      await leave()
      await page.locator('.rooms header button').last().click()
      for (const summary of await page.locator('.panel-settings summary').all()) {
        await summary.click()
      }
      await page.locator('.panel-settings .danger-zone button').click()
      await look('settings')
      await page.locator('.panel-settings button:has(.icon-help)').click()
      await page.locator('.panel-resources .stack').waitFor()
      await look('resources')
      await app.bare()
      await app.call('node.stop').catch(() => {})
      await page.locator('.banner').waitFor()
      await look('node gone')
      expect({ found: looker.found, missed: looker.missed }).to.deep.equal({ found: [], missed: [] })
      await page.close()
    })
  }

  for (const { locale, colorScheme } of [{ locale: 'ru', colorScheme: 'light' }, { locale: 'zh', colorScheme: 'dark' }, { locale: 'ar', colorScheme: 'dark' }, { locale: 'es', colorScheme: 'light' }] as const) {
    it(`axe finds nothing to complain of on a page that is its own node and knows no helper, in ${locale}, ${colorScheme}`, async () => {
      const person = await browsers.open('', await browsers.profile({ locale, colorScheme, reducedMotion: 'reduce', viewport: { width: 360, height: 740 } }))
      const { page } = person
      const looker = new Looker(page, [...Object.values(IN_A_PAGE), '.no-helper [role=alert]', '.nothing'])
      await page.locator('.no-helper input').fill('nowhere')
      await page.locator('.no-helper button').click()
      await page.locator('.no-helper [role=alert]').waitFor()
      await looker.look('start')
      await page.locator('form:has([name=life]) [name=name]').fill('nobody yet')
      await page.locator('form:has([name=life]) button.primary').click()
      await person.inRoom()
      await page.locator('.nothing').waitFor()
      await looker.look('alone')
      await page.locator('.presence').click()
      await page.locator('.panel-connection .row button').first().waitFor()
      await looker.look('nobody reached')
      await page.keyboard.press('Escape')
      await page.locator('.back').click()
      await page.locator('.rooms header button').nth(1).click()
      await page.locator('.panel-settings details').first().waitFor()
      for (const summary of await page.locator('.panel-settings summary').all()) {
        await summary.click()
      }
      await page.locator('.page-network [name=asks]').check()
      await looker.look('settings')
      expect({ found: looker.found, missed: looker.missed }).to.deep.equal({ found: [], missed: [] })
      await page.context().close()
    })
  }
})
