import { createServer } from 'node:http'
import { expect } from 'aegir/chai'
import { WEB } from '../support/browser.ts'
import { LOCAL, soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { StaticServer } from '../support/static-server.ts'
import type { AddressInfo } from 'node:net'

describe('a page of somebody else in the same browser', () => {
  // the browser says of each refusal that it refused
  const { browsers, nodes } = onStage({ expected: /Access to fetch|blocked by CORS|Refused to (display|frame)|Framing|status of 40[13]|securityerror/i })
  // no policy of ours: it may try whatever a browser lets it
  const cookies: string[] = []
  const evil = createServer(({ headers }, response) => {
    headers.cookie != null && cookies.push(headers.cookie)
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>elsewhere</title>')
  })
  before(async () => {
    await new Promise<void>(resolve => { evil.listen(0, '127.0.0.1', resolve) })
  })
  after(() => { evil.close() })

  it('neither opens a session, nor speaks to the desktop node with the cookie of one, nor uses its token again', async () => {
    const address = new URL(await nodes.start(['--no-open', ...LOCAL, '--dht', 'off']).firstLine(soon()))
    const token = address.hash.replace('#/session/', '')
    const context = await browsers.profile()
    const other = await context.newPage()
    // another port of this address: for cookies it is the same site
    await other.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)
    const attack = async (): Promise<Record<string, string>> => other.evaluate(async ({ origin, token }) => {
      const asked = async (path: string, init: RequestInit): Promise<string> => fetch(`${origin}${path}`, { credentials: 'include', ...init }).then(async response => `read ${response.type} ${response.status}`, () => 'refused')
      const socket = await new Promise<string>(resolve => {
        const client = new WebSocket(`${origin.replace('http', 'ws')}/rpc`)
        client.onopen = () => { resolve('open') }
        client.onerror = () => { resolve('refused') }
      })
      const frame = document.createElement('iframe')
      frame.src = origin
      await new Promise(resolve => {
        frame.onload = resolve
        document.body.append(frame)
      })
      return {
        socket,
        page: await asked('/', {}),
        session: await asked('/session', { method: 'POST', body: JSON.stringify({ token }) }),
        blind: await asked('/session', { method: 'POST', mode: 'no-cors', body: JSON.stringify({ token }) })
      }
    }, { origin: address.origin, token })
    const refused = { socket: 'refused', page: 'refused', session: 'refused', blind: 'refused' }

    // it even knows the token
    expect(await attack()).to.deep.equal(refused)
    expect(await context.cookies(address.origin)).to.deep.equal([])
    for (const frame of other.frames().slice(1)) {
      expect(frame.url(), 'what stands in its frame').to.not.include(address.origin)
    }
    expect(other.frames()).to.have.length(2)

    // the person's own page is not harmed by that, and its cookie helps nobody else
    const own = await browsers.at(address.href, context)
    await own.page.locator('input[name=passphrase]').first().waitFor()
    expect(await context.cookies()).to.have.length(1)
    expect(await attack()).to.deep.equal(refused)
    // browsers send cookies to every port of an address: this one's is for a path that nobody else knows
    await other.reload()
    const link = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/rpc`
    const linked = context.waitForEvent('page')
    await own.page.evaluate(href => { Object.assign(document.createElement('a'), { href, target: '_blank', rel: 'noopener' }).click() }, link)
    await (await linked).waitForLoadState()
    expect(cookies).to.deep.equal([])

    // loaded again, and in another window, it is the person's still
    await own.page.reload()
    await own.page.locator('input[name=passphrase]').first().waitFor()
    const second = await browsers.at(address.origin, context)
    await second.page.locator('input[name=passphrase]').first().waitFor()

    // who read the address over a shoulder comes too late
    const late = await browsers.at(address.href)
    await late.page.locator('[role=alert]').waitFor()
    expect(await late.page.locator('form').count()).to.equal(0)
  })
})

describe('a page of somebody else at the same origin', () => {
  const { browsers } = onStage()

  // gateways decode what browsers leave as it is
  for (const prefix of ['/ipfs/ours/', '/%69pfs/ours/', '/~ours/']) {
    it(`hears nothing of a page at ${prefix}, gets no call through, and finds nothing to change`, async () => {
      const server = new StaticServer(WEB, prefix)
      server.pages.set('/ipfs/theirs/', '<!doctype html><title>beside</title><link rel="icon" href="data:,">')
      await server.start()
      try {
        const context = await browsers.profile()
        const evil = await context.newPage()
        await evil.goto(`${server.origin}/ipfs/theirs/`)
        await evil.evaluate(name => {
          const channel = new BroadcastChannel(name)
          const heard: unknown[] = []
          Object.assign(globalThis, { heard })
          channel.onmessage = ({ data }) => { heard.push(data) }
          setInterval(() => {
            channel.postMessage({ kind: 'hello', from: 'evil' })
            channel.postMessage({ kind: 'call', from: 'evil', id: 1, text: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'room.create', params: { name: 'theirs', kind: 'open' } }) })
          }, 50)
        }, `undertone${prefix}`)
        const own = await browsers.at(server.address, context)
        // what drives pages of other tests is such a channel
        await own.page.waitForFunction(() => performance.getEntriesByName('engine').length > 0)
        await own.page.locator('.settings-corner').click()
        await own.page.locator('.keeping summary').click()
        await own.page.getByText('others have a part in this address').waitFor()
        expect(await own.page.locator('.keeping input').count()).to.equal(0)
        // long enough for what a page does when it is idle
        await own.page.evaluate(async () => new Promise(resolve => { requestIdleCallback(() => { setTimeout(resolve, 500) }) }))
        expect(await own.page.locator('.room-entry').count()).to.equal(0)
        expect(await evil.evaluate(async () => ({
          heard: (globalThis as any).heard,
          workers: (await navigator.serviceWorker.getRegistrations()).length,
          caches: await caches.keys(),
          databases: await indexedDB.databases(),
          locks: (await navigator.locks.query()).held,
          storage: localStorage.length
        }))).to.deep.equal({ heard: [], workers: 0, caches: [], databases: [], locks: [], storage: 0 })
      } finally {
        await server.stop()
      }
    })
  }
})
