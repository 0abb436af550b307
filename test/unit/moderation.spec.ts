import { expect } from 'aegir/chai'
import { roomIdFromSecret } from '../../src/crypto/index.ts'
import { EntryIndex, ListFeed, MAX_PATTERNS, MAX_PATTERNS_PER_LIST, MAX_SAME_SUBJECT, checkEntry, checkSubject, decodeStatement, encodeStatements, addOperations, fold, hashedSubject, requiredLiteral, skeleton, wordsOf } from '../../src/moderation/index.ts'
import { MAX_STATEMENT_BYTES } from '../../src/moderation/operation.ts'
import { MAX_LINKS, domainsOf } from '../../src/wire/index.ts'
import { Maintainer, SEED, feedOf, hide, indexOf } from '../support/made-feed.ts'

/** Expressions that are known to have hung programs (advisories, outages, papers), and what each hung on. */
const REDOS: Array<[string, string]> = [
  ['(a+)+$', 'a'], ['([a-zA-Z]+)*$', 'a'], ['(a|aa)+$', 'a'], ['(a|a?)+$', 'a'], ['(.*a){20}$', 'a'], ['^(a?){25}a{25}$', 'a'], ['(x+x+)+y', 'x'], ['(\\w+\\s?)+!$', 'word '], ['(.*.*.*)x', 'a'],
  // class names and mail addresses of a validation library
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'], ['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$', 'a'],
  // spaces at the end of a line: half an hour without a question-and-answer site
  ['^[\\s\\x{200c}]+|[\\s\\x{200c}]+$', ' '], ['\\s+$', ' x '],
  // a firewall that stopped a good part of the web
  ['(?:(?:"|\\d|.|null|math|`|-|\\+)+[)]*;?((?:\\s|-|~|!|\\|\\||\\+)*.*(?:.*=.*)))', 'x='],
  // lengths of time, dates, versions, colours, user agents
  ['^((?:\\d+)?\\.?\\d+) *(ms|seconds?|m|hours?)?$', '1'], ['D[oD]?(\\[[^\\[\\]]*\\]|\\s+)+MMMM?', 'D '], ['^[v=\\s]*(\\d+)\\.(\\d+)\\.(\\d+)(?:-((?:\\d+|\\d*[a-z-][\\w-]*)(?:\\.(?:\\d+|\\d*[a-z-][\\w-]*))*))?$', '1.'], ['^rgba?\\((?:(\\s*\\d+\\s*,?)+)\\)$', '1 '], ['(?:.*;)*iphone.*os (?:\\d+_)+', '; '],
  // markup: comments, tags, code, tables, links
  ['<!--(?:-?[^>-])*(?:--?>)?$', '<!-'], ['<(\\w+)(\\s+[^>]*)*>', '<a '], ['^(?:\\|[^|\\n]+)+\\|$', '|a'], ['\\[(?:\\[[^\\]]*\\]|[^\\[\\]])*\\]\\(', '['], ['(?:[^`]|``)*`$', '``'], ['(`+)\\s*([^`]|[^`].*?[^`])\\s*\\1', '`'],
  // addresses: hosts, queries, paths, lists of them
  ['^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\\.)+[a-z]+$', 'a-'], ['^(?:https?://)?([\\w-]+\\.?)+[\\w-]+(/[\\w ./?%&=-]*)*$', 'a.'], ['(([^/]+/)*)x$', 'a/'], ['^(?:[^,]+,?)*$', 'a,'], ['^([^=]+=[^&]*&?)+$', 'a=&'], ['\\{.*\\}.*\\{.*\\}$', '{}'],
  // words: the same letters by many ways
  ['^(\\d+|\\d+[a-z]*|[a-z]+)*$', '1a'], ['^(.?.?.?.?.?.?.?p)*$', 'p'], ['(?:a|b|ab)*c', 'ab'], ['((a*)*b*)*c', 'ab'], ['(\\p{L}+\\p{N}*)+_', 'a1'], ['^(?:(?:a{1,30}){1,30}){1,30}$', 'a'],
  // what this engine does not do
  ['(?=.*a)(?=.*b).*$', 'ab'], ['(?<!a)b+$', 'b'], ['^(?>a+)+$', 'a'], ['(a)?\\1+$', 'a'], ['(a++)+$', 'a']
]

