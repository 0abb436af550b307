import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { LOCAL, Nodes, hears, meets, soon } from '../support/nodes.ts'
import { socketsOf } from '../support/sockets.ts'
import type { AddressInfo } from 'node:net'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ENTRY = join(ROOT, 'bin', 'undertone.js')
const OFF = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
/** The contract gives a clean stop five seconds; a busy machine gets as many more to schedule it. */
const STOP_MS = 10_000

describe('the contract of processes', () => {
  const nodes = new Nodes()
  const folder = mkdtempSync(join(tmpdir(), 'undertone-process-'))
  const passphrase = join(folder, 'passphrase')
  before(() => { writeFileSync(passphrase, 'correct horse battery staple\n') })
  afterEach(async () => { await nodes.stop() })
  after(() => { rmSync(folder, { recursive: true, force: true }) })

  it('answers every kind of request as JSON-RPC 2.0 says', async () => {
    const node = nodes.rpc(OFF)
    const long = `{"jsonrpc":"2.0","id":"long","method":"room.send","params":{"room":"x","text":"${'x'.repeat(10 * 1024 * 1024)}"}}`
    for (const line of [
      '{"jsonrpc":"2.0","id":"a","method":"room.list"}',
      '{"jsonrpc":"2.0","id":"b","method":"room.list","params":{}}',
      '{"jsonrpc":"2.0","id":"c","method":"room.list","params":[]}',
      '{"jsonrpc":"2.0","id":"d","method":"room.send","params":["x","y"]}',
      '{"jsonrpc":"2.0","id":"e","method":"room.dance"}',
      '{"jsonrpc":"2.0","id":"f","method":"room.send","params":{"room":"x"}}',
      '{"jsonrpc":"2.0","id":"g","method":"room.send","params":"x"}',
      '{"jsonrpc":"2.0","id":"h","method":7}',
      '{"id":"i","method":"room.list"}',
      '  {"jsonrpc":"2.0","id":"j","method":"room.list"}\r',
      '{"jsonrpc":"2.0","method":"room.dance"}',
      long,
      '{"jsonrpc":"2.0","id":"last","method":"room.list"}'
    ]) {
      node.write(`${line}\n`)
    }
    await node.until(() => node.replies.length >= 12, soon())
    const codes = Object.fromEntries(node.replies.map(reply => {
      expect(reply.jsonrpc).to.equal('2.0')
      expect('error' in reply).to.not.equal('result' in reply)
      return [reply.id, reply.error == null ? 'result' : `${reply.error.code} ${reply.error.data.name}`]
    }))
    expect(codes).to.deep.equal({
      a: 'result',
      b: 'result',
      c: 'result',
      d: '-32602 InvalidParametersError',
      e: '-32601 UnknownMethodError',
      f: '-32602 InvalidParametersError',
      g: '-32602 InvalidParametersError',
      h: '-32600 InvalidRequestError',
      i: '-32600 InvalidRequestError',
      j: 'result',
      long: '-32700 LineTooLongError',
      last: 'result'
    })
    expect(node.refusals).to.deep.equal([])
  })

  it('writes nothing but JSON on the standard output of rpc, and logs on the other', async () => {
    const child = spawn(process.execPath, [ENTRY, 'rpc', ...LOCAL, ...OFF, '--log', 'debug', '--json'], { stdio: ['pipe', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', data => { stdout += String(data) })
    child.stderr.on('data', data => { stderr += String(data) })
    child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"room.create","params":{"name":"Quiet","kind":"invite"}}\n')
    const [code] = await once(child, 'exit')
    expect(code).to.equal(0)
    const lines = stdout.trim().split('\n').map(line => JSON.parse(line))
    expect(lines.find(line => line.id === 1).result.name).to.equal('Quiet')
    expect(lines.every(line => line.jsonrpc === '2.0')).to.equal(true)
    expect(stderr).to.not.include('"jsonrpc"')
  })

  for (const [command, ready] of Object.entries({ rpc: OFF, relay: [], '--no-open': OFF })) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`stops cleanly on ${signal}: ${command}`, async () => {
        const node = nodes.start([command, ...LOCAL, ...ready])
        await (command === 'rpc' ? node.call('room.create', { name: 'Ending', kind: 'invite' }) : node.firstLine(soon()))
        const began = performance.now()
        node.kill(signal)
        // a terminal and npm both pass it on: still one wish
        node.kill(signal)
        expect(await node.exited()).to.equal(0)
        expect(performance.now() - began).to.be.below(STOP_MS)
      })
    }
  }

  it('stops at the end of input even when nothing was asked, and answers what was asked before', async () => {
    const { status, stdout } = spawnSync(process.execPath, [ENTRY, 'rpc', ...LOCAL, ...OFF], { input: '', encoding: 'utf8', timeout: 100_000 })
    expect({ status, stdout }).to.deep.equal({ status: 0, stdout: '' })
  })

  it('opens what --listen says and nothing else, and contacts --bootstrap and nobody else', async function () {
    const { address } = await nodes.relay()
    const node = nodes.rpc(['--bootstrap', address, '--dht', 'own'])
    await node.call('node.status')
    const mine = (): ReturnType<typeof socketsOf> => process.platform === 'linux' ? socketsOf(node.pid as number) : []
    expect(mine(), 'before there is a room').to.deep.equal([])
    await node.call('room.join', { name: 'Alone' })
    await node.until(() => node.events.some(event => event.type === 'status'), soon()).catch(() => {})
    const { addresses } = await node.call('node.status')
    const port = address.split('/')[4]
    const opened = addresses.map((each: string) => `127.0.0.1:${each.split('/')[4]}`)
    for (const socket of mine()) {
      expect(socket.protocol).to.equal('tcp')
      expect(socket.listening ? opened : [`127.0.0.1:${port}`]).to.include(socket.listening ? socket.local : socket.remote)
    }
    expect(addresses).to.have.lengthOf(1)
  })

  it('gives a fixed port to the first room and a free one to each of the others', async () => {
    const { node, address } = await nodes.relay()
    await node.stop()
    const [, , , , port] = address.split('/')
    const busy = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', `/ip4/127.0.0.1/tcp/${port}`, ...OFF])
    for (const name of ['first', 'second', 'third']) {
      await busy.call('room.create', { name, kind: 'invite' })
    }
    const { compartments } = await busy.call('node.status')
    expect(compartments.map((each: any) => each.addresses.length)).to.deep.equal([1, 1, 1])
    const ports = compartments.map((each: any) => each.addresses[0].split('/')[4])
    expect(new Set(ports).size).to.equal(3)
    expect(ports).to.include(port)
  })

  it('says on the standard error when a port that --listen names is taken, and how to choose another one', async () => {
    const taken = createServer()
    await once(taken.listen(0, '127.0.0.1'), 'listening')
    try {
      const { port } = taken.address() as AddressInfo
      const node = nodes.start(['rpc', '--memory', '--profile', 'private', ...OFF, '--listen', `/ip4/127.0.0.1/tcp/${port}`])
      await node.call('room.create', { name: 'Port', kind: 'invite' })
      await node.until(() => node.stderr.includes(`/tcp/${port} is taken`), soon())
      const app = spawnSync(process.execPath, [ENTRY, '--no-open', ...LOCAL, ...OFF, '--port', String(port)], { encoding: 'utf8', timeout: 100_000 })
      expect(app).to.include({ status: 1, stdout: '' })
      expect(app.stderr).to.include(`Port ${port} `).and.include('--port')
    } finally {
      taken.close()
    }
  })

  it('asks no local network when both ends are named, also with --profile lan', async function () {
    if (process.platform !== 'linux') {
      this.skip()
    }
    const node = nodes.start(['rpc', '--memory', '--profile', 'lan', '--listen', '/ip4/127.0.0.1/tcp/0', ...OFF])
    const { room } = await node.call('room.create', { name: 'Quiet', kind: 'invite' })
    expect(socketsOf(node.pid as number).filter(each => each.protocol.startsWith('udp'))).to.deep.equal([])
    const { rooms } = await node.call('node.privacy')
    expect(rooms.find((each: any) => each.room === room).announced).to.deep.equal([])
  })

  it('writes nothing in rpc without --data, also when there is a passphrase', () => {
    const home = join(folder, 'home')
    const { status, stdout } = spawnSync(process.execPath, [ENTRY, 'rpc', ...LOCAL.filter(each => each !== '--memory'), ...OFF, '--passphrase-file', passphrase], { input: '{"jsonrpc":"2.0","id":1,"method":"room.create","params":{"name":"Nowhere","kind":"invite"}}\n', encoding: 'utf8', env: { ...process.env, HOME: home, XDG_DATA_HOME: home, APPDATA: home }, timeout: 60_000 })
    expect(status).to.equal(0)
    expect(stdout).to.include('"name":"Nowhere"')
    expect(existsSync(home)).to.equal(false)
  })

  it('says what is wrong with a folder that is none', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, 'rpc', '--data', passphrase, '--passphrase-file', passphrase, ...OFF], { input: '', encoding: 'utf8', timeout: 100_000 })
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' })
    expect(stderr).to.include('Choose another one with --data')
  })

  it('chat speaks JSON lines when asked to', async () => {
    const chat = spawnSync(process.execPath, [ENTRY, 'chat', 'Nobody else', '--json', ...LOCAL, ...OFF], { input: 'hello\n', encoding: 'utf8', timeout: 100_000 })
    const lines = chat.stdout.trim().split('\n').map(line => JSON.parse(line))
    expect(lines.map(line => line.type)).to.deep.equal(['notice', 'message'])
    expect(lines[1].message).to.include({ text: 'hello', self: true })
  })

  it('keeps rooms with --data and a passphrase, refuses another passphrase and a second process, and forgets with node.wipe', async () => {
    const kept = [...LOCAL.filter(each => each !== '--memory'), ...OFF, '--data', join(folder, 'kept'), '--passphrase-file', passphrase]
    const first = nodes.start(['rpc', ...kept])
    const { room, persona } = await first.call('room.create', { name: 'Kept', kind: 'invite' })
    await first.call('room.send', { room, text: 'still here' })
    const second = spawnSync(process.execPath, [ENTRY, 'rpc', ...kept], { input: '', encoding: 'utf8', timeout: 100_000 })
    expect(second).to.include({ status: 1, stdout: '' })
    expect(second.stderr.length).to.be.above(10)
    first.kill('SIGKILL')
    await first.exited()

    const again = nodes.start(['rpc', ...kept])
    expect((await again.call('room.list')).rooms[0]).to.include({ room, persona, name: 'Kept' })
    expect((await again.call('room.messages', { room })).messages.map((each: any) => each.text)).to.deep.equal(['still here'])
    again.endInput()
    expect(await again.exited()).to.equal(0)

    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, 'incorrect horse')
    const stranger = spawnSync(process.execPath, [ENTRY, 'rpc', ...kept.slice(0, -1), wrong], { input: '', encoding: 'utf8', timeout: 100_000 })
    expect(stranger).to.include({ status: 1, stdout: '' })
    expect(stranger.stderr).to.match(/passphrase/i)

    const last = nodes.start(['rpc', ...kept])
    // while it is talked in, too: what was on its way to the disk is nobody's fault
    const said = Promise.allSettled(Array.from({ length: 20 }, async (_, i) => last.call('room.send', { room, text: `${i}` })))
    await last.call('node.wipe', { confirm: true })
    await said
    last.endInput()
    expect(await last.exited()).to.equal(0)
    expect(last.stderr).to.equal('')
    const empty = nodes.start(['rpc', ...kept])
    expect(await empty.call('room.list')).to.deep.equal({ rooms: [] })
  })

  it('verifies a room file offline, and refuses one that was altered', async () => {
    const node = nodes.rpc(OFF)
    const { room } = await node.call('room.create', { name: 'Evidence', kind: 'invite' })
    await node.call('room.send', { room, text: 'this was said' })
    const path = join(folder, 'evidence.undertone')
    await node.call('room.export', { room, path })
    const good = spawnSync(process.execPath, [ENTRY, 'verify', path, '--json'], { encoding: 'utf8' })
    expect(good.status, good.stderr).to.equal(0)
    expect(JSON.parse(good.stdout)).to.deep.include({ valid: true, kind: 'room', messages: 1 })
    const { data } = await node.call('room.export', { room })
    const altered = Buffer.from(data, 'base64url')
    altered[altered.length - 20] ^= 1
    writeFileSync(path, altered)
    expect(spawnSync(process.execPath, [ENTRY, 'verify', path], { encoding: 'utf8' })).to.include({ status: 1, stdout: '' })
  })

  it('two chats in two terminals, an invite between them, and the end of input ends each', async () => {
    const ana = nodes.rpc(OFF)
    const { room } = await ana.call('room.create', { name: 'Piped', kind: 'invite' })
    const { invite } = await ana.call('room.invite', { room })
    const chat = nodes.start(['chat', invite, ...LOCAL, ...OFF])
    await meets(ana)
    chat.write('typed into a pipe\n')
    await hears(ana, 'typed into a pipe')
    chat.endInput()
    expect(await chat.exited()).to.equal(0)
  })

  it('npm start passes arguments and exit codes on, and adds nothing to the output', () => {
    const start = (...args: string[]): ReturnType<typeof spawnSync> => spawnSync('npm', ['start', '--', ...args], { cwd: ROOT, encoding: 'utf8', timeout: 100_000, input: '{"jsonrpc":"2.0","id":1,"method":"room.list"}\n' })
    expect(start('--version')).to.include({ status: 0, stdout: '0.1.0\n' })
    expect(start('rpc', ...LOCAL, ...OFF)).to.include({ status: 0, stdout: '{"jsonrpc":"2.0","id":1,"result":{"rooms":[]}}\n' })
    expect(start('fly')).to.include({ status: 2, stdout: '' })
  })
})
