import { expect } from 'aegir/chai'
import { decodeInvite, encodeInvite } from '../../src/wire/index.ts'
import { App } from '../support/app.ts'
import { onStage } from '../support/on-stage.ts'
import { png } from '../support/pictures.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

/** Known ways to get a script run out of text; each would call `owned()` if one worked. */
const PAYLOADS = [
  '<script>owned()</script>',
  '"><img src=x onerror=owned()>',
  '\'"><svg/onload=owned()>',
  '<iframe srcdoc="<script>parent.owned()</script>">',
  '<a href="javascript:owned()">x</a>',
  // eslint-disable-next-line no-script-url
  'javascript:owned()',
  '[x](javascript:owned())',
  '![x](x" onerror="owned())',
  'https://example.org/" onmouseover="owned()',
  'https://example.org/"><script>owned()</script>',
  'data:text/html,<script>owned()</script>',
  '`<img src=x onerror=owned()>`',
  '```\n</code></pre><img src=x onerror=owned()>\n```',
  '> <img src=x onerror=owned()>',
  '<style>*{display:none}</style>',
  '<form action="https://evil.example"><input name=a>',
  '<math><mtext></mtext><mglyph><style><img src=x onerror=owned()>',
  '{{constructor.constructor("owned()")()}}',
  // eslint-disable-next-line no-template-curly-in-string
  '${owned()}',
  '\u0000\u0008\u001b[31m<img src=x onerror=owned()>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '&lt;script&gt;owned()&lt;/script&gt;'
]
const BIDI = 'invoice\u202egpj.exe'
/** Names that turn the reading around, hide letters, or are no letters at all. */
const DISGUISES = [
  BIDI,
  '\u2067nimda\u2069',
  'a\u200bd\u200ca\u2060',
  '\u{e0061}\u{e0064}ada',
  'ada\u3164',
  '\ufeff\u00adada',
  '\u061cada\u200f',
  'ad\u034fa',
  '\ufff9ada\ufffabob\ufffb'
]
/** what one message holds */
const MOST_BYTES = 16_384
const STACKED = `z${'\u0301'.repeat(500)}algo`

