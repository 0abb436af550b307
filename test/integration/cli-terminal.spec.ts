import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect } from 'aegir/chai'
import { columnsOf, fit, wrap } from '../../src/cli/chat/columns.ts'
import { CHAT_COMMANDS, runLine } from '../../src/cli/chat/commands.ts'
import { complete } from '../../src/cli/chat/completion.ts'
import { Conversation } from '../../src/cli/chat/conversation.ts'
import { PLAIN, messageLine, messageLines } from '../../src/cli/chat/message-lines.ts'
import { Screen, picture } from '../../src/cli/chat/screen.ts'
import { MAX_ITEMS, Transcript } from '../../src/cli/chat/transcript.ts'
import { terminalText } from '../../src/cli/terminal-text.ts'
import { createMethods } from '../../src/rpc/index.ts'
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
  it('call nothing but methods of the table, with parameters it takes', async () => {
    const engine: any = new Proxy({}, { get: () => new Proxy({}, { get: () => () => { throw new Error('reached') } }) })
    const methods = createMethods({ engine, files: { read: async () => new Uint8Array(), pieces: async function * () {}, write: async () => {}, name: path => path } })
    const called = new Set<string>()
    const typed: Record<string, string> = { expire: '5 soon', invite: '1 24 local', name: 'Ana Anna', direct: 'Ana hi', fetch: '1 x', cancel: '1', export: 'x secret', import: 'x secret', policy: 'threshold=2 hidden=press classifier=0.9', subscribe: 'x', preview: 'Mine', add: 'Mine Ana hide spam because', remove: 'Mine e', savelist: 'Mine f text', loadlist: 'f Title', appeal: 'Mine sorry', pause: 'Mine', report: '1 spam note', resolve: 'r acted thanks', savereport: '1 spam f', propose: 'Be kind | No spam', vote: 'p yes', tally: 'p', block: 'Ana spam', undo: 'e', check: 'text', resources: 'en', join: 'name', create: 'name', search: 'x', attach: 'x', move: 'Ana', reply: '1 x', react: '1 x', edit: '1 x', delete: '1', why: '1', show: '1', overrule: 'Ana', unsubscribe: 'Mine', entries: 'Mine', changes: 'Mine', newlist: 'T', go: '1' }
    const answers: Record<string, object> = {
      'room.list': { rooms: [{ room: 'r', name: 'Garden' }] },
      'room.members': { members: [{ persona: 'ana', petname: 'Ana' }] },
      'room.messages': { messages: [message('a', 1, { attachments: [{ id: 'a', name: 'f', type: 't', size: 1 }] })], more: false },
      'list.subscriptions': { subscriptions: [{ list: 'l', title: 'Mine', entries: 0, weight: 1 }] },
      'node.status': { compartments: [] }
    }
    const wrong: string[] = []
    const conversation = new Conversation({
      call: async (method, params) => {
        called.add(method)
        const error = await methods.get(method)?.call(params, { signal: new AbortController().signal }).then(() => undefined, e => e)
        if (!methods.has(method)) {
          wrong.push(`there is no ${method}`)
        }
        if (error?.name === 'InvalidParametersError') {
          wrong.push(`${method} ${JSON.stringify(params)}: ${error.message}`)
        }
        return answers[method] ?? { lists: [], resources: [], sources: [], entries: [], changes: [], forks: [], reports: [], room: 'r', messages: 1 }
      },
      onMessage: () => {},
      onNotice: () => {},
      onChange: () => {},
      quit: () => {}
    })
    await conversation.enter('r')
    for (const name of Object.keys(CHAT_COMMANDS)) {
      await runLine(conversation, `/${name} ${typed[name] ?? ''}`)
    }
    expect(wrong).to.deep.equal([])
    expect(called.size).to.be.above(40)
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

  it('are completed: names of commands, people, reasons', () => {
    const source = { words: (kind: string) => kind === 'member' ? ['Ana', 'Anton', 'Two Words'] : [] }
    expect(complete(CHAT_COMMANDS, '/blo', source)).to.deep.equal([['/block '], '/blo'])
    expect(complete(CHAT_COMMANDS, '/block An', source)).to.deep.equal([['Ana', 'Anton'], 'An'])
    expect(complete(CHAT_COMMANDS, '/block Ana sp', source)).to.deep.equal([['spam'], 'sp'])
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
