import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect } from 'aegir/chai'
import jsqr from 'jsqr'
import { columnsOf, fit, wrap } from '../../src/cli/chat/columns.ts'
import { CHAT_COMMANDS, runLine } from '../../src/cli/chat/commands.ts'
import { complete } from '../../src/cli/chat/completion.ts'
import { Conversation } from '../../src/cli/chat/conversation.ts'
import { PLAIN, messageLine, messageLines } from '../../src/cli/chat/message-lines.ts'
import { qrLines } from '../../src/cli/chat/qr-lines.ts'
import { Screen, picture } from '../../src/cli/chat/screen.ts'
import { MAX_ITEMS, Transcript } from '../../src/cli/chat/transcript.ts'
import { terminalText } from '../../src/cli/terminal-text.ts'
import { createMethods } from '../../src/rpc/index.ts'
import { soon } from '../support/nodes.ts'
import type { ChatMessage } from '../../src/engine/api.ts'

function message (id: string, time: number, more: Partial<ChatMessage> = {}): ChatMessage {
  return { id, room: 'r', author: 'ana', self: false, petname: 'Ana', sequence: 1, time, kind: 'text', text: `text ${id}`, replyTo: null, edited: false, deleted: false, reactions: [], attachments: [], verdict: null, mention: null, delivery: 'heard', ...more }
}

const hidden: ChatMessage['verdict'] = { action: 'hide', sources: [{ list: 'l', title: 'A list', entry: 'e', reason: 'spam', action: 'hide', since: 0 }] }

describe('words in a terminal', () => {
  it('cannot move the cursor, reorder a line or hide letters', () => {
    expect(terminalText('a\u001b[31mb\u0007\u009b2J')).to.equal('a�[31mb��2J')
    expect(terminalText('evil\u202etxt.exe\u2066\u200b\u200d\u{e0041}')).to.equal('eviltxt.exe')
    expect(terminalText('two\nlines\u2028three')).to.equal('two lines three')
  })

  it('keep the joiners that spell Persian and glue emoji', () => {
    expect(terminalText('گوجه\u200cها')).to.equal('گوجه\u200cها')
    expect(terminalText('👩\u200d💻')).to.equal('👩\u200d💻')
    expect(terminalText('a\u200cb')).to.equal('ab')
  })

  it('take as many columns as a terminal gives them', () => {
    expect(['abc', '世界', '🍅', 'é', 'e\u0301', '\u001b[1mab\u001b[22m'].map(columnsOf)).to.deep.equal([3, 4, 2, 1, 1, 2])
    expect(fit('世界世界', 5)).to.equal('世界…')
    expect(wrap('the quick brown fox', 10)).to.deep.equal(['the quick', 'brown fox'])
    for (const line of wrap(`${'x'.repeat(35)} 世界世界世界`, 10)) {
      expect(columnsOf(line)).to.be.at.most(10)
    }
  })
})