describe('the app among hostile members', () => {
  const { browsers, nodes } = onStage()
  let app: App
  let mallory: ChildNode
  let room: string

  before(async () => {
    const { node, ...made } = await nodes.founder('"><img src=x onerror=owned()>')
    mallory = node
    room = made.room
    // no client of ours names a room so; an invite can say anything
    const honest = decodeInvite(made.invite)
    const invite = encodeInvite({ ...honest, name: honest.name + BIDI })
    app = await App.open(browsers, nodes)
    await app.page.evaluate(() => { (window as any).owned = () => { (window as any).wasOwned = true } })
    await app.call('room.join', { invite })
    await app.page.locator('.room-entry').click()
  })
  afterEach(async () => {
    expect(await app.page.evaluate(() => (window as any).wasOwned)).to.equal(undefined)
  })

  /** Nothing of all that is on the screen has become an element, a link elsewhere than to the web, or turns the reading around. */
  async function harmless (where: string): Promise<void> {
    const found = await app.page.evaluate(() => {
      const made = [...document.body.querySelectorAll('script:not([type=module]), iframe, frame, object, embed, meta, base, style, math, form[action], [onerror], [onload], [onmouseover], [srcdoc]')].map(each => each.outerHTML.slice(0, 80))
      const links = [...document.querySelectorAll('a')].map(each => each.href).filter(each => !/^(?:https?:|tel:)/.test(each))
      const pictures = [...document.images].map(each => each.src).filter(each => !/^(?:data:image\/svg|blob:)/.test(each))
      const turned = [...document.body.innerText.matchAll(/.{0,12}[\u202a-\u202e\u2066\u2067].{0,12}/g)].map(([each]) => each)
      return [...made, ...links, ...pictures, ...turned]
    })
    expect(found, where).to.deep.equal([])
  }

  /** Waits until a message with this ID is on the screen, and answers with its element. */
  async function shown (id: string): Promise<ReturnType<typeof app.page.locator>> {
    const row = app.page.locator(`[data-id="${id}"] .message`)
    await row.waitFor()
    return row
  }

  it('shows script in texts as the text it is', async () => {
    for (const text of PAYLOADS) {
      await shown((await mallory.call('room.send', { room, text })).id)
    }
    expect(await app.page.locator('.timeline').locator('script, iframe, style, form, object, embed, meta, [onerror], [onload], [onmouseover]').count()).to.equal(0)
    const links = await app.page.locator('.timeline a').evaluateAll(all => all.map(each => (each as HTMLAnchorElement).href))
    expect(links.filter(each => !/^https?:/.test(each))).to.deep.equal([])
    const all = await app.page.locator('.timeline').innerText()
    expect(all).to.include('<script>owned()</script>').and.include('[x](java')
  })

  it('gives links no way to tell where they were pressed, and fetches none by itself', async () => {
    const asked: string[] = []
    app.page.on('request', request => { asked.push(request.url()) })
    const { id } = await mallory.call('room.send', { room, text: 'look: https://аpple.example/login.' })
    const link = (await shown(id)).locator('a')
    expect(await link.getAttribute('rel')).to.include('noreferrer').and.include('noopener')
    // a Cyrillic letter that passes for a Latin one shows as what it is
    expect(await link.innerText()).to.match(/^https:\/\/xn--/)
    expect(asked.filter(each => !each.startsWith(app.address))).to.deep.equal([])
  })

  it('takes names, file names and room names apart from what would disguise them', async () => {
    const { members } = await app.call('room.members', { room })
    const other = members.find((each: any) => !each.self).persona
    for (const petname of ['<img src=x onerror=owned()>', `ada\u200b\u2066${BIDI}`, STACKED]) {
      await app.call('room.rename', { room, persona: other, petname: petname.slice(0, 60) })
    }
    const { id } = await mallory.call('room.attach', { room, data: 'aGVsbG8', name: `${BIDI}<svg onload=owned()>`, type: 'text/html' })
    const file = (await shown(id)).locator('.file-name')
    expect(await file.innerText()).to.not.match(/[\u202a-\u202e\u2066-\u2069\u200b]/)
    expect(await app.page.locator('.conversation h1').innerText()).to.not.include('\u202e')
    expect(await app.page.locator('.conversation h1 img').count()).to.equal(0)
    // stacked marks stay in their line
    const name = (await app.page.locator('.message .name').last().boundingBox())?.height ?? 0
    expect(name).to.be.below(60)
    const long = await mallory.call('room.attach', { room, data: 'aGVsbG8', name: `holiday-${'a'.repeat(40)}.jpg${'\u2800'.repeat(20)}.exe`, type: 'image/jpeg' })
    expect(await (await shown(long.id)).locator('.file-name bdi').innerText()).to.match(/…\S*a\.jpg \.exe$/)
    const [download] = await Promise.all([app.page.waitForEvent('download'), (await shown(id)).locator('.file button').last().click()])
    expect(download.suggestedFilename()).to.not.match(/[<>\u202e\u061c]/)
  })

  it('does not open a picture of 50 KB that takes gigabytes', async () => {
    const side = 20_000
    const bomb = png(side, side, { depth: 1, colour: 0 }, new Uint8Array((Math.ceil(side / 8) + 1) * side))
    const { id } = await mallory.call('room.attach', { room, data: Buffer.from(bomb).toString('base64url'), name: 'holiday.png', type: 'image/png' })
    const row = await shown(id)
    await row.locator('.file button').first().click()
    const alert = app.page.locator('[role=alert]')
    await alert.waitFor()
    expect(await row.locator('img').count()).to.equal(0)
    await alert.locator('button').click()
  })

  it('folds a huge message, and keeps what a page can hold of reactions', async () => {
    const { id } = await mallory.call('room.send', { room, text: '𐍈'.repeat(4_000) })
    const huge = await shown(id)
    expect((await huge.boundingBox())?.height).to.be.below(1_200)
    await huge.locator('.bubble button.link').click()
    expect((await huge.innerText()).match(/𐍈/gu)).to.have.length(4_000)
    for (let i = 0; i < 60; i++) {
      await mallory.call('room.react', { room, message: id, emoji: String.fromCodePoint(0x1f600 + i) })
    }
    await app.page.locator(`[data-id="${id}"] .reactions .note`).waitFor()
    expect(await app.page.locator(`[data-id="${id}"] .reaction`).count()).to.equal(12)
  })

  it('keeps what is stacked, endless, wide or deep in its place, and in bounded many elements', async () => {
    const { page } = app
    const texts = {
      stacked: `${STACKED} ${'ก็็็็็็็็็็็็็็็็็็็็'.repeat(20)}`,
      endless: 'a'.repeat(MOST_BYTES),
      wide: '\ufdfd'.repeat(200) + '𒐫'.repeat(50),
      emoji: '👩‍👩‍👧‍👦'.repeat(650),
      deep: '> '.repeat(8_000) + 'x',
      lines: '- a\n'.repeat(4_000),
      blocks: '```\n'.repeat(4_000),
      links: `https://a.example/${')'.repeat(1_900)} `.repeat(8),
      marks: '**a**_b_~~c~~`d`'.repeat(1_000)
    }
    for (const [kind, text] of Object.entries(texts)) {
      const { id } = await mallory.call('room.send', { room, text })
      const row = await shown(id)
      const before = await row.boundingBox()
      expect(before?.height, kind).to.be.below(1_400)
      const more = row.locator('.bubble > button.link')
      await more.count() > 0 && await more.click()
      expect(await row.locator('.text *').count(), kind).to.be.below(900)
      const sticking = await row.evaluate(each => {
        const list = (each.closest('.timeline') as HTMLElement).getBoundingClientRect()
        const bubble = (each.querySelector('.bubble') as HTMLElement).getBoundingClientRect()
        return { wide: document.documentElement.scrollWidth > document.documentElement.clientWidth || (each.closest('.timeline') as HTMLElement).scrollWidth > (each.closest('.timeline') as HTMLElement).clientWidth, out: bubble.left < list.left || bubble.right > list.right }
      })
      expect(sticking, kind).to.deep.equal({ wide: false, out: false })
    }
    // the next message is where it can be read
    const { id } = await mallory.call('room.send', { room, text: 'after all that' })
    const box = await (await shown(id)).locator('.text').boundingBox()
    const top = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.closest('.message')?.textContent ?? '', { x: (box?.x ?? 0) + 5, y: (box?.y ?? 0) + 5 })
    expect(top).to.include('after all that')
    await harmless('texts')
  })

  it('shows names that people give, charters, rules and votes as the text they are', async () => {
    const { page } = app
    const { members } = await app.call('room.members', { room })
    const other = members.find((each: any) => !each.self).persona
    await page.locator('.tool-people').click()
    for (const petname of [...PAYLOADS.filter(each => each.length < 60), ...DISGUISES]) {
      await app.call('room.rename', { room, persona: other, petname: petname.slice(0, 60) }).catch((error: Error) => { expect(error.message).to.match(/InvalidParameters|petname|name/) })
    }
    await page.waitForTimeout(600)
    await harmless('people')
    await app.bare()
    for (const purpose of [PAYLOADS.join('\n').replaceAll('\u0000', ''), DISGUISES.join('\n')]) {
      await mallory.call('charter.propose', { room, charter: { purpose, rules: PAYLOADS.slice(0, 10), lists: [], policy: { slowMode: 1_000 }, voting: { age: 0 } } })
    }
    await page.locator('.tool-about').click()
    await page.locator('.panel-about button:has(.icon-list)').click()
    await page.locator('.vote').nth(1).waitFor()
    await harmless('charter')
    expect(await page.locator('.panel-charter').innerText()).to.include('<script>owned()</script>')
    await app.bare()
  })

  it('shows lists, entries, sources, reasons to object, help lines and reports as the text they are', async () => {
    const { page } = app
    const list = await mallory.call('list.create', { title: `${PAYLOADS[1]}${BIDI}`, description: PAYLOADS.slice(0, 12).join('\n'), license: PAYLOADS[2], appeals: PAYLOADS[5] })
    for (const text of [...PAYLOADS.slice(0, 12), ...DISGUISES]) {
      for (const subject of [{ word: text }, { pattern: text }, { domain: text }]) {
        await mallory.call('list.add', { list: list.list, subject, action: 'label', reason: 'spam', note: text, sources: ['https://example.org/"onmouseover="owned()'] }).catch((error: Error) => { expect(error.message).to.match(/Invalid|Entry|Params|pattern/i) })
      }
    }
    await mallory.call('list.add', { list: list.list, subject: { word: 'lantern' }, action: 'label', reason: 'spam', note: PAYLOADS.slice(0, 6).join(' ') })
    await mallory.call('list.addHelp', { list: list.list, name: PAYLOADS[0], address: PAYLOADS[5], languages: ['en'] }).catch(() => {})
    await mallory.call('list.addHelp', { list: list.list, name: BIDI, address: PAYLOADS[1].slice(0, 200), languages: ['en'] }).catch(() => {})
    await app.call('list.subscribe', { address: list.address })
    const { id } = await mallory.call('room.send', { room, text: 'a lantern' })
    await (await shown(id)).locator('.context-note').waitFor()
    await harmless('context')
    await (await shown(id)).locator('.labels button').click()
    await page.locator('.panel-verdict li').first().waitFor()
    await harmless('verdict')
    await page.locator('.panel-verdict .source-line button').click()
    await page.locator('.panel-list .entries li').first().waitFor()
    for (const summary of await page.locator('.panel-list summary').all()) {
      await summary.click()
    }
    await harmless('list')
    await page.locator('.tabs button').nth(1).click()
    await page.locator('.panel-list .entries li').first().waitFor()
    await harmless('changes')
    await app.bare()
    await page.locator('.rooms header button').first().click()
    await page.locator('.panel-lists .list-line').first().waitFor()
    await harmless('lists')
    await app.bare()

    const kept = await app.call('list.create', { title: 'Kept' })
    await mallory.call('list.subscribe', { address: (await app.call('list.invite', { list: kept.list })).address })
    for (const note of [PAYLOADS.slice(0, 12).join('\n'), BIDI]) {
      await mallory.call('report.send', { room, message: id, reason: 'spam', note, to: [kept.list] })
    }
    await page.locator('.rooms header button').first().click()
    await page.locator('.panel-lists button:has(.icon-flag)').click()
    await page.locator('.panel-inbox .evidence').first().waitFor()
    await harmless('inbox')
    await app.bare()
    await page.locator('.rooms header button').last().click()
    await page.locator('.panel-settings button:has(.icon-help)').click()
    const file = { undertone: 'resources', title: PAYLOADS[0], resources: [PAYLOADS[1], PAYLOADS[4], 'x'].map((name, i) => ({ name, address: ['https://evil.example/onmouseover=owned()', 'tel:+1 2', 'mailto:a@b.c?onload=owned()'][i], languages: ['*'], regions: ['*'], hours: PAYLOADS[3] })) }
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('.panel-resources button:has(.icon-file)').click()])
    await chooser.setFiles({ name: 'help.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) })
    await page.locator('.notice:not(.failure)').waitFor()
    await page.locator('.panel-resources .entries li', { hasText: 'mailto:' }).waitFor()
    await harmless('resources')
    await app.bare()
  })

  it('refuses an invite made of script, and says so in words', async () => {
    await app.page.locator('.new-room').click()
    await app.page.locator('[name=invite]').fill('undertone:join/<img src=x onerror=owned()>')
    await app.page.locator('form:has([name=invite]) button.primary').click()
    const alert = app.page.locator('[role=alert]')
    await alert.waitFor()
    expect(await alert.locator('img').count()).to.equal(0)
  })
})
