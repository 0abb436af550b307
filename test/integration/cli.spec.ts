import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { LOCAL, Nodes, soon } from '../support/nodes.ts'
import { freePort, listening } from '../support/tls.ts'

const ENTRY = fileURLToPath(new URL('../../../bin/undertone.js', import.meta.url))

function undertone (...args: string[]): { status: number | null, stdout: string, stderr: string } {
  return spawnSync(process.execPath, [ENTRY, ...args], { encoding: 'utf8', timeout: 100_000 })
}

describe('undertone', () => {
  const nodes = new Nodes()
  afterEach(async () => { await nodes.stop() })

  it('tells its version and helps, with exit code 0', () => {
    expect(undertone('--version')).to.include({ status: 0, stdout: '0.1.0\n' })
    const help = undertone('--help')
    expect(help.status).to.equal(0)
    expect(undertone('help', 'relay')).to.deep.include({ status: 0, stdout: undertone('relay', '--help').stdout })
    for (const word of ['chat', 'rpc', 'relay', 'demo', 'doctor', 'verify', '--bootstrap', '--passphrase-file']) {
      expect(help.stdout).to.include(word)
    }
  })

  for (const args of [['--nonsense'], ['fly'], ['rpc', '--listen', 'here'], ['rpc', '--profile', 'loud'], ['rpc', '--dht', 'mine'], ['rpc', '--proxy', 'http://x'], ['rpc', '--stun', 'turn:x'], ['rpc', '--app', 'somewhere'], ['verify'], ['rpc', '--memory', '--data', '/nowhere'], ['rpc', '--passphrase-file', '/no/such/file'], ['rpc', '--listen', ''], ['rpc', '--bootstrap', ''], ['rpc', '--data', ''], ['rpc', '--listen', '/ip4/127.0.0.1/udp/0/quic-v1'], ['rpc', '--proxy', 'socks5://x:99999'], ['--port', ''], ['--port', '70000'], ['relay', '--keep-days', '0'], ['relay', '--listen', '/ip4/127.0.0.1/tcp/0/tls/ws'], ['relay', '--listen', '/ip4/127.0.0.1/tcp/4002/tls/ws', '--certificate', ENTRY, '--certificate-key', ENTRY], ['relay', '--certificate', ENTRY], ['relay', '--announce', '/dns4/relay.example/tcp/443/tls/ws'], ['relay', '--announce', '/dns4/relay.example/tcp/443/tls/ws', '--listen', '/ip4/127.0.0.1/tcp/0/ws']]) {
    it(`refuses "${args.join(' ')}" with exit code 2, a reason, and nothing on stdout`, () => {
      const { status, stdout, stderr } = undertone(...args)
      expect(status).to.equal(2)
      expect(stderr.length).to.be.above(10)
      expect(stdout).to.equal('')
    })
  }

  it('says that there is no such command, and where those are that there are', () => {
    expect(undertone('fly').stderr).to.equal('undertone: There is no command "fly". `undertone --help` lists those there are.\n')
  })

  it('fails to verify what is no room file with exit code 1', () => {
    expect(undertone('verify', ENTRY)).to.include({ status: 1, stdout: '' })
    expect(undertone('verify', '/dev/zero')).to.include({ status: 1, stdout: '' })
    const said = undertone('verify', '--json', ENTRY)
    expect(said.status).to.equal(1)
    expect(JSON.parse(said.stdout)).to.deep.include({ valid: false })
  })

  it('shows three strangers meeting: demo', () => {
    const { status, stdout } = undertone('demo')
    expect(status, stdout).to.equal(0)
    expect(stdout.match(/has read all three/g)).to.have.lengthOf(3)
    const steps = undertone('demo', '--json').stdout.trim().split('\n').map(line => JSON.parse(line))
    expect(steps[0]).to.have.property('bootstrap').that.matches(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\//)
  })

  it('relay prints addresses, one a line, and doctor finds it', async () => {
    const relay = nodes.start(['relay', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--listen', '/ip4/127.0.0.1/tcp/0/ws'])
    await relay.until(() => relay.lines.length >= 2, soon())
    for (const line of relay.lines) {
      expect(line).to.match(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+(\/ws)?\/p2p\/12D3KooW/)
    }
    const doctor = undertone('doctor', ...LOCAL, '--bootstrap', relay.lines[0], '--json')
    expect(doctor.status, doctor.stdout).to.equal(0)
    expect(JSON.parse(doctor.stdout).findings.find((f: any) => f.check === 'DHT')).to.include({ state: 'ok' })
    const both = JSON.parse(undertone('doctor', '--profile', 'public', '--listen', '/ip4/127.0.0.1/tcp/0', '--memory', '--bootstrap', relay.lines[0], '--json').stdout).findings
    expect(both.find((f: any) => f.check === 'DHT').finding).to.include('/ipfs/kad/1.0.0 and /undertone/kad/1.0.0')
    expect(both.find((f: any) => f.check === 'other DHT')).to.include({ state: 'ok' })
    const lost = undertone('doctor', ...LOCAL, '--bootstrap', '/ip4/127.0.0.1/tcp/9/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN')
    expect(lost.status).to.equal(1)
    expect(lost.stdout).to.include('fail')
  })

  it('doctor says of each failure what to do: a port in use, a proxy that is none, a wrong passphrase', async () => {
    const server = createServer(socket => { socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n') })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const folder = fileURLToPath(new URL(`../../../.build/doctor-${process.pid}`, import.meta.url))
    mkdirSync(folder, { recursive: true })
    const [right, wrong] = ['right', 'wrong'].map(name => join(folder, name))
    writeFileSync(right, 'one passphrase')
    writeFileSync(wrong, 'another passphrase')
    const data = join(folder, 'data')
    const keeper = nodes.start(['rpc', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--data', data, '--passphrase-file', right])
    await keeper.call('room.create', { name: 'Kept', kind: 'invite' })
    await keeper.stop()
    const doctor = async (...args: string[]): Promise<Record<string, any>> => {
      const stdout = await new Promise<string>(resolve => { execFile(process.execPath, [ENTRY, 'doctor', '--json', '--dht', 'off', '--profile', 'private', ...args], { timeout: 100_000 }, (_, out) => { resolve(out) }) })
      const { findings } = JSON.parse(stdout)
      for (const { state, advice } of findings) {
        expect(advice === '').to.equal(state === 'ok')
      }
      return Object.fromEntries(findings.map((each: any) => [each.check, each]))
    }
    const proxied = await doctor('--proxy', `socks5://127.0.0.1:${port}`)
    expect(proxied.proxy).to.include({ state: 'fail' }).and.property('finding').that.includes('not as a SOCKS5 proxy')
    expect(proxied.leaks).to.include({ state: 'ok' })
    const taken = await doctor('--listen', `/ip4/127.0.0.1/tcp/${port}`)
    expect(taken.tcp).to.include({ state: 'fail' }).and.property('advice').that.includes('port 0')
    const here = await freePort()
    const outside = createServer(socket => {
      const inside = connect(here, '127.0.0.1')
      socket.on('error', () => { inside.destroy() }).pipe(inside).on('error', () => { socket.destroy() }).pipe(socket)
    })
    const announced = `/ip4/127.0.0.1/tcp/${await listening(outside)}/ws`
    const there = await doctor('--listen', `/ip4/127.0.0.1/tcp/${here}/ws`, '--announce', announced)
    outside.close()
    expect(there[`announced ${announced}`]).to.include({ state: 'ok' })
    const nowhere = await doctor('--listen', `/ip4/127.0.0.1/tcp/${here}/ws`, '--announce', announced)
    expect(nowhere[`announced ${announced}`]).to.include({ state: 'fail' }).and.property('advice').that.includes('--listen')
    const locked = await doctor('--data', data, '--passphrase-file', wrong)
    expect(locked.storage).to.include({ state: 'fail' }).and.property('finding').that.includes('passphrase')
    expect(locked).to.include.all.keys('Node.js', 'clock', 'tcp', 'ws', 'webrtc-direct', 'relay', 'webrtc', 'DHT')
    expect(locked.relay.state).to.equal('ok')
    expect((await doctor('--data', data, '--passphrase-file', right)).storage).to.include({ state: 'ok' })
    server.close()
  })

  it('relay keeps its address over a restart on the same data', async () => {
    const data = `${fileURLToPath(new URL('../../../.build', import.meta.url))}/relay-${process.pid}`
    const peers = []
    for (let i = 0; i < 2; i++) {
      const { address, node } = await nodes.relay(['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--data', data])
      peers.push(address.split('/p2p/')[1])
      node.kill('SIGTERM')
      expect(await node.exited()).to.equal(0)
    }
    expect(peers[0]).to.equal(peers[1])
  })

  it('chat talks in the terminal, and prints no escape sequence of others', async () => {
    const { address } = await nodes.relay()
    const peer = nodes.rpc(['--bootstrap', address, '--dht', 'own'])
    const { room } = await peer.call('room.join', { name: 'Terminal' })
    const chat = nodes.start(['chat', 'Terminal', ...LOCAL, '--bootstrap', address, '--dht', 'own'])
    await peer.until(() => peer.events.some(e => e.type === 'status' && e.connected >= 1), soon())
    await peer.call('room.send', { room, text: 'hello \u001b[31mred\u001b[0m \u202eevil' })
    await chat.until(() => chat.lines.some(line => line.includes('hello')), soon())
    // eslint-disable-next-line no-control-regex
    expect(chat.lines.join('\n')).to.not.match(/[\u001b\u202e]/)
    chat.write('hi from the terminal\n/members\n/nonsense\n')
    await peer.until(() => peer.events.some(e => e.type === 'message' && e.message.text === 'hi from the terminal'), soon())
    await chat.until(() => chat.lines.some(line => line.includes('There is no command')), soon())
    chat.write('/quit\n')
    expect(await chat.exited()).to.equal(0)
  })
})