describe('a transcript', () => {
  it('keeps messages in their order, whenever they come, and their numbers', () => {
    const transcript = new Transcript()
    transcript.put(message('b', 2))
    transcript.put(message('c', 3))
    transcript.put(message('a', 1))
    expect(transcript.put(message('b', 2, { edited: true }))).to.equal(false)
    expect(transcript.items.map(item => item.kind === 'message' && item.id)).to.deep.equal(['a', 'b', 'c'])
    expect(transcript.numbered(1)).to.include({ id: 'b', edited: true })
    expect(transcript.oldest?.id).to.equal('a')
  })

  it(`holds at most ${MAX_ITEMS} items, however much is said`, () => {
    const transcript = new Transcript()
    for (let i = 0; i < MAX_ITEMS + 10; i++) {
      transcript.put(message(`m${i}`, i))
    }
    expect(transcript.items).to.have.lengthOf(MAX_ITEMS)
    expect(transcript.get('m0')).to.equal(undefined)
    expect(transcript.numbered(1)).to.equal(undefined)
  })

  it('says why a message is hidden, shows it when asked to, and never quotes it', () => {
    const transcript = new Transcript()
    transcript.put(message('a', 1, { verdict: hidden, text: 'cheap pills' }))
    transcript.put(message('b', 2, { replyTo: 'a' }))
    const lines = (): string => ['a', 'b'].flatMap(id => messageLines(transcript.shown(id) as any, 100, PLAIN)).join('\n')
    expect(lines()).to.include('hidden as spam by A list').and.not.include('cheap pills')
    transcript.reveal('a')
    expect(messageLine(transcript.shown('a') as any)).to.include('cheap pills')
  })

  it('shows what lists add to a message below it, with who says so and what it rests on', () => {
    const transcript = new Transcript()
    const source = { list: 'l', title: 'Facts', entry: 'e', reason: 'misinformation' as const, action: 'label' as const, since: 0, note: 'It was \u001b[2Jmeasured.', sources: ['https://a.example/x'] }
    transcript.put(message('a', 1, { verdict: { action: 'label', sources: [source] } }))
    const lines = messageLines(transcript.shown('a') as any, 100, PLAIN)
    expect(lines[1].trim()).to.equal('! Facts: It was �[2Jmeasured. (https://a.example/x)')
    expect(messageLine(transcript.shown('a') as any)).to.include('[note by Facts: It was')
    transcript.put(message('a', 1, { verdict: { action: 'hide', sources: [{ ...source, action: 'hide' }] } }))
    expect(messageLines(transcript.shown('a') as any, 100, PLAIN)).to.have.lengthOf(1)
  })

  it('marks what lists on trial would do, and does not do it', () => {
    const transcript = new Transcript()
    transcript.put(message('a', 1, { verdict: { action: 'none', sources: [], trial: hidden?.sources } }))
    expect(messageLine(transcript.shown('a') as any)).to.match(/\[on trial: spam; \/why 1\] text a$/)
  })

  it('marks what became of an own message', () => {
    const transcript = new Transcript()
    transcript.put(message('a', 1, { self: true, delivery: 'sending' }))
    expect(transcript.waiting).to.equal(1)
    expect(messageLine(transcript.shown('a') as any)).to.match(/you: text a \(·\)$/)
    transcript.delivered('a', 'heard')
    expect(transcript.waiting).to.equal(0)
    expect(messageLine(transcript.shown('a') as any)).to.match(/\(✓✓\)$/)
  })
})

describe('the terminal\'s picture', () => {
  const frame = (more: object = {}): ReturnType<typeof picture> => {
    const transcript = new Transcript()
    for (let i = 0; i < 50; i++) {
      transcript.put(message(`${i}`, i, { text: `${'long words '.repeat(12)}number ${i}`, petname: '世界'.repeat(20) }))
    }
    return picture({ columns: 60, rows: 12, transcript, status: 'garden club', hint: '', line: '', cursor: 0, scroll: 0, style: PLAIN, ...more })
  }

  it('fills every size of terminal and never more', () => {
    for (const [columns, rows] of [[20, 4], [60, 12], [200, 50]]) {
      const { lines } = frame({ columns, rows })
      expect(lines).to.have.lengthOf(rows)
      for (const line of lines) {
        expect(columnsOf(line), line).to.be.at.most(Math.max(columns, 37))
      }
    }
    expect(frame().lines.join('\n')).to.include('number 49')
  })

  it('scrolls to the first message and no further', () => {
    const { lines, scrolled } = frame({ scroll: 100_000 })
    expect(lines.join('\n')).to.include('further down')
    expect(lines[0]).to.match(/^ {3}1 /)
    expect(scrolled).to.be.below(100_000)
  })

  it('shows the part of a long line that is typed in', () => {
    const line = `${'x'.repeat(300)}end`
    const { lines, column } = frame({ line, cursor: line.length })
    expect(lines[11]).to.match(/xend$/)
    expect(column).to.be.at.most(60)
  })
})

