import { expect } from 'aegir/chai'
import { Dispatcher } from '../../src/rpc/dispatch.ts'
import { readLines } from '../../src/rpc/lines.ts'
import { Outbox } from '../../src/rpc/outbox.ts'
import type { Line } from '../../src/rpc/lines.ts'

async function lines (chunks: Array<string | Uint8Array>, limit?: number): Promise<Line[]> {
  const source = (async function * () {
    for (const chunk of chunks) {
      yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    }
  })()
  const read = []
  for await (const line of readLines(source, limit)) {
    read.push(line)
  }
  return read
}

describe('lines', () => {
  it('are cut at newlines, wherever the chunks end, and empty ones are left out', async () => {
    expect(await lines(['a\nb', 'c\n\n', '\r\nd'])).to.deep.equal(['a', 'bc', 'd'].map(text => ({ kind: 'line', text })))
    expect(await lines(['{"é":', '"世"}\n'].map(s => s))).to.have.lengthOf(1)
  })

  it('that are too long are told once, and what follows is read', async () => {
    expect(await lines(['x'.repeat(6), 'x'.repeat(6), 'x\nok\n'], 10)).to.deep.equal([{ kind: 'too-long' }, { kind: 'line', text: 'ok' }])
    expect(await lines(['x'.repeat(10), '\n'], 10)).to.deep.equal([{ kind: 'line', text: 'x'.repeat(10) }])
  })

  it('that are no UTF-8 are told, even when a character is cut by a chunk', async () => {
    expect(await lines([Uint8Array.of(0xff, 0x0a), 'ok'])).to.deep.equal([{ kind: 'invalid' }, { kind: 'line', text: 'ok' }])
    expect(await lines([Uint8Array.of(0xc3), Uint8Array.of(0xa9, 0x0a)])).to.deep.equal([{ kind: 'line', text: 'é' }])
  })
})

describe('the outbox', () => {
  it('drops the oldest events of a reader who does not read, says how many, and no reply', async () => {
    const written: string[] = []
    let ready = (): void => {}
    const outbox = new Outbox({
      write: async text => {
        written.push(text)
        await new Promise<void>(resolve => { ready = resolve })
      },
      overflow: lost => `lost ${lost}`,
      maxEventBytes: 30
    })
    outbox.event('first')
    await new Promise(resolve => setTimeout(resolve))
    for (let i = 0; i < 10; i++) {
      outbox.event(`event ${i} long`)
      outbox.reply(`reply ${i}`)
    }
    ready()
    await new Promise(resolve => setTimeout(resolve))
    ready()
    await outbox.drained()
    const all = written.join('')
    expect(all).to.include('lost 8').and.include('event 9').and.not.include('event 7')
    expect(all.match(/reply/g)).to.have.lengthOf(10)
  })

  it('says when a reader is too far behind with its replies, and when it may ask again', async () => {
    const takes: Array<() => void> = []
    const outbox = new Outbox({
      write: async () => new Promise<void>(resolve => { takes.push(resolve) }),
      overflow: () => '',
      separate: true,
      maxReplyLength: 10
    })
    outbox.reply('12345678')
    expect(outbox.full).to.equal(false)
    outbox.reply('123')
    expect(outbox.full).to.equal(true)
    let asked = false
    const ready = outbox.ready().then(() => { asked = true })
    while (takes.length < 2) {
      expect(asked).to.equal(false)
      takes.at(-1)?.()
      await new Promise(resolve => setTimeout(resolve))
    }
    takes.forEach(take => { take() })
    await ready
    expect(outbox.full).to.equal(false)
  })

  it('sends what is added while it finishes', async () => {
    const written: string[] = []
    const outbox = new Outbox({ write: async text => { written.push(text) }, overflow: () => '' })
    for (let i = 0; i < 50; i++) {
      outbox.reply(`${i}`)
      for (let turns = 0; turns < i; turns++) {
        await Promise.resolve()
      }
    }
    await outbox.drained()
    expect(written.join('').trim().split('\n')).to.have.lengthOf(50)
  })
})

describe('requests', () => {
  const methods = new Map([
    ['echo', { fields: {}, call: async (params: unknown) => params }],
    ['nothing', { fields: {}, call: async () => undefined }],
    ['accident', { fields: {}, call: async () => { throw new TypeError('/home/ana/secret') } }]
  ])
  const logged: string[] = []
  const dispatcher = new Dispatcher({ methods, signal: new AbortController().signal, log: (_, message) => { logged.push(message) } })
  const ask = async (text: string): Promise<any> => {
    const reply = await dispatcher.handle(text)
    return reply == null ? undefined : JSON.parse(reply)
  }

  it('are answered under their ID, with an object where there is nothing to say', async () => {
    expect(await ask('{"jsonrpc":"2.0","id":"a","method":"echo","params":{"b":1}}')).to.deep.equal({ jsonrpc: '2.0', id: 'a', result: { b: 1 } })
    expect(await ask('{"jsonrpc":"2.0","id":null,"method":"nothing"}')).to.deep.equal({ jsonrpc: '2.0', id: null, result: {} })
    expect(await ask('{"jsonrpc":"2.0","method":"echo"}')).to.equal(undefined)
  })

  for (const [text, code] of [['{', -32700], ['[]', -32600], ['7', -32600], ['{"jsonrpc":"2.0","id":{},"method":"echo"}', -32600], ['{"jsonrpc":"2.0","id":12345678901234567890,"method":"echo"}', -32600], ['{"jsonrpc":"2.0","id":1,"method":5}', -32600], ['{"jsonrpc":"2.0","id":1,"method":"fly"}', -32601]] as const) {
    it(`like ${text} are refused with ${code}`, async () => {
      expect((await ask(text)).error.code).to.equal(code)
    })
  }

  it('that hit an accident learn nothing of the machine; the log does', async () => {
    const { error } = await ask('{"jsonrpc":"2.0","id":1,"method":"accident"}')
    expect(error.code).to.equal(-32603)
    expect(JSON.stringify(error)).to.not.include('ana')
    expect(logged.join()).to.include('/home/ana/secret')
  })
})
