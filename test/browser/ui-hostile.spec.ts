import { expect } from 'aegir/chai'
import { decodeInvite, encodeInvite } from '../../src/wire/index.ts'
import { App } from '../support/app.ts'
import { LOCAL } from '../support/nodes.ts'
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
const BIDI = 'invoice\u202e\u061cgpj.exe'
const STACKED = `z${'\u0301'.repeat(500)}algo`

describe('the app among hostile members', () => {
  const { browsers, nodes } = onStage()
  let app: App
  let mallory: ChildNode
  let room: string

  before(async () => {
    mallory = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    const made = await mallory.call('room.create', { kind: 'invite', name: '"><img src=x onerror=owned()>' })
    room = made.room
    // no client of ours names a room so; an invite can say anything
    const honest = decodeInvite((await mallory.call('room.invite', { room })).invite)
    const invite = encodeInvite({ ...honest, name: honest.name + BIDI })
    app = await App.open(browsers, nodes)
    await app.page.evaluate(() => { (window as any).owned = () => { (window as any).wasOwned = true } })
    await app.call('room.join', { invite })
    await app.page.locator('.room-entry').click()
  })
  afterEach(async () => {
    expect(await app.page.evaluate(() => (window as any).wasOwned)).to.equal(undefined)
  })

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

  it('refuses an invite made of script, and says so in words', async () => {
    await app.page.locator('.new-room').click()
    await app.page.locator('[name=invite]').fill('undertone:join/<img src=x onerror=owned()>')
    await app.page.locator('form:has([name=invite]) button.primary').click()
    const alert = app.page.locator('[role=alert]')
    await alert.waitFor()
    expect(await alert.locator('img').count()).to.equal(0)
  })
})