const found = (index: EntryIndex, text: string, persona = 'p'): string[] => index.matches({ persona, text }).map(({ entry }) => Object.values(entry.subject)[0])

describe('words', () => {
  it('are the same in any case, form, accent, disguise or spacing', () => {
    const index = indexOf(hide({ word: 'spam' }), hide({ word: 'Ärger' }), hide({ word: 'мошенник' }))
    for (const text of ['SPAM!', 'no sрam (Cyrillic р)', 'sp\u200bam', 'ＳＰＡＭ', '5p4m', 's p a m', 's.p.a.m', 'spám', '$PAM', 'so much spam!!!']) {
      expect(found(index, text), text).to.include('spam')
    }
    expect(found(index, 'a\u0308rger')).to.deep.equal(['Ärger'])
    expect(found(index, 'МОШЕННИК тут')).to.deep.equal(['мошенник'])
    expect(found(index, 'spammer despam spa m')).to.deep.equal([])
  })

  it('may be up to four in a row, and are found inside scripts that put no spaces', () => {
    const index = indexOf(hide({ word: 'buy my coins' }), hide({ word: '垃圾' }), hide({ word: 'สแปม' }))
    expect(found(index, 'Please BUY my c0ins now')).to.deep.equal(['buy my coins'])
    expect(found(index, 'buy coins')).to.deep.equal([])
    expect(found(index, '这是垃圾信息')).to.deep.equal(['垃圾'])
    expect(found(index, 'นี่คือสแปมนะ')).to.deep.equal(['สแปม'])
  })

  it('of a text are bounded however long it is', () => {
    expect(wordsOf('ab '.repeat(16_000)).length).to.be.at.most(4_100)
    expect(wordsOf('字'.repeat(16_000)).length).to.be.at.most(9_000)
    expect(domainsOf('https://a.example '.repeat(5_000) + Array.from({ length: 500 }, (_, i) => `http://d${i}.example`).join(' '))).to.have.lengthOf(MAX_LINKS)
    expect(skeleton('ѕсаm')).to.equal('scam')
    expect(fold('ＦＩＬＥ\u200d')).to.equal('file')
  })
})

describe('link domains', () => {
  it('count with everything below them, with ports, users, other scripts and no scheme', () => {
    const index = indexOf(hide({ domain: 'Bad.Example' }), hide({ domain: 'bücher.example' }))
    for (const text of ['see https://bad.example/x', 'http://deep.sub.bad.example:8080', 'https://me:pw@bad.example?q', 'https://BAD.EXAMPLE.', 'www.bad.example', 'ｈｔｔｐｓ://bad.example', 'go to bad.example!', 'hxxps://bad.example', 'bad[.]example', 'b\u200bad.exa\u00admple', '去bad.example看']) {
      expect(found(index, text), text).to.deep.equal(['bad.example'])
    }
    expect(found(index, 'https://bücher.example')).to.deep.equal(['xn--bcher-kva.example'])
    expect(found(index, 'https://notbad.example https://bad.example.org notbad.example bad example')).to.deep.equal([])
  })

  it('are the ones a browser would go to, however they are written', () => {
    const index = indexOf(...['bad.example', 'пример.рф', 'faß.example', '127.0.0.1'].map(domain => hide({ domain })))
    for (const [text, domain] of [
      ['https://good.example@bad.example', 'bad.example'], ['https://me:p@ss@bad.example/', 'bad.example'], ['https://bad%2eexample/', 'bad.example'], ['//bad.example', 'bad.example'], ['https:/bad.example', 'bad.example'],
      ['http://bad。example', 'bad.example'], ['http://ⓑⓐⓓ.example', 'bad.example'], ['http://bad․example', 'bad.example'],
      ['https://xn--e1afmkfd.xn--p1ai', 'xn--e1afmkfd.xn--p1ai'], ['ПРИМЕР.рф', 'xn--e1afmkfd.xn--p1ai'], ['https://xn--fa-hia.example', 'xn--fa-hia.example'],
      ['http://0x7f000001', '127.0.0.1'], ['http://2130706433', '127.0.0.1'], ['http://0177.0.0.1', '127.0.0.1']
    ]) {
      expect(found(index, text), text).to.deep.equal([domain])
    }
    // what stands before a backslash or a nought is where they lead
    expect(found(index, 'https://good.example\\@bad.example')).to.deep.equal([])
    expect(found(index, 'https://bad.example%00.good.example')).to.deep.equal([])
  })

  it('that only look like another name are another name: an entry, and what allows, names one place', () => {
    const index = indexOf(hide({ domain: 'bank.example' }), hide({ domain: 'bаnk.example' }))
    expect(found(index, 'https://bank.example')).to.deep.equal(['bank.example'])
    // with a Cyrillic а
    expect(found(index, 'https://bаnk.example')).to.deep.equal(['xn--bnk-6cd.example'])
    expect(found(index, 'https://xn--bnk-6cd.example')).to.deep.equal(['xn--bnk-6cd.example'])
    expect(found(index, 'https://fass.example https://baṅk.example')).to.deep.equal([])
  })
})

