import { execFile } from 'node:child_process'
import { request } from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { expect } from 'aegir/chai'
import { WebSocket } from 'ws'
import { LOCAL, Nodes, soon } from '../support/nodes.ts'

interface Answer { status: number, headers: Record<string, any>, body: string }

async function ask (port: number, path: string, options: { method?: string, headers?: Record<string, string>, body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers }, response => {
      let body = ''
      response.on('data', chunk => { body += String(chunk) })
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body }) })
    })
    sent.on('error', reject)
    sent.end(options.body)
  })
}

async function socket (port: number, headers: Record<string, string>, door = ''): Promise<number> {
  return new Promise(resolve => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/rpc/${door}`, { headers })
    client.on('open', () => { client.terminate(); resolve(101) })
    client.on('unexpected-response', (_, response) => { resolve(response.statusCode ?? 0); response.destroy() })
    client.on('error', () => {})
  })
}

describe('the app\'s server', () => {
  const nodes = new Nodes()
  let port: number
  let token: string
  let origin: string
  before(async () => {
    const node = nodes.start(['--no-open', ...LOCAL, '--dht', 'off'])
    const address = new URL(await node.firstLine(soon()))
    port = Number(address.port)
    origin = address.origin
    token = address.hash.replace('#/session/', '')
    expect(address.hostname).to.equal('127.0.0.1')
  })
  after(async () => { await nodes.stop() })

  const open = async (body: object, headers: Record<string, string> = {}): Promise<Answer> => ask(port, '/session', { method: 'POST', headers: { origin, ...headers }, body: JSON.stringify(body) })

  it('gives nothing to another name for this address: DNS rebinding', async () => {
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.nip.io']) {
      expect((await ask(port, '/', { headers: { host } })).status, host).to.equal(421)
    }
  })

  it('sends the page with a policy that loads nothing from elsewhere and refuses frames', async () => {
    const { status, headers, body } = await ask(port, '/')
    expect(status).to.equal(200)
    expect(body).to.include('<script')
    expect(headers['content-security-policy']).to.include('default-src \'none\'').and.include('frame-ancestors \'none\'').and.not.include('unsafe')
    expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' })
  })

  it('serves no file outside its folder', async () => {
    for (const path of ['/../../../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/.built', '/%00', '/%', '//', 'http://[']) {
      expect((await ask(port, path)).status, path).to.be.oneOf([404, 400])
    }
  })

  it('goes on when whoever it refuses hangs up in the middle', async () => {
    const lines = ['GET /rpc HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Origin: http://evil.example', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Version: 13', '', '']
    await Promise.all(Array.from({ length: 50 }, async () => new Promise(resolve => {
      const rude = connect(port, '127.0.0.1', () => {
        rude.write(lines.join('\r\n'), () => { rude.resetAndDestroy() })
      })
      rude.on('error', () => {}).on('close', resolve)
    })))
    expect((await ask(port, '/')).status).to.equal(200)
  })

  it('opens no session from another page, with a wrong token, or without one', async () => {
    expect((await open({ token }, { origin: 'http://evil.example' })).status).to.equal(403)
    expect((await open({ token }, { origin: 'null' })).status).to.equal(403)
    expect((await open({ token: 'wrong' })).status).to.equal(401)
    expect((await open({})).status).to.equal(401)
    expect((await ask(port, '/session', { method: 'POST', headers: { origin }, body: 'x'.repeat(5_000) })).status).to.equal(413)
  })

  it('is not locked by wrong tokens, whoever sends them', async () => {
    for (let i = 0; i < 30; i++) {
      await open({ token: `wrong ${i}` })
    }
  })

  it('lets no other user of this machine in, not even one who read the token in the list of processes', async function () {
    // to be somebody else takes rights that not everybody has
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      this.skip()
    }
    const program = 'const [u, body] = process.argv.slice(1); fetch(u + "/session", { method: "POST", headers: { origin: u }, body }).then(r => console.log(r.status))'
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, origin, JSON.stringify({ token })], { uid: 65_534, cwd: '/', env: {} })
    expect(stdout.trim()).to.equal('403')
  })

  it('takes the token once; the session needs its cookie, its door and this origin', async () => {
    const opened = await open({ token })
    expect(opened.status).to.equal(200)
    const { door } = JSON.parse(opened.body)
    const [set] = opened.headers['set-cookie']
    expect(set).to.include('HttpOnly').and.include('SameSite=Strict').and.include(`Path=/rpc/${String(door)}`)
    const cookie = set.split(';')[0]
    expect((await open({ token })).status).to.equal(401)
    expect(await socket(port, { origin, cookie }, door)).to.equal(101)
    expect(await socket(port, { origin, cookie })).to.equal(401)
    expect(await socket(port, { origin, cookie }, 'constructor')).to.equal(401)
    expect(await socket(port, { origin }, door)).to.equal(401)
    expect(await socket(port, { origin: 'http://evil.example', cookie }, door)).to.equal(403)
    // whoever listens there at another address of that name
    expect(await socket(port, { origin: `http://localhost:${port}`, cookie }, door)).to.equal(403)
    expect(await socket(port, { cookie }, door)).to.equal(403)
    expect(await socket(port, { origin, cookie, host: 'evil.example' }, door)).to.equal(403)
    expect((await ask(port, `/rpc/${String(door)}`, { headers: { cookie } })).status).to.equal(204)
    expect((await ask(port, `/rpc/${String(door)}`)).status).to.equal(401)
  })
})
