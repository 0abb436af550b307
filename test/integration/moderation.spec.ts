import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import { png } from '../support/pictures.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { AddressInfo } from 'node:net'

const ALONE = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']

/** Waits until what a node answers satisfies `is`; fails by the limit. */
async function answers (node: ChildNode, method: string, params: object, is: (answer: any) => boolean, limit = 100_000): Promise<any> {
  const until = Date.now() + limit
  for (;;) {
    const answer = await node.call(method, params)
    if (is(answer)) {
      return answer
    }
    if (Date.now() > until) {
      throw new Error(`${method} never answered as hoped; last: ${JSON.stringify(answer).slice(0, 2_000)}`)
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

describe('lists between nodes', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  async function room (people: ChildNode[]): Promise<string> {
    const [first, ...others] = people
    const { room } = await first.call('room.create', { name: 'Yard', kind: 'invite' })
    for (const node of others) {
      await node.call('room.join', { invite: (await first.call('room.invite', { room })).invite })
    }
    await Promise.all(people.map(async node => meets(node)))
    return room
  }

  it('let a reader stop seeing whom a maintainer lists, say why, and overrule it', async () => {
    const [mia, ben, spam] = [1, 2, 3].map(() => nodes.rpc(ALONE))
    const yard = await room([mia, ben, spam])
    await spam.call('room.send', { room: yard, text: 'buy my coins' })
    await hears(ben, 'buy my coins')
    await hears(mia, 'buy my coins')
    const { list, address } = await mia.call('list.create', { title: 'Spammers' })
    await ben.call('list.subscribe', { address })
    const { messages: [{ author, id }] } = await mia.call('room.messages', { room: yard })
    const { entry } = await mia.call('list.add', { list, subject: { persona: author }, action: 'hide', reason: 'spam', note: 'coins all day' })
    await ben.until(() => ben.events.some(e => e.type === 'verdict' && e.message === id && e.verdict?.action === 'hide'), soon())
    const verdict = await ben.call('moderation.explain', { room: yard, message: id })
    expect(verdict.action).to.equal('hide')
    expect(verdict.sources[0]).to.include({ list, title: 'Spammers', entry, reason: 'spam', note: 'coins all day' })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(0)
    // nobody is called for what is not shown
    expect((await ben.call('room.info', { room: yard })).unread).to.equal(0)
    expect((await mia.call('room.list')).rooms.map((r: any) => r.unread)).to.deep.equal([0])
    await expect(ben.call('room.join', { invite: address })).to.eventually.be.rejectedWith('InvalidParametersError')
    await ben.call('moderation.policy', { hidden: 'gone' })
    expect((await ben.call('room.messages', { room: yard })).messages).to.have.lengthOf(0)
    expect((await ben.call('room.messages', { room: yard, hidden: true })).messages).to.have.lengthOf(1)
    await ben.call('moderation.policy', { hidden: 'press' })

    await spam.call('room.send', { room: yard, text: 'more coins' })
    await hears(ben, 'more coins')
    expect(ben.events.find(e => e.type === 'message' && e.message.text === 'more coins')?.message.verdict.action).to.equal('hide')
    // the maintainer's own list counts for the maintainer, too; the spammer sees itself as ever
    expect((await spam.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(2)
    expect((await spam.call('moderation.standing', { room: yard })).lists).to.have.lengthOf(0)

    const { entry: allow } = await ben.call('moderation.overrule', { room: yard, persona: author })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(2)
    await ben.call('moderation.undo', { entry: allow })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages).to.have.lengthOf(0)
    await mia.call('list.remove', { list, entry })
    await answers(ben, 'room.messages', { room: yard, hidden: false }, ({ messages }) => messages.length === 2)
  })

  it('carry reports to the maintainers alone: sealed, merged, answered, verified offline', async () => {
    const [mia, ben, spam] = [1, 2, 3].map(() => nodes.rpc(ALONE))
    const yard = await room([mia, ben, spam])
    await ben.call('room.send', { room: yard, text: 'good morning' })
    await hears(spam, 'good morning')
    await spam.call('room.send', { room: yard, text: 'buy my coins' })
    await Promise.all([hears(ben, 'buy my coins'), hears(mia, 'buy my coins')])
    const { list, address } = await mia.call('list.create', { title: 'Spammers' })
    await ben.call('list.subscribe', { address })
    // maintainers' keys come with their hello
    const { subscriptions: [{ persona }] } = await answers(ben, 'list.subscriptions', {}, ({ subscriptions: [each] }) => each.version > 0)
    const { messages } = await ben.call('room.messages', { room: yard })
    const message = messages[1].id
    await expect(ben.call('report.send', { room: yard, message: 'ab'.repeat(32), reason: 'spam' })).to.eventually.be.rejectedWith('UnknownMessageError')
    const first = await ben.call('report.send', { room: yard, message, reason: 'spam', note: 'all day', context: 1, anonymous: true })
    expect(first.sent).to.equal(1)
    // merged reports go by the first that came, and the stem may bring the second before it
    await mia.until(() => mia.events.some(e => e.type === 'report'), soon())
    await ben.call('report.send', { room: yard, messages: [message], reason: 'spam', to: [list] })
    await mia.until(() => mia.events.filter(e => e.type === 'report').length === 2, soon())
    const { reports: [report, ...others] } = await mia.call('report.inbox')
    expect(others).to.deep.equal([])
    expect(report).to.include({ list, room: yard, reason: 'spam', note: 'all day', count: 2, from: null, outcome: null })
    expect(report.messages.map((m: any) => [m.text, m.context])).to.deep.equal([['good morning', true], ['buy my coins', false]])
    expect((await spam.call('report.inbox')).reports).to.deep.equal([])

    await mia.call('report.resolve', { reports: [report.report], outcome: 'acted', note: 'thank you', reply: true })
    await ben.until(() => ben.events.some(e => e.type === 'report' && e.report === first.report && e.outcome === 'acted' && e.note === 'thank you'), soon())
    expect((await mia.call('report.inbox')).reports[0].outcome).to.equal('acted')

    const { data } = await mia.call('report.export', { report: report.report })
    expect(await spam.call('report.verify', { data })).to.deep.include({ valid: true, reason: 'spam', room: yard })
    const forged = Buffer.from(Buffer.from(data, 'base64url').toString().replace('"reason":"spam"', '"reason":"hate"')).toString('base64url')
    // evidence alone stays true; who reported it is what a signature would prove
    expect((await spam.call('report.verify', { data: forged })).messages).to.have.lengthOf(2)
    await expect(spam.call('report.verify', { data: Buffer.from(data, 'base64url').subarray(0, -200).toString('base64url') })).to.eventually.be.rejectedWith('InvalidReportError')

    // reports go under personas of their own: the one that Ben told Mia of can still be made a maintainer
    const { list: { maintainers } } = await mia.call('list.entries', { list })
    await mia.call('list.edit', { list, maintainers: [...maintainers, persona] })
    await answers(ben, 'list.subscriptions', {}, ({ subscriptions: [each] }) => each.own && each.persona === persona)
    await ben.call('list.add', { list, subject: { word: 'coins' }, action: 'hide', reason: 'spam' })
    await answers(mia, 'list.entries', { list }, ({ entries }) => entries.length === 1)
  })

  it('tell whom they name, who can appeal without learning who reads them', async () => {
    const [mia, spam] = [1, 2].map(() => nodes.rpc(ALONE))
    const yard = await room([mia, spam])
    await spam.call('room.send', { room: yard, text: 'it was a joke' })
    await hears(mia, 'it was a joke')
    const { messages: [{ author, id }] } = await mia.call('room.messages', { room: yard })
    const { list, address } = await mia.call('list.create', { title: 'No jokes' })
    const { entry } = await mia.call('list.add', { list, subject: { persona: author }, action: 'mute', reason: 'other' })
    // what the list says of a persona is a hash to whoever is not in the room, and a name to its members
    expect((await mia.call('list.entries', { list })).entries[0].subject).to.deep.equal({ persona: author })
    await spam.call('list.subscribe', { address, paused: true })
    await answers(spam, 'moderation.standing', { room: yard }, ({ lists }) => lists.length === 1 && lists[0].entry === entry && lists[0].action === 'mute')
    expect(await spam.call('list.appeal', { list, room: yard, text: 'please look again', message: id })).to.deep.equal({ sent: 1 })
    const { reports: [appeal] } = await answers(mia, 'report.inbox', {}, ({ reports }) => reports.length === 1)
    expect(appeal).to.include({ kind: 'appeal', from: author, note: 'please look again' })
  })

  it('pass from hand to hand: several maintainers, one who leaves, one who takes over, a stick instead of a network', async () => {
    const [mia, ben, cem] = [1, 2, 3].map(() => nodes.rpc(ALONE))
    const { list, address } = await mia.call('list.create', { title: 'Words', description: 'bad ones', license: 'CC0' })
    await mia.call('list.add', { list, subject: { word: 'one' }, action: 'hide', reason: 'spam' })
    await ben.call('list.subscribe', { address })
    await answers(ben, 'list.entries', { list }, ({ entries }) => entries.length === 1)
    await expect(ben.call('list.add', { list, subject: { word: 'x' }, action: 'hide', reason: 'spam' })).to.eventually.be.rejectedWith('NotMemberError')
    const { subscriptions: [{ persona }] } = await ben.call('list.subscriptions')
    const { list: { maintainers: [founder] } } = await mia.call('list.entries', { list })
    await mia.call('list.edit', { list, title: 'Bad words', maintainers: [founder, persona] })
    await answers(ben, 'list.subscriptions', {}, ({ subscriptions: [each] }) => each.own && each.title === 'Bad words')
    await ben.call('list.add', { list, subject: { word: 'two' }, action: 'blur', reason: 'hate' })
    await answers(mia, 'list.entries', { list }, ({ entries }) => entries.length === 2)

    // Cem gets it as a file; nothing of it was signed by anybody else
    const { data } = await ben.call('list.export', { list })
    expect(await cem.call('list.subscribe', { data, actions: ['blur'] })).to.deep.equal({ list })
    const { entries, list: summary } = await cem.call('list.entries', { list })
    expect(entries.map((e: any) => e.subject.word)).to.deep.equal(['one', 'two'])
    expect(summary).to.deep.include({ title: 'Bad words', description: 'bad ones', license: 'CC0', own: false, counts: { reasons: { spam: 1, hate: 1 }, actions: { hide: 1, blur: 1 } } })
    const file = JSON.parse(Buffer.from(data, 'base64url').toString())
    const wrong = { ...file, statements: file.statements.map((each: string) => 'A'.repeat(86) + each.slice(86)) }
    const dan = nodes.rpc(ALONE)
    await expect(dan.call('list.subscribe', { data: Buffer.from(JSON.stringify(wrong)).toString('base64url') })).to.eventually.be.rejectedWith('InvalidListError')
    expect((await dan.call('list.subscriptions')).subscriptions).to.deep.equal([])

    // Dan takes it from the web: only once he says that he wants that, and his ledger remembers
    const web = createServer((_, response) => { response.end(Buffer.from(data, 'base64url')) })
    await new Promise<void>(resolve => { web.listen(0, '127.0.0.1', resolve) })
    try {
      const where = `http://127.0.0.1:${(web.address() as AddressInfo).port}/words.json`
      await expect(dan.call('list.subscribe', { address: where })).to.eventually.be.rejectedWith('NotSupportedError')
      expect((await dan.call('moderation.policy', { web: true })).web).to.equal(true)
      expect(await dan.call('list.subscribe', { address: where })).to.deep.equal({ list })
      expect((await dan.call('list.entries', { list })).entries).to.have.lengthOf(2)
      const ledger = await dan.call('node.privacy')
      expect(ledger.web).to.have.lengthOf(1)
      expect(ledger.web[0]).to.include({ list, address: where, proxied: false })
      expect(ledger.rooms.find((each: any) => each.room === list).observers.find((each: any) => each.who === 'lists').sees).to.deep.equal(['web-server-saw-own-address'])
      await expect(dan.call('list.subscribe', { address: 'https://192.168.0.1/words.json' })).to.eventually.be.rejectedWith('WebAddressError')
    } finally {
      web.close()
    }

    await ben.call('list.edit', { list, maintainers: [persona] })
    await answers(mia, 'list.subscriptions', {}, ({ subscriptions: [each] }) => !each.own)
    await expect(mia.call('list.add', { list, subject: { word: 'three' }, action: 'hide', reason: 'spam' })).to.eventually.be.rejectedWith('NotMemberError')
    await ben.call('list.edit', { list, retired: true })
    await expect(ben.call('list.add', { list, subject: { word: 'four' }, action: 'hide', reason: 'spam' })).to.eventually.be.rejectedWith('NotMemberError')
    // the file of before is older than what Ben has seen: nothing is lost, and it is counted
    await ben.call('list.subscribe', { data })
    const changes = await ben.call('list.changes', { list })
    expect(changes).to.include({ rollbacks: 1 })
    expect(changes.forks).to.deep.equal([])
    expect(changes.changes.filter((c: any) => c.op === 'add').map((c: any) => [c.subject.word, c.maintainer])).to.deep.equal([['two', persona], ['one', founder]])
    expect((await ben.call('list.entries', { list })).list.retired).to.equal(true)
  })

  it('can be tried before they are trusted, come from elsewhere, and need as many to agree as the reader says', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(ALONE))
    const yard = await room([ana, ben])
    for (const text of ['buy coins', 'hello', 'https://bad.example/x']) {
      await ben.call('room.send', { room: yard, text })
      await hears(ana, text)
    }
    const hidden = async (): Promise<string[]> => (await ana.call('room.messages', { room: yard })).messages.filter((m: any) => m.verdict?.action === 'hide').map((m: any) => m.text)
    const { list: foreign, entries, skipped } = await ben.call('list.import', { data: Buffer.from('||bad.example^\ncoins\nx##y').toString('base64url'), title: 'Borrowed' })
    expect({ entries, skipped }).to.deep.equal({ entries: 2, skipped: 1 })
    const { address, link } = await ben.call('list.invite', { list: foreign })
    expect(link).to.include('#/join/')
    const preview = await ana.call('list.preview', { address, room: yard })
    expect(preview).to.deep.include({ messages: 2, personas: 1, entries: 2, actions: { hide: 2 } })
    expect((await ana.call('list.subscriptions')).subscriptions).to.deep.equal([])
    expect(await hidden()).to.deep.equal([])

    await ana.call('list.subscribe', { address, trial: true })
    await answers(ana, 'room.messages', { room: yard }, ({ messages }) => messages[0].verdict?.trial?.length === 1)
    expect(await hidden()).to.deep.equal([])
    await ana.call('list.configure', { list: foreign, trial: false })
    await answers(ana, 'room.messages', { room: yard }, ({ messages }) => messages[0].verdict?.action === 'hide')
    expect(await hidden()).to.deep.equal(['buy coins', 'https://bad.example/x'])
    await ana.call('moderation.policy', { threshold: 2 })
    expect(await hidden()).to.deep.equal([])
    const { list: second, address: other } = await ben.call('list.create', { title: 'Second' })
    await ben.call('list.add', { list: second, subject: { word: 'coins' }, action: 'mute', reason: 'scam' })
    await ana.call('list.subscribe', { address: other })
    await answers(ana, 'room.messages', { room: yard }, ({ messages }) => messages[0].verdict?.action === 'mute')
    await ana.call('list.configure', { list: foreign, weight: 2, reasons: ['hate'] })
    await answers(ana, 'room.messages', { room: yard }, ({ messages }) => messages[0].verdict?.action === 'none')
    await ana.call('moderation.policy', { threshold: 1 })
    await ana.call('list.configure', { list: foreign, reasons: null })
    await ana.call('list.configure', { list: second, paused: true })
    expect(await hidden()).to.deep.equal(['buy coins', 'https://bad.example/x'])
    await ana.call('list.unsubscribe', { list: foreign })
    await ana.call('list.unsubscribe', { list: second })
    expect(await hidden()).to.deep.equal([])
    await expect(ana.call('list.entries', { list: foreign })).to.eventually.be.rejectedWith('UnknownListError')

    const text = await ben.call('list.export', { list: foreign, format: 'text' })
    expect(Buffer.from(text.data, 'base64url').toString()).to.include('||bad.example^').and.include('coins')
  })

  it('of a reader\'s own need nobody: words, domains, people, taken back in one step', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(ALONE))
    const yard = await room([ana, ben])
    await ben.call('room.send', { room: yard, text: 'about the war https://x.example' })
    await hears(ana, 'about the war https://x.example')
    const { messages: [{ author, id }] } = await ana.call('room.messages', { room: yard })
    for (const subject of [{ persona: author }, { message: id }, { word: 'war' }, { domain: 'x.example' }, { pattern: 'the w.r' }]) {
      const { entry } = await ana.call('moderation.block', { room: yard, ...subject, action: 'blur', reason: 'other' })
      const verdict = await ana.call('moderation.explain', { room: yard, message: id })
      expect(verdict, JSON.stringify(subject)).to.deep.include({ action: 'blur' })
      expect(verdict.sources[0]).to.include({ list: 'own', entry })
      expect((await ana.call('list.entries', { list: 'own' })).entries).to.have.lengthOf(1)
      await ana.call('moderation.undo', { entry })
      expect((await ana.call('moderation.explain', { room: yard, message: id })).action).to.equal('none')
    }
    await expect(ana.call('moderation.block', { room: yard, pattern: '(' })).to.eventually.be.rejectedWith('InvalidParametersError')
    await expect(ana.call('moderation.undo', { entry: 'x.0' })).to.eventually.be.rejectedWith('InvalidParametersError')
  })

  it('can name an invite: everyone who came in by it, and whom they let in, is gone at once', async () => {
    const [ana, ben, raider, helper] = [1, 2, 3, 4].map(() => nodes.rpc(ALONE))
    const { room: yard } = await ana.call('room.create', { name: 'Yard', kind: 'invite', policy: { probation: 3_600_000 } })
    await ben.call('room.join', { invite: (await ana.call('room.invite', { room: yard, uses: 1 })).invite })
    await raider.call('room.join', { invite: (await ana.call('room.invite', { room: yard, label: 'posted in public' })).invite })
    await answers(raider, 'room.members', { room: yard }, ({ members }) => members.length === 3)
    await helper.call('room.join', { invite: (await raider.call('room.invite', { room: yard })).invite })
    await answers(ben, 'room.members', { room: yard }, ({ members }) => members.length === 4)
    // newcomers bring no links yet; the founder may
    await expect(raider.call('room.send', { room: yard, text: 'https://raid.example' })).to.eventually.be.rejectedWith('RateLimitedError')
    await ana.call('room.send', { room: yard, text: 'https://rules.example' })
    for (const node of [raider, helper]) {
      await node.call('room.send', { room: yard, text: 'raid!' })
    }
    await answers(ben, 'room.messages', { room: yard }, ({ messages }) => messages.length === 3)
    const { members } = await ben.call('room.members', { room: yard })
    const [{ branch }] = members.filter((m: any) => m.persona === members.find((other: any) => other.invitedBy != null && members.some((third: any) => third.invitedBy === other.persona)).persona)
    expect(branch).to.match(/^[0-9a-f]{64}$/)
    await ben.call('moderation.block', { room: yard, branch, reason: 'spam' })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages.map((m: any) => m.text)).to.deep.equal(['https://rules.example'])
    expect((await ben.call('room.members', { room: yard })).members.filter((m: any) => m.verdict?.action === 'hide')).to.have.lengthOf(2)
    await ben.call('moderation.block', { room: yard, rule: 'first:link', action: 'warn' })
    expect((await ben.call('room.messages', { room: yard, hidden: false })).messages[0].verdict.action).to.equal('warn')
  })

  it('know a picture again that was scaled, by what it looks like', async () => {
    const [mia, ben] = [1, 2].map(() => nodes.rpc(ALONE))
    const yard = await room([mia, ben])
    const data = (width: number, height: number): string => Buffer.from(png(width, height)).toString('base64url')
    const { id: first } = await mia.call('room.attach', { room: yard, data: data(160, 120), name: 'a.png', type: 'image/png' })
    expect(await mia.call('moderation.image', { room: yard, message: first })).to.deep.equal({ image: null, verdict: null })
    await mia.call('room.fetch', { room: yard, attachment: first })
    const { image } = await mia.call('moderation.image', { room: yard, message: first })
    expect(image).to.match(/^[0-9a-f]{16}$/)
    await ben.call('moderation.block', { room: yard, image, action: 'blur', reason: 'graphic' })
    const { id } = await mia.call('room.attach', { room: yard, data: data(333, 250), name: 'b.png', type: 'image/png' })
    await answers(ben, 'room.messages', { room: yard }, ({ messages }) => messages.length === 2)
    expect((await ben.call('moderation.explain', { room: yard, message: id })).action).to.equal('none')
    await ben.call('room.fetch', { room: yard, attachment: id })
    await ben.until(() => ben.events.some(event => event.type === 'verdict' && event.message === id && (event.verdict as any)?.action === 'blur'), soon())
    expect((await ben.call('moderation.image', { room: yard, message: id })).verdict.sources[0]).to.include({ list: 'own', reason: 'graphic' })
    await expect(ben.call('moderation.image', { room: yard, message: id, image: 'zz' })).to.eventually.be.rejectedWith('InvalidParametersError')
    await expect(ben.call('moderation.image', { room: yard, message: 'zz' })).to.eventually.be.rejectedWith('UnknownMessageError')
  })

  it('pass on help lines to who follows them', async () => {
    const [mia, ben] = [1, 2].map(() => nodes.rpc(ALONE))
    const file = { undertone: 'resources', title: 'Near us', resources: [{ name: 'Night line', address: 'tel:+1 555 0100', languages: ['en'] }] }
    const { list, entries } = await mia.call('list.import', { data: Buffer.from(JSON.stringify(file)).toString('base64url') })
    expect(entries).to.equal(1)
    await mia.call('list.addHelp', { list, name: 'Day line', address: '116 123', languages: ['en', 'fr'], regions: ['FR'], hours: '8–20' })
    await ben.call('list.subscribe', { address: (await mia.call('list.invite', { list })).address })
    await answers(ben, 'moderation.resources', { language: 'fr' }, ({ resources }) => resources.some((each: any) => each.address === '116 123'))
    const { resources } = await ben.call('moderation.resources', { language: 'en' })
    expect(resources.slice(0, 2).map(({ name, list }: any) => `${name}: ${list}`).sort()).to.deep.equal(['Day line: Near us', 'Night line: Near us'])
    await mia.call('list.removeHelp', { list, address: 'tel:+1 555 0100' })
    await answers(ben, 'list.entries', { list }, ({ list }) => list.help.length === 1)
    expect((await ben.call('list.changes', { list })).changes.filter((each: any) => each.op === 'help')).to.have.lengthOf(3)
    await ben.call('list.configure', { list, paused: true })
    expect((await ben.call('moderation.resources', { language: 'fr' })).resources.some((each: any) => each.address === '116 123')).to.equal(false)
    await expect(ben.call('list.addHelp', { list, name: 'x', address: '1' })).to.eventually.be.rejectedWith('InvalidParametersError')
    await expect(ben.call('list.addHelp', { list, name: 'x', address: '111' })).to.eventually.be.rejectedWith('NotMemberError')
  })

  it('are many: no more than eight followed ones are connected at once, each as somebody else, and all are read', async () => {
    const [mia, ben] = [1, 2].map(() => nodes.rpc(ALONE))
    const lists: string[] = []
    for (let i = 0; i < 11; i++) {
      const { list, address } = await mia.call('list.create', { title: `List ${i}` })
      await mia.call('list.add', { list, subject: { word: `word${i}` }, action: 'hide', reason: 'spam' })
      await ben.call('list.subscribe', { address })
      await answers(ben, 'list.entries', { list }, ({ entries }) => entries.length === 1)
      lists.push(list)
    }
    const { compartments } = await ben.call('node.status')
    expect(compartments.map((each: any) => each.room).sort()).to.deep.equal(lists.toSorted())
    const peers = compartments.map((each: any) => each.transportPeer).filter((peer: string) => peer !== '')
    expect(peers).to.have.lengthOf(8)
    expect(new Set(peers).size).to.equal(8)
    // one that rests comes back when it is looked at, as somebody nobody has met, and has what was said meanwhile
    await mia.call('list.add', { list: lists[0], subject: { word: 'later' }, action: 'hide', reason: 'spam' })
    expect(compartments.find((each: any) => each.room === lists[0]).transportPeer).to.equal('')
    await answers(ben, 'list.entries', { list: lists[0] }, ({ entries }) => entries.length === 2)
    expect((await ben.call('node.status')).compartments.filter((each: any) => each.transportPeer !== '')).to.have.lengthOf(8)
  })

  it('who may call a reader by name is the reader\'s choice per room, kept to itself', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(ALONE))
    const yard = await room([ana, ben])
    const { persona, mentions } = await ben.call('room.info', { room: yard })
    expect(mentions).to.equal('everyone')
    await answers(ana, 'room.members', { room: yard }, ({ members }) => members.length === 2)
    const calls = async (text: string, more: object = {}): Promise<unknown> => {
      await ana.call('room.send', { room: yard, text, ...more })
      await hears(ben, text)
      return ben.events.find(event => event.type === 'message' && event.message.text === text)?.message.mention
    }
    expect(await calls(`look, @${persona.slice(-6)}`)).to.equal('heard')
    expect(await calls('you there', { mentions: [persona] })).to.equal('heard')
    expect(await calls('just words')).to.equal(null)
    expect((await ben.call('room.configure', { room: yard, mentions: 'nobody' })).mentions).to.equal('nobody')
    expect(await calls(`once more, @${persona.slice(-6)}`)).to.equal('quiet')
    await ben.call('room.configure', { room: yard, mentions: 'members' })
    expect(await calls(`a founder is no newcomer, @${persona.slice(-6)}`)).to.equal('heard')
    await expect(ben.call('room.configure', { room: yard, mentions: 'some' })).to.eventually.be.rejectedWith('InvalidParametersError')
    await expect(ana.call('room.send', { room: yard, text: 'x', mentions: ['x'] })).to.eventually.be.rejectedWith('UnknownPersonaError')
  })

  it('and the classifier speak in one verdict; it labels and warns, never hides, and asks before sending', async () => {
    const [ana, ben] = [1, 2].map(() => nodes.rpc(ALONE))
    const yard = await room([ana, ben])
    const threat = 'I will find you and kill you tonight'
    const checked = await ana.call('moderation.check', { text: threat })
    expect(checked).to.include({ harmful: true, label: 'threat' })
    await expect(ana.call('room.send', { room: yard, text: threat, anyway: false })).to.eventually.be.rejectedWith('HarmfulTextError')
    await expect(ana.call('moderation.policy', { classifier: { threshold: 0.5, action: 'hide' } })).to.eventually.be.rejectedWith('InvalidParametersError')
    await ana.call('moderation.policy', { classifier: { threshold: 0.5, action: 'blur' } })
    await ben.call('room.send', { room: yard, text: threat })
    await hears(ana, threat)
    const { message }: any = ana.events.find(e => e.type === 'message')
    expect(message.verdict.action).to.equal('blur')
    expect(message.verdict.sources[0]).to.include({ list: 'classifier', reason: 'threat' })
    expect((await ana.call('moderation.resources', { language: 'de' })).resources.length).to.be.above(0)
  })
})

