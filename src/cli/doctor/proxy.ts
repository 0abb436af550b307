import { createConnection } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { proxyOf } from '../../network/addresses.ts'
import { parseProxy } from '../../network/carriers/socks.ts'
import { createHost } from '../../network/host.ts'
import { CHECK_TIMEOUT_MS, fail, ok, reasonOf } from './finding.ts'
import type { Finding } from './finding.ts'
import type { NetworkInit } from '../../network/compartment-api.ts'

const LEAK_WATCH_MS = 1_500

/** Greets it as SOCKS5 does (RFC 1928 §3): version 5, no authentication or user name. */
async function greet (proxy: string): Promise<'ok' | 'other' | 'silent'> {
  const { host, port } = parseProxy(proxy)
  return new Promise(resolve => {
    const socket = createConnection({ host, port, timeout: CHECK_TIMEOUT_MS }, () => { socket.write(Uint8Array.of(5, 2, 0, 2)) })
    const done = (answer: 'ok' | 'other' | 'silent'): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', data => { done(data[0] === 5 ? 'ok' : 'other') })
    socket.once('error', () => { done('silent') })
    socket.once('timeout', () => { done('silent') })
    socket.once('close', () => { resolve('other') })
  })
}

/** What this process has open in the operating system that could go around a proxy. */
function ways (): string[] {
  const names: Record<string, string> = { UDPWrap: 'a UDP socket', TCPServerWrap: 'a listener', GetAddrInfoReqWrap: 'a name look-up', QueryReqWrap: 'a name look-up' }
  return process.getActiveResourcesInfo().flatMap(name => names[name] ?? [])
}

/** Starts a host as a room would and lets it dial a name, watching what it opens meanwhile. */
async function leaks (network: NetworkInit): Promise<Finding> {
  const before = ways()
  const seen = new Set<string>()
  const look = (): void => {
    const now = ways()
    before.forEach(way => { now.splice(now.indexOf(way), now.includes(way) ? 1 : 0) })
    now.forEach(way => { seen.add(way) })
  }
  const watch = setInterval(look, 5)
  try {
    const host = await createHost({ network: { ...network, bootstrap: [] }, services: {} })
    await host.start()
    look()
    await host.dial(multiaddr('/dns4/leak-check.invalid/tcp/443'), { signal: AbortSignal.timeout(LEAK_WATCH_MS) }).catch(() => {})
    look()
    await host.stop()
  } catch (error) {
    return fail('leaks', reasonOf(error), 'Check the proxy\'s address.')
  } finally {
    clearInterval(watch)
  }
  return seen.size === 0
    ? ok('leaks', 'nothing was opened around the proxy: no UDP, no listener, no name look-up; each room has its own credentials there')
    : fail('leaks', `around the proxy there was ${[...seen].join(' and ')}`, 'Do not rely on the proxy with this version; please report this.')
}

export async function proxy (network: NetworkInit): Promise<Finding[]> {
  const address = proxyOf(network)
  if (address == null) {
    return [ok('leaks', 'no proxy: members, relays and the internet provider see this machine\'s address; --profile tor hides it')]
  }
  const answer = await greet(address)
  return [
    answer === 'ok'
      ? ok('proxy', `${address} speaks SOCKS5`)
      : fail('proxy', answer === 'other' ? `${address} answers, and not as a SOCKS5 proxy` : `${address} does not answer`, 'Start Tor (or your proxy) and check host and port. Nothing is sent without it.'),
    await leaks(network)
  ]
}