describe('patterns', () => {
  it('run over the folded text, in linear time, whatever they are', function () {
    this.timeout(30_000)
    // expressions known to hang backtracking engines
    const catastrophic = ['(a+)+$', '([a-zA-Z]+)*$', '(a|aa)+$', '(a|a?)+$', '(.*a){20}', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y', '([0-9]+)*#', '^(a?){25}a{25}$', '(\\w+\\s?)+!$', '^((ab)*)+c$', '(.*.*.*)x']
    const index = indexOf(...catastrophic.map(pattern => hide({ pattern })))
    const began = performance.now()
    for (const text of ['a'.repeat(16_000) + 'b', 'x'.repeat(16_000), '0'.repeat(16_000), 'word '.repeat(3_200)]) {
      index.matches({ persona: 'p', text })
    }
    expect(performance.now() - began).to.be.below(20_000)
    expect(found(indexOf(hide({ pattern: 'free.{0,20}coins' })), 'FREE shiny CoInS')).to.have.lengthOf(1)
  })

  it('that stopped others\' services stop nothing here: each is refused by name, or ends', function () {
    this.timeout(60_000)
    let refused = 0
    for (const [pattern, attack] of REDOS) {
      const text = attack.repeat(Math.ceil(16_000 / attack.length)) + '\u0001!'
      try {
        checkEntry(hide({ pattern }))
      } catch (error: any) {
        expect(error.name, pattern).to.equal('InvalidParametersError')
        refused++
      }
      // in somebody else's list it is not asked for: it must end, too
      const maintainer = new Maintainer()
      const entry = new TextEncoder().encode(JSON.stringify([{ op: 'add', kind: 'pattern', values: pattern, action: 'hide', reason: 'spam' }, ...addOperations([hide({ word: 'afterwards' })])]))
      const index = new EntryIndex(SEED)
      index.add(feedOf(maintainer, [{ ...maintainer.add(1), entry }]))
      expect(index.matches({ persona: 'p', text: `afterwards ${text}` }).map(({ entry }) => entry.subject.word), pattern).to.include('afterwards')
    }
    expect(refused).to.be.within(4, REDOS.length - 20)
  })

  it('that repeat without measure or cannot be read are refused, and ignored in others\' lists', () => {
    for (const pattern of ['(?=x)', '(a)\\1', '((a{0,200}){0,200})b', '(', 'x'.repeat(513)]) {
      expect(() => checkEntry(hide({ pattern })), pattern).to.throw().with.property('name', 'InvalidParametersError')
    }
    const maintainer = new Maintainer()
    const hostile = { ...maintainer.add(1), entry: new TextEncoder().encode(JSON.stringify([{ op: 'add', kind: 'pattern', values: '((a{0,900}){0,900})b\n(\nfine', action: 'hide', reason: 'spam' }])) }
    const index = new EntryIndex(SEED)
    index.add(feedOf(maintainer, [hostile]))
    expect(found(index, 'this is fine')).to.deep.equal(['fine'])
  })

  it(`are looked at as far as ${MAX_PATTERNS_PER_LIST} of a list and ${MAX_PATTERNS} of all`, () => {
    const maintainer = new Maintainer()
    const feed = feedOf(maintainer, encodeStatements(addOperations(Array.from({ length: MAX_PATTERNS_PER_LIST + 1 }, (_, i) => hide({ pattern: `word${i}z` })))).map((entry, i) => ({ ...maintainer.say(i), entry })))
    expect(feed.size).to.equal(MAX_PATTERNS_PER_LIST + 1)
    const index = new EntryIndex(SEED)
    index.add(feed)
    expect(found(index, `word${MAX_PATTERNS_PER_LIST - 1}z`)).to.have.lengthOf(1)
    expect(found(index, `word${MAX_PATTERNS_PER_LIST}z`)).to.have.lengthOf(0)
  })

  it('are ruled out by the letters they need, never wrongly', () => {
    expect(requiredLiteral('free.{0,20}coins')).to.equal('coins')
    expect(requiredLiteral('(abc)+de?f')).to.equal('d')
    expect(requiredLiteral('a|b')).to.equal('')
    expect(requiredLiteral('[abc]+')).to.equal('')
    expect(requiredLiteral('Coins?')).to.equal('coin')
    expect(requiredLiteral('\\d+coins')).to.equal('')
  })
})

describe('a list', () => {
  it('says what its maintainers said, in the order they said it, and forgets what they took back', () => {
    const ana = new Maintainer()
    const statements = [ana.describe(1), ana.add(2, hide({ word: 'one' }), hide({ word: 'two' })), ana.add(3, hide({ domain: 'x.example' }, { note: 'why', sources: ['https://fact.example'], expires: 99 }))]
    const feed = feedOf(ana, statements)
    const entries = [...feed.entries()]
    expect(entries.map(e => Object.values(e.subject)[0])).to.deep.equal(['one', 'two', 'x.example'])
    expect(entries[2]).to.include({ note: 'why', expires: 99, maintainer: ana.name, since: 3 })
    expect(feed.find(entries[1].entry)).to.deep.equal(entries[1])
    const after = feedOf(ana, [...statements, ana.say(4, { op: 'remove', entries: [entries[0].entry, 'nothing.7', entries[0].entry] })])
    expect([...after.entries()].map(e => Object.values(e.subject)[0])).to.deep.equal(['two', 'x.example'])
    expect(after.counts()).to.deep.equal({ reasons: { spam: 2 }, actions: { hide: 2 } })
  })

  it('does not count what strangers sign, nor what is no operation', () => {
    const ana = new Maintainer()
    const mallory = new Maintainer()
    const noise = [new Uint8Array(0), new Uint8Array(MAX_STATEMENT_BYTES + 1), new TextEncoder().encode('{"op":"add"}'), new TextEncoder().encode('[{"op":"fly"},null,7,{"op":"add","kind":"word","values":"x","action":"hide","reason":"boredom"}]')]
    const feed = feedOf(ana, [ana.describe(1), mallory.add(2, hide({ word: 'x' })), mallory.describe(3), ...noise.map((entry, i) => ({ ...ana.say(4 + i), entry }))])
    expect(feed.size).to.equal(0)
    expect(feed.version).to.equal(1)
    expect(feed.title).to.equal('A list')
    expect(decodeStatement(noise[3]).filter(each => each != null)).to.deep.equal([])
  })

  it('is handed over: a former maintainer\'s word ends where the list says, whatever date it writes', () => {
    const ana = new Maintainer()
    const ben = new Maintainer()
    const before = [ana.describe(1, { maintainers: [ana.name, ben.name] }), ben.add(2, hide({ word: 'early' }))]
    const end = ana.describe(10, { maintainers: [ana.name], ends: { [ben.name]: 0 } })
    const backdated = ben.add(3, hide({ word: 'backdated' }))
    expect([...feedOf(ana, [...before, backdated, end]).entries()].map(e => e.subject.word)).to.deep.equal(['early'])
    // the founder can leave it to others
    const cem = new Maintainer()
    const feed = feedOf(ana, [...before, ana.describe(20, { maintainers: [cem.name], ends: { [ana.name]: 5, [ben.name]: 0 } }), cem.add(21, hide({ word: 'mine now' })), cem.describe(22, { title: 'Cem\'s' }), ana.describe(23, { title: 'Ana\'s again' })])
    expect(feed.title).to.equal('Cem\'s')
    expect(feed.size).to.equal(2)
  })

  it('cannot be taken over by somebody sent away, who dates a hand-over to itself before that', () => {
    const [ana, ben, cem, eve] = [new Maintainer(), new Maintainer(), new Maintainer(), new Maintainer()]
    const before = [ana.describe(1, { maintainers: [ana.name, ben.name] }), ben.add(2, hide({ word: 'early' }))]
    const away = ana.describe(10, { title: 'Ana\'s', maintainers: [ana.name, cem.name], ends: { [ben.name]: 0 } })
    const forged = [ben.describe(3, { title: 'Ben\'s', maintainers: [ben.name, eve.name], ends: { [ana.name]: 0 } }), eve.add(4, hide({ word: 'everyone' })), ben.add(5, hide({ word: 'everything' }))]
    for (const ends of [true, false]) {
      // with an end for the founder, and by leaving it out
      const [handover, ...rest] = forged
      const said = ends ? handover : { ...handover, entry: ben.describe(3, { title: 'Ben\'s', maintainers: [ben.name, eve.name] }).entry }
      const feed = feedOf(ana, [...before, said, ...rest, away, ana.add(11, hide({ word: 'late' }))])
      expect(feed.title).to.equal('Ana\'s')
      expect(feed.maintainers).to.deep.equal([ana.name, cem.name])
      expect([...feed.entries()].map(each => each.subject.word)).to.deep.equal(['early', 'late'])
      expect(feed.everMaintainer.has(eve.name)).to.equal(false)
    }
    // a true hand-over stands, also against who made it
    const handed = ana.describe(20, { title: 'Cem\'s', maintainers: [cem.name], ends: { [ana.name]: ana.sequence, [ben.name]: 0 } })
    const again = ana.describe(15, { title: 'Ana\'s again', maintainers: [ana.name], ends: { [cem.name]: -1 } })
    const feed = feedOf(ana, [...before, away, handed, again, cem.add(21, hide({ word: 'mine' }))])
    expect(feed.title).to.equal('Cem\'s')
    expect([...feed.entries()].map(each => each.subject.word)).to.deep.equal(['early', 'mine'])
    // and so does sending the founder away, as long as the founder does not object
    const without = cem.describe(30, { title: 'Without', maintainers: [cem.name], ends: { [ana.name]: away.sequence, [ben.name]: 0 } })
    expect(feedOf(ana, [...before, away, without, ana.add(31, hide({ word: 'late' }))]).title).to.equal('Without')
  })

  it('that is not in use is searched for who it names without an index', () => {
    const ana = new Maintainer()
    const feed = feedOf(ana, [ana.add(1, hide({ persona: 'P1' }), hide({ word: 'P1' }), hide({ branch: 'b' })), ana.add(2, hide({ persona: 'P2' }))])
    const about = (): unknown[] => feed.about([{ kind: 'persona', value: 'P1' }, { kind: 'branch', value: 'b' }, { kind: 'persona', value: 'P3' }]).map(({ subject }) => subject)
    expect(about()).to.deep.equal([{ persona: 'P1' }, { branch: 'b' }])
    const [entry] = feed.entries()
    feed.apply(ana.say(3, { op: 'remove', entries: [entry.entry] }))
    expect(about()).to.deep.equal([{ branch: 'b' }])
  })

  it('that is retired takes no more entries', () => {
    const ana = new Maintainer()
    const feed = feedOf(ana, [ana.describe(1), ana.add(2, hide({ word: 'x' })), ana.describe(3, { retired: true }), ana.add(4, hide({ word: 'y' }))])
    expect([feed.size, feed.retired]).to.deep.equal([1, true])
  })

  it('reads the same statement by statement as all at once', () => {
    const ana = new Maintainer()
    const statements = Array.from({ length: 50 }, (_, i) => ana.add(i, hide({ word: `w${i}` }), hide({ domain: `d${i}.example` })))
    const step = feedOf(ana, [])
    statements.forEach(statement => { expect(step.follows(statement)).to.equal(true); step.apply(statement) })
    expect([...step.entries()]).to.deep.equal([...feedOf(ana, statements).entries()])
    expect(step.follows(statements[3])).to.equal(false)
  })

  it('of more entries than a list may have is cut there', () => {
    const ana = new Maintainer()
    const feed = feedOf(ana, Array.from({ length: 30 }, (_, i) => ana.add(i, hide({ word: `w${i}` }), hide({ word: `v${i}` }))), 25)
    expect(feed.size).to.equal(25)
  })
})

describe('the index', () => {
  it('finds each entry of many lists, and none after it was taken back', () => {
    const index = new EntryIndex(SEED)
    const feeds: ListFeed[] = []
    const maintainers: Maintainer[] = []
    for (let list = 0; list < 20; list++) {
      const ana = maintainers[list] = new Maintainer()
      feeds[list] = feedOf(ana, Array.from({ length: 300 }, (_, i) => ana.add(i, hide({ persona: `P${list}x${i}` }))))
      index.add(feeds[list])
    }
    for (let list = 0; list < 20; list++) {
      expect(index.matches({ persona: `P${list}x299` }).map(m => m.feed)).to.deep.equal([feeds[list]])
    }
    const [entry] = feeds[3].entries()
    feeds[3].apply(maintainers[3].say(999, { op: 'remove', entries: [entry.entry] }))
    index.add(feeds[3])
    expect(index.matches({ persona: 'P3x0' })).to.have.lengthOf(0)
    index.delete(feeds[4])
    expect(index.matches({ persona: 'P4x1' })).to.have.lengthOf(0)
    for (let list = 5; list < 18; list++) {
      index.delete(feeds[list])
    }
    index.add(feeds[4])
    expect(index.matches({ persona: 'P4x1' })).to.have.lengthOf(1)
    expect(index.matches({ persona: 'P19x1' })).to.have.lengthOf(1)
  })

  it(`holds ${MAX_SAME_SUBJECT} entries of one list on one subject, so that none can slow the others`, () => {
    const ana = new Maintainer()
    const feed = feedOf(ana, [ana.say(1, { op: 'add', kind: 'word', values: Array.from({ length: 2_000 }, () => 'the').join('\n'), action: 'hide', reason: 'spam' })])
    const index = new EntryIndex(SEED)
    index.add(feed)
    expect(found(index, 'the')).to.have.lengthOf(MAX_SAME_SUBJECT)
  })

  it('finds images that look alike', () => {
    const index = indexOf(hide({ image: 'ffff0000ffff0000' }))
    expect(index.matches({ persona: 'p', images: ['fffe0001ffff0000'] })).to.have.lengthOf(1)
    expect(index.matches({ persona: 'p', images: ['0000ffff0000ffff'] })).to.have.lengthOf(0)
  })
})

describe('subjects', () => {
  it('that name a persona are hashed by room: one room\'s hash says nothing in another', () => {
    const [here, there] = [1, 2].map(byte => roomIdFromSecret(new Uint8Array(32).fill(byte)))
    const persona = '12D3KooWsomebody'
    const hashed = hashedSubject(here, 'persona', persona)
    expect(hashed).to.not.include(persona)
    expect(hashedSubject(there, 'persona', persona)).to.not.equal(hashed)
    expect(hashedSubject(here, 'branch', persona)).to.not.equal(hashed)
    expect(indexOf(hide({ persona: hashed })).matches({ persona, personaHash: hashed })).to.have.lengthOf(1)
  })

  it('are refused with a word on what is wrong', () => {
    for (const subject of [null, {}, { word: '' }, { word: 'a', domain: 'b.example' }, { word: 'two\nlines' }, { word: '\ud800' }, { domain: 'https://x' }, { domain: 'a b' }, { domain: '' }, { image: 'zz' }, { persona: 'has space' }, { color: 'red' }, { word: 7 }, { word: 'x'.repeat(129) }]) {
      expect(() => checkSubject(subject), JSON.stringify(subject)).to.throw().with.property('name', 'InvalidParametersError')
    }
    expect(checkEntry(hide({ word: 'x' }, { reason: 'infiltrator-claim' })).action).to.equal('warn')
  })
})
