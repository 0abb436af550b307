import { expect } from 'aegir/chai'
import { readForeignList as readWith, writeForeignList } from '../../src/moderation/formats.ts'
import { InvalidListError, checkEntry, loadPatterns } from '../../src/moderation/index.ts'
import { indexOf } from '../support/made-feed.ts'
import type { Entry, ImportedList } from '../../src/moderation/index.ts'

const readForeignList = (bytes: Uint8Array): ImportedList => readWith(bytes, { check: checkEntry, refuse: message => new InvalidListError(message) })
const read = (text: unknown): ImportedList => readForeignList(new TextEncoder().encode(typeof text === 'string' ? text : JSON.stringify(text)))
const brief = ({ entries }: ImportedList): unknown => entries.map(({ subject, action, reason }) => [subject, action, reason])
const entry = (subject: Entry['subject'], action: Entry['action'] = 'hide', note?: string): Entry => ({ entry: 'e.0', subject, action, reason: 'spam', since: 0, maintainer: 'm', ...(note == null ? {} : { note }) })

describe('lists of other programs', () => {
  it('come in from Matrix: servers, globs, and no rule that was taken back', () => {
    const list = read([
      { type: 'm.policy.rule.server', content: { entity: 'evil.example:8448', recommendation: 'm.ban', reason: 'spam waves' } },
      { type: 'm.policy.rule.user', content: { entity: '@spam*:evil.example', recommendation: 'm.ban', reason: 'harassment' } },
      { type: 'org.matrix.mjolnir.rule.server', content: { entity: 'old.example', recommendation: 'org.matrix.mjolnir.ban' } },
      { type: 'm.policy.rule.server', content: {} },
      { type: 'm.room.member', content: {} }
    ])
    expect(brief(list)).to.deep.equal([[{ domain: 'evil.example' }, 'hide', 'spam'], [{ pattern: '(?:^|\\s)@spam\\S*:evil\\.example(?:$|\\s)' }, 'hide', 'harassment'], [{ domain: 'old.example' }, 'hide', 'other']])
    expect(list.skipped).to.equal(1)
  })

  it('come in from Bluesky: list items and labels; a negation says nothing', () => {
    expect(brief(read({ list: { name: 'Bots', purpose: 'app.bsky.graph.defs#modlist', description: 'spam bots' }, items: [{ subject: { handle: 'bot.example' } }] }))).to.deep.equal([[{ word: 'bot.example' }, 'hide', 'spam']])
    const labels = read([{ ver: 1, src: 'did:x', uri: 'did:plc:abc', val: '!hide' }, { uri: 'did:plc:def', val: 'porn' }, { uri: 'did:plc:abc', val: '!hide', neg: true }])
    expect(brief(labels)).to.deep.equal([[{ word: 'did:plc:abc' }, 'hide', 'other'], [{ word: 'did:plc:def' }, 'label', 'sexual']])
    expect(labels.skipped).to.equal(1)
  })

  it('come in from Nostr, Mastodon and plain text', () => {
    expect(brief(read({ kind: 10_000, tags: [['word', 'coins'], ['t', 'airdrop'], ['p', 'ab'.repeat(32)], ['e', 'cd'.repeat(32)]] }))).to.deep.equal([[{ word: 'coins' }, 'hide', 'other'], [{ word: 'airdrop' }, 'hide', 'other'], [{ word: 'ab'.repeat(32) }, 'hide', 'other']])
    expect(brief(read('#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\nbad.example,suspend,false,false,"hate, ""much"" of it",false\nmeh.example,silence,true,false,,false'))).to.deep.equal([[{ domain: 'bad.example' }, 'hide', 'hate'], [{ domain: 'meh.example' }, 'blur', 'other']])
    expect(brief(read('! EasyList-style\n||ads.example^$third-party\n@@||good.example^\nexample.com##.banner\ncasino\n'))).to.deep.equal([[{ domain: 'ads.example' }, 'hide', 'other'], [{ domain: 'good.example' }, 'allow', 'other'], [{ word: 'casino' }, 'hide', 'other']])
  })

  it('come in as they are found in the world: filters with their header, hosts, comments of several lines, what relays and repositories answer', () => {
    const easyList = '[Adblock Plus 2.0]\n! Title: EasyList\n! Homepage: https://easylist.to/\n-advertisement-icon.\n&ad_box_\n||ads.example^$third-party,popup\n||cdn.example/banner/\n@@||good.example^$document\n/ads/*$image\nexample.com##.ad\n'
    const filters = read(easyList)
    expect(brief(filters)).to.deep.equal([[{ domain: 'ads.example' }, 'hide', 'other'], [{ domain: 'good.example' }, 'allow', 'other']])
    expect(filters.skipped).to.equal(5)
    expect(brief(read('# hosts\n127.0.0.1 localhost\n0.0.0.0 ads.example # tracker\n0.0.0.0 more.example'))).to.deep.equal([[{ domain: 'ads.example' }, 'hide', 'other'], [{ domain: 'more.example' }, 'hide', 'other']])
    expect(brief(read('\ufeff#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\r\nbad.example,suspend,true,true,"Racism,\r\n""jokes"" and spam waves",false\r\n*.ob*.example,suspend,true,true,hidden,true\r\nmeh.example,noop,false,false,,false\r\n')))
      .to.deep.equal([[{ domain: 'bad.example' }, 'hide', 'spam'], [{ domain: 'meh.example' }, 'label', 'other']])
    expect(brief(read(['EVENT', 'sub', { id: 'ab', pubkey: 'cd', created_at: 1_700_000_000, kind: 10_000, content: 'sealed', sig: 'ef', tags: [['word', 'Coins'], ['a', 'x']] }]))).to.deep.equal([[{ word: 'Coins' }, 'hide', 'other']])
    expect(brief(read({ records: [{ uri: 'at://did:plc:me/app.bsky.graph.listitem/3k', cid: 'b', value: { $type: 'app.bsky.graph.listitem', subject: 'did:plc:abc', list: 'at://did:plc:me/app.bsky.graph.list/3j', createdAt: '2026-01-01T00:00:00Z' } }] }))).to.deep.equal([[{ word: 'did:plc:abc' }, 'hide', 'other']])
    expect(brief(read({ chunk: [{ type: 'm.policy.rule.server', state_key: 'rule:*.evil.example', sender: '@mod:good.example', origin_server_ts: 1, content: { entity: '*.evil.example', recommendation: 'm.ban', reason: 'csam' } }] }))).to.deep.equal([[{ domain: 'evil.example' }, 'hide', 'illegal']])
  })

  it('find the names that Matrix globs mean anywhere in what is said, and no others', async () => {
    await loadPatterns()
    const { entries } = read([{ type: 'm.policy.rule.user', content: { entity: '@spam*:evil.example', recommendation: 'm.ban' } }])
    const index = indexOf(...entries)
    const said = (text: string): number => index.matches({ persona: 'p', text }).length
    expect(said('write to @spammer7:evil.example now')).to.equal(1)
    expect(said('@spam:evil.example')).to.equal(1)
    expect(said('ask @anna:good.example and somebody at @spam: evil.example')).to.equal(0)
  })

  it('come back as they went, in what both sides can say', () => {
    const entries = [entry({ domain: 'bad.example' }, 'hide', 'a "note", with commas'), entry({ word: 'coins' }), entry({ persona: '12D3' }), entry({ message: 'ab' })]
    for (const format of ['matrix', 'bluesky', 'nostr', 'mastodon', 'text'] as const) {
      const { entries: again } = readForeignList(writeForeignList(format, 'T', entries, 0))
      const domain = format === 'nostr' || format === 'bluesky' ? { word: 'bad.example' } : { domain: 'bad.example' }
      expect(again.map(each => each.subject), format).to.deep.equal(format === 'mastodon' ? [domain] : [domain, { word: 'coins' }])
    }
    expect(new TextDecoder().decode(writeForeignList('text', 'T', entries, 0))).to.not.include('12D3')
  })

  it('that are damaged, empty, huge or nothing at all are refused by name', () => {
    for (const text of ['', '{', '[]', '{}', '\0\0', '! only comments']) {
      expect(() => read(text), JSON.stringify(text)).to.throw().with.property('name', 'InvalidListError')
    }
    expect(() => readForeignList(new Uint8Array([0xff, 0xfe, 0x00]))).to.throw().with.property('name', 'InvalidListError')
    expect(() => readForeignList(new Uint8Array(33 * 1024 * 1024).fill(97))).to.throw().with.property('name', 'InvalidListError')
  })
})
