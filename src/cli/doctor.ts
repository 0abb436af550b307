import { access, constants } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { parseProxy } from '../network/carriers/socks.ts'
import { createHost } from '../network/host.ts'
import { ownDht } from '../network/rendezvous/dht.ts'
import { makeLog, networkInit } from './options.ts'
import { textTable } from './table.ts'
import type { CommonOptions } from './options.ts'
import type { NetworkInit } from '../network/compartment-api.ts'
import type { Libp2p } from '@libp2p/interface'

const TIMEOUT_MS = 10_000
const LOOPBACK = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct']
/** Before this, the clock is certainly wrong: the program is younger. */
const NOT_BEFORE = Date.UTC(2026, 0, 1)

interface Finding {
  check: string
  state: 'ok' | 'warn' | 'fail'
  finding: string
  advice: string
}

const ok = (check: string, finding: string): Finding => ({ check, state: 'ok', finding, advice: '' })

function clock (): Finding {
  const now = Date.now()
  return now < NOT_BEFORE || now > NOT_BEFORE + 20 * 31_557_600_000
    ? { check: 'clock', state: 'fail', finding: `it says ${new Date(now).toISOString()}`, advice: 'Set the clock of this machine: rooms change their keys by it.' }
    : ok('clock', `${new Date(now).toISOString()}; members further than 2 minutes away are not understood`)
}

/** Opens each carrier on loopback and dials it from a second host. */
async function carriers (network: NetworkInit): Promise<Finding[]> {
  if (network.proxy != null) {
    return [ok('carriers', 'only TCP through the proxy: no UDP, no WebRTC, nothing is opened')]
  }
  const local: NetworkInit = { ...network, profile: 'private', bootstrap: [], listen: LOOPBACK.map(address => multiaddr(address)) }
  const hosts: Libp2p[] = []
  try {
    for (let i = 0; i < 2; i++) {
      const host = await createHost({ network: i === 0 ? local : { ...local, listen: [] }, services: {} })
      await host.start()
      hosts.push(host)
    }
    const [server, client] = hosts
    const findings: Finding[] = []
    for (const name of ['tcp', 'ws', 'webrtc-direct']) {
      const address = server.getMultiaddrs().find(each => name === 'tcp' ? !/ws|webrtc/.test(each.toString()) : each.toString().includes(`/${name}`))
      try {
        if (address == null) {
          throw new Error('it could not be opened')
        }
        const began = performance.now()
        await client.dial(address, { signal: AbortSignal.timeout(TIMEOUT_MS) })
        findings.push(ok(name, `opened and dialled on this machine in ${Math.round(performance.now() - began)} ms`))
        await client.hangUp(server.peerId)
      } catch (error: any) {
        findings.push({ check: name, state: name === 'tcp' ? 'fail' : 'warn', finding: String(error?.message ?? error), advice: name === 'webrtc-direct' ? 'Allow UDP in the firewall, or browsers cannot reach this node directly.' : 'Allow this program in the firewall.' })
      }
    }
    return findings
  } catch (error: any) {
    return [{ check: 'carriers', state: 'fail', finding: String(error?.message ?? error), advice: 'Check that this program may open connections at all.' }]
  } finally {
    await Promise.all(hosts.map(async host => host.stop()))
  }
}

async function bootstrap (network: NetworkInit): Promise<Finding[]> {
  if (network.dht === 'off') {
    return [ok('DHT', 'off: rooms are found by invite, cache and local network')]
  }
  if (network.bootstrap == null || network.bootstrap.length === 0) {
    return [{ check: 'DHT', state: 'warn', finding: 'no --bootstrap given', advice: network.dht === 'amino' ? 'The public IPFS bootstrap nodes are used; give --bootstrap to check one.' : 'Give the address of a relay with --bootstrap.' }]
  }
  const host = await createHost<any>({ network: { ...network, listen: [] }, services: { dht: ownDht(false) } })
  await host.start()
  try {
    return await Promise.all(network.bootstrap.map(async address => {
      const began = performance.now()
      try {
        await host.dial(address, { signal: AbortSignal.timeout(TIMEOUT_MS) })
        return ok('DHT', `${address.toString()} answered in ${Math.round(performance.now() - began)} ms`)
      } catch {
        return { check: 'DHT', state: 'fail' as const, finding: `${address.toString()} does not answer`, advice: 'Check the address and that the relay runs; on a filtered network use --proxy.' }
      }
    }))
  } finally {
    await host.stop()
  }
}

async function proxy ({ proxy }: NetworkInit): Promise<Finding[]> {
  if (proxy == null) {
    return []
  }
  const { host, port } = parseProxy(proxy)
  const answered = await new Promise<boolean>(resolve => {
    const socket = createConnection({ host, port, timeout: TIMEOUT_MS })
    const done = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => { done(true) }).once('error', () => { done(false) }).once('timeout', () => { done(false) })
  })
  return [
    answered
      ? ok('proxy', `${proxy} answers; each room uses its own credentials`)
      : { check: 'proxy', state: 'fail', finding: `${proxy} does not answer`, advice: 'Start Tor (or your proxy) and check host and port. Nothing is sent without it.' },
    ok('leaks', 'with a proxy: no UDP, no mDNS, no WebRTC, names are looked up by the proxy')
  ]
}

async function storage (options: CommonOptions): Promise<Finding> {
  if (options.data == null || options.memory === true) {
    return ok('storage', 'memory only: nothing is written')
  }
  if (options.passphraseFile == null) {
    return { check: 'storage', state: 'warn', finding: 'no passphrase', advice: 'Without --passphrase-file nothing is written to --data.' }
  }
  try {
    await access(options.data, constants.R_OK | constants.W_OK)
    return ok('storage', `${options.data} can be read and written`)
  } catch (error: any) {
    return error?.code === 'ENOENT'
      ? ok('storage', `${options.data} will be made`)
      : { check: 'storage', state: 'fail', finding: `${options.data} cannot be written`, advice: 'Check the permissions of the folder, or choose another one.' }
  }
}

function runtime (): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return major >= 22
    ? ok('Node.js', process.versions.node)
    : { check: 'Node.js', state: 'fail', finding: process.versions.node, advice: 'Install Node.js 22 or newer.' }
}

/** `undertone doctor`: what works here, what does not, and what to do about it. */
export async function runDoctor (options: CommonOptions): Promise<number> {
  const network = networkInit(options, makeLog(options.log))
  const findings = [runtime(), clock(), ...await carriers(network), ...await bootstrap(network), ...await proxy(network), await storage(options)]
  process.stdout.write(options.json === true
    ? `${JSON.stringify({ findings })}\n`
    : textTable(['', 'check', 'finding', 'what to do'], findings.map(({ state, check, finding, advice }) => [state, check, finding, advice])))
  return findings.some(({ state }) => state === 'fail') ? 1 : 0
}
