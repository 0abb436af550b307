import { once } from 'node:events'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { expect } from 'aegir/chai'
import { WebSocket } from 'ws'
import { LOCAL, Nodes, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const ALONE = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
/** What one message of the socket may have, as a line of stdio. */
const MOST_BYTES = 8 * 1024 * 1024

interface Session { origin: string, door: string, cookie: string }

/** A program that speaks to the app's WebSocket, with the token it was given. */
class Window {
  readonly #socket: WebSocket
  readonly received: any[] = []
  readonly closed: Promise<number>

  private constructor (socket: WebSocket) {
    this.#socket = socket
    this.closed = once(socket, 'close').then(([code]) => code)
    socket.on('message', data => { this.received.push(JSON.parse(String(data))) })
    socket.on('error', () => {})
  }

  static async open ({ origin, door, cookie }: Session): Promise<Window> {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc/${door}`, { headers: { origin, cookie } })
    const window = new Window(socket)
    await once(socket, 'open')
    return window
  }

  send (text: string | Uint8Array): void { this.#socket.send(text) }

  async finds (is: (message: any) => boolean): Promise<any> {
    for (const limit = soon(); ;) {
      const found = this.received.find(is)
      if (found != null) {
        return found
      }
      limit.throwIfAborted()
      await Promise.race([once(this.#socket, 'message'), this.closed.then(() => { throw new Error('The socket is closed.') }), new Promise(resolve => setTimeout(resolve, 1_000))])
    }
  }

  async ask (id: string, method: string, params?: unknown): Promise<any> {
    this.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return this.finds(message => message.id === id)
  }
}

describe('the contract of the app\'s WebSocket', () => {
  const nodes = new Nodes()
  let node: ChildNode
  let session: Session
  before(async () => {
    node = nodes.start(['--no-open', ...LOCAL, ...ALONE])
    const address = new URL(await node.firstLine(soon()))
    const { origin } = address
    const sent = request(`${origin}/session`, { method: 'POST', headers: { origin } })
    const answered = once(sent, 'response')
    sent.end(JSON.stringify({ token: address.hash.replace('#/session/', '') }))
    const [response] = await answered
    session = { origin, cookie: response.headers['set-cookie'][0].split(';')[0], ...await json(response) as { door: string } }
  })
  after(async () => { await nodes.stop() })

  it('serves the methods and events of stdio to every window, but no files', async () => {
    const [one, two] = [await Window.open(session), await Window.open(session)]
    const { result: { room } } = await one.ask('create', 'room.create', { name: 'Window', kind: 'invite' })
    const { result: { id } } = await one.ask('send', 'room.send', { room, text: 'both see it' })
    for (const each of [one, two]) {
      const { params } = await each.finds(({ method, params }) => method === 'event' && params.type === 'message')
      expect(params).to.deep.include({ type: 'message', room })
      expect(params.message).to.include({ id, text: 'both see it', self: true })
    }
    expect((await two.ask('list', 'room.list')).result.rooms[0]).to.include({ room, name: 'Window' })
    for (const [method, params] of Object.entries({ 'room.attach': { path: '/etc/hosts' }, 'room.export': { path: '/nowhere/room' }, 'room.import': { path: '/etc/hosts' }, 'list.import': { path: '/etc/hosts' }, 'report.verify': { path: '/etc/hosts' } })) {
      const { error } = await one.ask(method, method, method.startsWith('room.') && method !== 'room.import' ? { room, ...params } : params)
      expect(error.data.name, method).to.equal('NotSupportedError')
    }
    const { data } = (await one.ask('export', 'room.export', { room })).result
    expect((await two.ask('import', 'room.import', { data })).result).to.include({ room })
  })

  it('answers what is no request as stdio does, and closes on what is no text or too long', async () => {
    const window = await Window.open(session)
    for (const [text, name] of [['hello', 'ParseError'], ['[]', 'InvalidRequestError'], ['5', 'InvalidRequestError'], ['{"jsonrpc":"2.0","id":"x","method":"room.dance"}', 'UnknownMethodError']]) {
      window.received.length = 0
      window.send(text)
      expect((await window.finds(message => message.error != null)).error.data.name, text).to.equal(name)
    }
    window.send('{"jsonrpc":"2.0","method":"room.list"}')
    window.send('[{"jsonrpc":"2.0","method":"room.list"},{"jsonrpc":"2.0","id":"a","method":"room.list"}]')
    const batch = await window.finds(Array.isArray)
    expect(batch.map(({ id }: { id: string }) => id)).to.deep.equal(['a'])
    window.send(Uint8Array.of(1, 2, 3))
    expect(await window.closed).to.equal(1008)
    const other = await Window.open(session)
    other.send('x'.repeat(MOST_BYTES + 1))
    expect(await other.closed).to.equal(1009)
    expect((await (await Window.open(session)).ask('still', 'room.list')).result.rooms).to.be.an('array')
  })

  it('answers as many requests as come at once, and reads on as it answers', async () => {
    const window = await Window.open(session)
    const many = 3_000
    for (let i = 0; i < many; i++) {
      window.send(`{"jsonrpc":"2.0","id":${i},"method":"moderation.check","params":{"text":"${i}"}}`)
    }
    for (let i = 0; i < many; i++) {
      expect(await window.finds(message => message.id === i)).to.have.property('result')
    }
  })

  it('answers node.stop before the node stops', async () => {
    const window = await Window.open(session)
    expect((await window.ask('stop', 'node.stop')).result).to.deep.equal({})
    expect(await window.closed).to.equal(1001)
    expect(await node.exited()).to.equal(0)
  })
})