describe('commands', () => {
  /** One line, or several, for every command that takes something. */
  const typed: Record<string, string[]> = {
    help: ['', 'all', 'lists', 'block', 'nonsense'],
    expire: ['5 soon'],
    invite: ['1 24 local'],
    name: ['Ana Anna'],
    direct: ['Ana hi'],
    fetch: ['1 x'],
    cancel: ['1'],
    export: ['x secret'],
    import: ['x secret'],
    passphrase: ['old new', '"the old one" "the new one"'],
    duress: ['mine other'],
    wipe: ['', 'everything'],
    join: ['name'],
    create: ['name', 'Two words policy=slowMode:5000,history:join'],
    search: ['x'],
    attach: ['x'],
    move: ['Ana'],
    reply: ['1 x'],
    react: ['1 x'],
    edit: ['1 x'],
    delete: ['1'],
    go: ['1'],
    policy: ['', 'threshold=2 hidden=press classifier=0.9:blur web=on', 'classifier=off'],
    check: ['text'],
    resources: ['', 'en', 'add f', 'remove Title'],
    mentions: ['', 'members'],
    block: ['Ana', 'Ana spam', 'word:pills spam warn', 'domain:bad.example blur', 'pattern:p[i1]lls', 'message:1', 'branch:Ana', 'image:1', `attachment:${'0'.repeat(64)}`, 'rule:flood:10/60'],
    why: ['1', 'Ana'],
    show: ['1'],
    undo: ['e1'],
    overrule: ['1', 'Ana'],
    list: ['Mine'],
    subscribe: ['x', 'undertone:join/x actions=warn,hide reasons=spam weight=2 order=1 trial=on paused=off'],
    preview: ['Mine', 'undertone:join/x'],
    unsubscribe: ['2', 'Mine forget'],
    configure: ['"My other list" actions=all reasons=all weight=0 order=3 trial=off paused=on'],
    pause: ['my other list'],
    entries: ['own', 'My other list 201'],
    changes: ['Mine'],
    newlist: ['T', 'Two words description="what it is" license=CC0 appeals=mailto:a@b.example'],
    editlist: ['Mine title="New name" description="what it is" license=CC0 appeals=mailto:a@b.example'],
    maintainer: ['Mine add 12D3KooWnew', 'Mine remove akeraa'],
    retire: ['Mine'],
    address: ['Mine qr'],
    add: ['Mine Ana hide spam because', '"My other list" domain:bad.example label misinformation not so source=https://a.example source=https://b.example days=30'],
    remove: ['Mine e1'],
    helpline: ['Mine tel:+1555 Somebody | en, fr | CH | day and night'],
    nohelpline: ['Mine tel:+1555'],
    savelist: ['Mine f text'],
    loadlist: ['f Title'],
    appeal: ['Mine sorry', 'Mine message=1 it was a joke'],
    report: ['1 spam note', '1,1 spam note to="My other list" context=2 anonymous'],
    resolve: ['r1 acted', 'all dismissed reply thank you', 'r1,r1 noted seen'],
    savereport: ['1,1 spam f a note context=3 named', 'r1 f'],
    verify: ['f'],
    propose: ['Be kind | No spam', 'Be kind list=undertone:join/x policy=slowMode:5000 voting=age:3600000,duration:86400000'],
    vote: ['p1 yes', 'p1 maybe'],
    tally: ['p1']
  }
  const answers: Record<string, object> = {
    'room.list': { rooms: [{ room: 'r', name: 'Garden' }] },
    'room.members': { members: [{ persona: 'ana', petname: 'Ana', branch: '0'.repeat(64) }] },
    'room.messages': { messages: [message('a', 1, { attachments: [{ id: 'a', name: 'f', type: 't', size: 1 }] })], more: false },
    'room.attach': { removed: [] },
    'list.subscriptions': { subscriptions: [{ list: 'l', title: 'Mine', entries: 0, weight: 1, own: true }, { list: 'm', title: 'My other list', entries: 300, weight: 1, own: false }] },
    'list.entries': { entries: [{ entry: 'x.0', subject: { word: 'pills' }, action: 'hide', reason: 'spam', since: 0 }], list: { entries: 300, title: 'My other list', maintainers: ['12D3KooWmakeraa', '12D3KooWmakerbb'] } },
    'list.create': { list: 'l', address: 'undertone:join/x' },
    'room.invite': { invite: 'undertone:join/x', link: 'https://a.example/#/join/x', expires: 0 },
    'list.invite': { address: 'undertone:join/x', link: 'https://undertone.example/#/join/x' },
    'room.info': { mentions: 'everyone' },
    'room.configure': { mentions: 'members' },
    'moderation.image': { image: '0123456789abcdef' },
    'moderation.block': { entry: 'x.1' },
    'moderation.resources': { resources: [], lists: [] },
    'report.inbox': { reports: [{ report: 'abc', kind: 'report', list: 'l', reason: 'spam', note: '', from: null, time: 0, messages: [], count: 2, outcome: null, answerable: true }] },
    'charter.read': { charter: null, proposals: [{ proposal: 'def', author: 'ana', charter: { purpose: '', rules: [], lists: [], policy: {}, voting: {} }, tally: {} }] },
    'charter.propose': { proposal: 'def' },
    'moderation.addResources': { title: 'Lines', resources: 2 },
    'room.search': { messages: [] },
    'node.privacy': { rooms: [{ room: 'r', observers: [], stored: { bytes: 0 } }] },
    'node.status': { compartments: [{ room: 'r', addresses: [], connections: [] }] }
  }

  /** Runs every line, and tells which methods were called with which parameters, and what was wrong. */
  async function runAll (): Promise<{ used: Map<string, Set<string>>, wrong: string[], printed: string[], methods: ReturnType<typeof createMethods> }> {
    const engine: any = new Proxy({}, { get: () => new Proxy({}, { get: () => () => { throw new Error('reached') } }) })
    const methods = createMethods({ engine, files: { read: async () => new Uint8Array(), pieces: async function * () {}, write: async () => {}, name: path => path } })
    const used = new Map<string, Set<string>>()
    const wrong: string[] = []
    const printed: string[] = []
    const conversation = new Conversation({
      call: async (method, params = {}) => {
        used.set(method, new Set([...used.get(method) ?? [], ...Object.keys(params), ...Object.keys((params as any).subject ?? {}).map(name => `subject.${name}`)]))
        const error = await methods.get(method)?.call(params, { signal: new AbortController().signal }).then(() => undefined, e => e)
        if (!methods.has(method)) {
          wrong.push(`there is no ${method}`)
        }
        if (error?.name === 'InvalidParametersError') {
          wrong.push(`${method} ${JSON.stringify(params)}: ${error.message}`)
        }
        return answers[method] ?? { lists: [], resources: [], sources: [], entries: [], changes: [], forks: [], rollbacks: 0, reports: [], room: 'r', messages: 1 }
      },
      onMessage: () => {},
      onNotice: lines => { printed.push(...lines) },
      onChange: () => {},
      quit: () => {}
    })
    await conversation.enter('r')
    // what gives short names comes first
    for (const name of ['entries', 'inbox', 'charter', ...Object.keys(CHAT_COMMANDS)]) {
      for (const words of typed[name] ?? ['']) {
        const before = printed.length
        await runLine(conversation, `/${name} ${words}`)
        if (printed.slice(before).some(line => line == null)) {
          wrong.push(`/${name} ${words} prints nothing sensible`)
        }
      }
    }
    return { used, wrong, printed, methods }
  }

  it('call nothing but methods of the table, with parameters it takes', async () => {
    const { used, wrong, printed } = await runAll()
    expect(wrong).to.deep.equal([])
    expect(used.size).to.be.above(60)
    // what was typed above is understood, but for what is wrong on purpose
    expect(printed.filter(line => line.startsWith('! ') && !/reached/.test(line))).to.deep.equal(['! There is no command /nonsense.', '! This destroys every room, persona and message kept on this device, and cannot be undone.', '! Vote yes, no or abstain: /vote <p1> yes.'])
  })

  it('reach every method of moderation, and every parameter of it', async () => {
    const { used, methods } = await runAll()
    const exceptions: Record<string, string> = {
      'list.subscribe.data': 'a terminal has files: path',
      'list.import.data': 'a terminal has files: path',
      'moderation.addResources.data': 'a terminal has files: path',
      'report.verify.data': 'a terminal has files: path',
      'moderation.image.image': 'told by pages, which decode pictures themselves',
      'report.send.message': 'messages, of which it is one',
      'report.export.message': 'messages, of which it is one'
    }
    const missing = [...methods].filter(([name]) => /^(?:list|moderation|report|charter)\./.test(name))
      .flatMap(([name, { fields }]) => used.has(name) ? Object.keys(fields).filter(field => used.get(name)?.has(field) !== true).map(field => `${name}.${field}`) : [name])
    expect(missing.filter(each => exceptions[each] == null)).to.deep.equal([])
  })

  it('show the address of a list as a code that a camera reads', () => {
    const text = `undertone:join/${'aB3-_'.repeat(60)}`
    const lines = qrLines(text, false)
    // dots of four by four, as a camera sees them
    const [width, height, scale] = [lines[0].length, lines.length * 2, 4]
    const pixels = new Uint8ClampedArray(width * height * scale * scale * 4).fill(255)
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const block = lines[Math.floor(y / scale / 2)][Math.floor(x / scale)]
        const upper = Math.floor(y / scale) % 2 === 0
        const light = block === '█' || (block === '▀' && upper) || (block === '▄' && !upper)
        pixels.fill(light ? 255 : 0, (y * width * scale + x) * 4, (y * width * scale + x) * 4 + 3)
      }
    }
    expect((jsqr as any)(pixels, width * scale, height * scale)?.data).to.equal(text)
    for (const line of qrLines(text, true)) {
      expect(columnsOf(line)).to.equal(width)
    }
  })

  it('are named where somebody has to do something: an invite that two used, and one that came too late', async () => {
    const told: string[] = []
    const info = { room: 'r', name: 'Garden', founder: 'ana', persona: 'ana' }
    const conversation = new Conversation({
      call: async method => method === 'room.list' ? { rooms: [info] } : { messages: [], members: [], compartments: [] },
      onMessage: () => {},
      onNotice: lines => { told.push(...lines) },
      onChange: () => {},
      quit: () => {}
    })
    await conversation.enter('r')
    conversation.event({ type: 'room', room: 'r', overused: { branch: 'b', uses: 1, persona: 'cem' } })
    expect(told.pop()).to.match(/used once more.*\/move/)
    info.founder = 'ben'
    await conversation.refresh()
    conversation.event({ type: 'room', room: 'r', overused: { branch: 'b', uses: 1, persona: 'cem' } })
    expect(told.pop()).to.match(/ask the founder/)
    conversation.event({ type: 'status', room: 'r', admitted: false })
    expect(told.pop()).to.match(/nobody here hears you.*\/join/)
    conversation.event({ type: 'status', room: 'r', admitted: true })
    expect(told.pop()).to.match(/let you in/)
  })

  it('leave nothing on the screen of what is over, in answers to a search neither, and show what comes and what the disk does not take', async () => {
    let held = [message('a', 1, { text: 'lasting' }), message('b', 2, { text: 'passing' }), message('c', 3, { text: 'after it' })]
    const told: string[] = []
    const conversation = new Conversation({
      call: async (method, params: any = {}) => method === 'room.list'
        ? { rooms: [{ room: 'r', name: 'Garden' }] }
        : method === 'room.search' ? { messages: held.filter(({ text }) => text.includes(params.text)) } : { messages: held, members: [], compartments: [], more: false },
      onMessage: () => {},
      onNotice: lines => { told.push(...lines) },
      onChange: () => {},
      quit: () => {}
    })
    await conversation.enter('r')
    await runLine(conversation, '/search passing')
    await runLine(conversation, '/search lasting')
    const screen = (): string => picture({ columns: 80, rows: 30, transcript: conversation.transcript, status: conversation.status(), hint: '', line: '', cursor: 0, scroll: 0, style: PLAIN }).lines.join('\n')
    expect(screen().match(/passing/g)).to.have.lengthOf(2)
    held = held.filter(({ id }) => id !== 'b')
    conversation.event({ type: 'room', room: 'r', expired: 1 })
    for (const limit = soon(); screen().includes('passing');) {
      limit.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    expect(screen().match(/lasting/g)).to.have.lengthOf(2)
    expect(screen()).to.include('after it')

    conversation.event({ type: 'sync', room: 'r', peer: 'p', missing: 90, received: 10, done: false })
    expect(conversation.status()).to.include('10 of 100 earlier messages have come')
    conversation.event({ type: 'sync', room: 'r', peer: 'p', missing: 0, received: 100, done: true })
    expect(conversation.status()).to.not.include('earlier')
    conversation.event({ type: 'status', room: 'r', store: { name: 'DiskFullError', message: 'The disk is full.' } })
    expect(told.pop()).to.equal('The disk is full.')
    conversation.event({ type: 'status', room: 'r', store: null })
    expect(told.pop()).to.include('again')
  })

  it('are completed: names of commands, people, reasons', () => {
    const source = { words: (kind: string) => kind === 'member' ? ['Ana', 'Anton'] : kind === 'list' ? ['"Garden spam"', 'Other'] : [] }
    expect(complete(CHAT_COMMANDS, '/blo', source)).to.deep.equal([['/block '], '/blo'])
    expect(complete(CHAT_COMMANDS, '/block An', source)).to.deep.equal([['Ana', 'Anton'], 'An'])
    expect(complete(CHAT_COMMANDS, '/block Ana sp', source)).to.deep.equal([['spam'], 'sp'])
    expect(complete(CHAT_COMMANDS, '/help savel', source)).to.deep.equal([['savelist'], 'savel'])
    expect(complete(CHAT_COMMANDS, '/add Garden', source)).to.deep.equal([['"Garden spam"'], 'Garden'])
    expect(complete(CHAT_COMMANDS, '/add "Garden s', source)).to.deep.equal([['"Garden spam"'], '"Garden s'])
    expect(complete(CHAT_COMMANDS, '/add "Garden spam" Ana hi', source)).to.deep.equal([['hide'], 'hi'])
    expect(complete(CHAT_COMMANDS, 'hello An', source)).to.deep.equal([[], 'An'])
    expect(complete(CHAT_COMMANDS, '/__proto__ x', source)).to.deep.equal([[], 'x'])
  })

  it('are typed, completed and scrolled on a screen that gives the terminal back as it was', async () => {
    const input: any = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
    const output: any = Object.assign(new PassThrough(), { isTTY: true, columns: 60, rows: 10 })
    let drawn = ''
    output.on('data', (data: Buffer) => { drawn += String(data) })
    const lines: string[] = []
    const happened = new EventEmitter()
    const conversation: any = { transcript: new Transcript(), status: () => 'garden club' }
    const screen = new Screen({
      input,
      output,
      conversation,
      complete: line => complete(CHAT_COMMANDS, line, { words: () => ['Ana'] }),
      onLine: line => { lines.push(line); happened.emit('line') },
      onEnd: () => { happened.emit('end') }
    })
    const line = new Promise(resolve => { happened.once('line', resolve) })
    for (const key of ['h', 'e', 'y', '\u007f', 'l', 'l', 'o', '\r']) {
      input.write(key)
    }
    await line
    expect(lines).to.deep.equal(['hello'])
    const ended = new Promise(resolve => { happened.once('end', resolve) })
    input.write('\u0003')
    await ended
    screen.close()
    expect(drawn.startsWith('\u001b[?1049h')).to.equal(true)
    expect(drawn.endsWith('\u001b[?1049l')).to.equal(true)
  })
})