describe('a room\'s charter', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  it('is the founder\'s until a vote changes it; then every member counts the same and lives by the same policy', async () => {
    const [ana, ben, cem] = [1, 2, 3].map(() => nodes.rpc(ALONE))
    const charter = { purpose: 'a garden', rules: ['be kind'] }
    const { room, persona } = await ana.call('room.create', { name: 'Garden', kind: 'invite', charter })
    for (const node of [ben, cem]) {
      await node.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
    }
    await Promise.all([ana, ben, cem].map(async node => answers(node, 'room.members', { room }, ({ members }) => members.length === 3)))
    const read = await answers(cem, 'charter.read', { room }, ({ charter }) => charter != null)
    expect(read).to.deep.include({ founder: persona, proposals: [] })
    expect(read.charter).to.deep.include(charter)

    await expect(ben.call('charter.propose', { room, charter: { policy: { epoch: 5_000 } } })).to.eventually.be.rejectedWith('InvalidParametersError')
    await expect(ben.call('charter.propose', { room, charter: { policy: { slowMode: -1 } } })).to.eventually.be.rejectedWith('InvalidParametersError')
    const { proposal } = await ben.call('charter.propose', { room, charter: { ...charter, rules: ['be kind', 'be slow'], policy: { slowMode: 3_600_000 } } })
    await answers(ana, 'charter.read', { room }, ({ proposals }) => proposals.length === 1)
    await ana.call('charter.vote', { room, proposal, choice: 'no' })
    await answers(ben, 'charter.tally', { room, proposal }, ({ no }) => no === 1)
    expect((await ben.call('room.info', { room })).policy.slowMode).to.equal(0)
    await ben.call('charter.vote', { room, proposal, choice: 'yes' })
    await answers(cem, 'charter.read', { room }, ({ proposals }) => proposals.length === 1)
    await cem.call('charter.vote', { room, proposal, choice: 'yes' })
    const tallies = await Promise.all([ana, ben, cem].map(async node => answers(node, 'charter.tally', { room, proposal }, ({ passed }) => passed)))
    for (const tally of tallies) {
      expect(tally).to.deep.include({ yes: 2, no: 1, abstain: 0, eligible: 3, open: false })
    }
    await Promise.all([ana, ben, cem].map(async node => answers(node, 'room.info', { room }, ({ policy }) => policy.slowMode === 3_600_000)))
    expect((await ana.call('charter.read', { room })).charter.rules).to.deep.equal(['be kind', 'be slow'])
    await ana.call('room.send', { room, text: 'one' })
    await expect(ana.call('room.send', { room, text: 'two' })).to.eventually.be.rejectedWith('RateLimitedError')
    await expect(ana.call('charter.vote', { room, proposal: 'ab'.repeat(32), choice: 'yes' })).to.eventually.be.rejectedWith('UnknownMessageError')
  })
})

describe('what a reader decided', () => {
  const nodes = new Nodes()
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'undertone-lists-'))
    writeFileSync(join(folder, 'passphrase'), 'correct horse\n')
  })
  afterEach(async () => {
    await nodes.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const start = (): ChildNode => nodes.start(['rpc', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', ...ALONE, '--data', join(folder, 'data'), '--passphrase-file', join(folder, 'passphrase')])

  it('is there after kill -9: own list, lists read and maintained, their settings, the policy; and what lists said meanwhile comes', async () => {
    const mia = nodes.rpc(ALONE)
    const { list, address } = await mia.call('list.create', { title: 'Mia\'s' })
    await mia.call('list.add', { list, subject: { word: 'one' }, action: 'hide', reason: 'spam' })
    const { room } = await mia.call('room.create', { name: 'Yard', kind: 'invite' })
    await mia.call('room.send', { room, text: 'one two three' })

    const node = start()
    await node.call('room.join', { invite: (await mia.call('room.invite', { room })).invite })
    await hears(node, 'one two three')
    await node.call('list.subscribe', { address, actions: ['hide', 'label'], weight: 3, order: 7 })
    await answers(node, 'room.messages', { room }, ({ messages }) => messages[0].verdict?.action === 'hide')
    const { entry } = await node.call('moderation.block', { room, word: 'three', action: 'warn', reason: 'other' })
    await node.call('moderation.policy', { threshold: 3, hidden: 'gone' })
    const { list: own } = await node.call('list.create', { title: 'My published one' })
    await node.call('list.add', { list: own, subject: { domain: 'x.example' }, action: 'hide', reason: 'scam' })
    node.kill('SIGKILL')
    await node.exited()
    await mia.call('list.add', { list, subject: { word: 'two' }, action: 'label', reason: 'hate' })

    const again = start()
    expect((await again.call('list.entries', { list: 'own' })).entries.map((e: any) => [e.entry, e.subject])).to.deep.equal([[entry, { word: 'three' }]])
    expect(await again.call('moderation.policy')).to.deep.equal({ threshold: 3, classifier: null, hidden: 'gone', web: false })
    const { subscriptions } = await again.call('list.subscriptions')
    expect(subscriptions.map((s: any) => [s.title, s.own, s.weight, s.order, s.actions])).to.deep.equal([['Mia\'s', false, 3, 7, ['hide', 'label']], ['My published one', true, 1, 8, null]])
    expect((await again.call('room.messages', { room, hidden: true })).messages[0].verdict.action).to.equal('warn')
    expect((await again.call('room.messages', { room, hidden: true })).messages[0].verdict.sources[0].entry).to.equal(entry)
    await again.call('moderation.undo', { entry })
    expect((await again.call('room.messages', { room, hidden: true })).messages[0].verdict.action).to.equal('hide')
    await answers(again, 'list.entries', { list }, ({ entries }) => entries.length === 2)
    await again.call('list.add', { list: own, subject: { domain: 'y.example' }, action: 'hide', reason: 'scam' })
    expect((await again.call('list.entries', { list: own })).entries).to.have.lengthOf(2)

    await again.call('node.wipe', { confirm: true })
    expect((await again.call('list.entries', { list: 'own' })).entries).to.deep.equal([])
    expect((await again.call('list.subscriptions')).subscriptions).to.deep.equal([])
    expect((await again.call('report.inbox')).reports).to.deep.equal([])
  })
})
