import { lookup } from 'node:dns/promises'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { WebAddressError } from './carriers/errors.ts'
import { dialler } from './carriers/socks.ts'
import type { WebFile, WebFileOptions } from './web-file-api.ts'
import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'

/** Bytes of a file that is taken from the web. */
export const MAX_WEB_BYTES = 32 * 1024 * 1024
const FIRST_BYTES = 64 * 1024
/** Longest a file may take from the first look-up to its last byte, ms. */
const WEB_TIMEOUT_MS = 60_000

/** Where nobody on the internet lives (IANA special-purpose registries): this machine, its network, and ways round to them. */
const PRIVATE = new BlockList()
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3]] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6')
}
const GLOBAL = new BlockList()
GLOBAL.addSubnet('2000::', 3, 'ipv6')

/** Whether an IP address is one of the internet at large. */
export function isPublic (address: string): boolean {
  return isIP(address) === 4 ? !PRIVATE.check(address, 'ipv4') : isIP(address) === 6 && GLOBAL.check(address, 'ipv6') && !PRIVATE.check(address, 'ipv6')
}

interface Place { url: URL, host: string, secure: boolean, port: number }

/** An address that may be asked at all; where its name leads is looked at later. */
function placeOf (address: string, proxied: boolean): Place {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    throw new WebAddressError('This is no web address. Write it like https://example.org/list.json.')
  }
  // a dot at the end changes nothing about whom it names
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '')
  const here = host === '127.0.0.1' || host === '::1'
  const onion = host.endsWith('.onion')
  if (url.username !== '' || url.password !== '') {
    throw new WebAddressError('A web address with a user name in it is not fetched: leave out what stands before the @.')
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (here || onion))) {
    throw new WebAddressError('Only https addresses are fetched: on the way of others anybody could read and change the list.')
  }
  if (onion && !proxied) {
    throw new WebAddressError('Onion addresses are reached through Tor only. Start with --profile tor, or with --proxy.')
  }
  if (here && proxied) {
    throw new WebAddressError('This machine is not reached through a proxy. Save the list to a file and subscribe by that.')
  }
  if (!here && ((isIP(host) !== 0 && !isPublic(host)) || host === 'localhost' || /\.(?:localhost|local|internal|lan|home|arpa)\.?$/.test(host))) {
    throw new WebAddressError('This address is one of a local network, where a list could be made to touch what is yours. Save the list to a file and subscribe by that.')
  }
  return { url, host, secure: url.protocol === 'https:', port: Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port) }
}

const lookUp: NonNullable<WebFileOptions['find']> = async (host, options) => lookup(host, options)

/** Every address that the name stands for, none of which may be private: a name is its owner's word. */
async function resolved (host: string, find: NonNullable<WebFileOptions['find']>): Promise<Array<{ address: string, family: number }>> {
  const found = await find(host, { all: true })
  if (found.length === 0 || !found.every(({ address }) => isPublic(address))) {
    throw new WebAddressError('This name leads into a local network. Save the list to a file and subscribe by that.')
  }
  return found
}

async function bodyOf (response: IncomingMessage): Promise<Uint8Array> {
  const { statusCode = 0, headers } = response
  if (statusCode >= 300 && statusCode < 400) {
    throw new WebAddressError(`The server sends you elsewhere (${String(headers.location ?? '').slice(0, 200)}). Nothing was fetched from there: subscribe by that address if you trust it.`)
  }
  if (statusCode !== 200) {
    throw new WebAddressError(`The server has no list there: it answered ${statusCode}. Look at the address again.`)
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new WebAddressError('The server sent the list compressed, though it was asked not to. Ask its owner to serve it plainly.')
  }
  // one growing buffer: a file that comes a byte at a time would be millions of parts
  let bytes = new Uint8Array(FIRST_BYTES)
  let size = 0
  for await (const part of response) {
    const end: number = size + part.length
    if (end > MAX_WEB_BYTES || Number(headers['content-length'] ?? 0) > MAX_WEB_BYTES) {
      throw new WebAddressError(`The file has more than ${MAX_WEB_BYTES / 1024 / 1024} MiB: no list is taken from the web that large.`)
    }
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * bytes.length))
      larger.set(bytes)
      bytes = larger
    }
    bytes.set(part, size)
    size = end
  }
  return bytes.slice(0, size)
}

/**
 * Fetches one file, and nothing else that it names: no redirects, no cookies, nothing that says who asks.
 * With a proxy everything goes through it, the look-up too, under SOCKS credentials of its own.
 */
export const fetchWebFile: WebFile = async (address, { proxy, identity = '', signal, find = lookUp, patience = WEB_TIMEOUT_MS } = {}) => {
  const { url, host, secure, port } = placeOf(address, proxy != null)
  const limit = AbortSignal.timeout(patience)
  const both = signal == null ? limit : AbortSignal.any([signal, limit])
  try {
    both.throwIfAborted()
    const literal = isIP(host) !== 0
    const options: RequestOptions = { host, port, path: `${url.pathname}${url.search}`, signal: both, headers: { Host: url.host, Accept: 'application/json, */*;q=0.1', 'Accept-Encoding': 'identity', Connection: 'close' } }
    if (proxy != null) {
      const socket = await dialler({ proxy, identity })({ host, port }, both)
      // with an agent, Node.js would connect by itself; and should it ever try, it finds no names
      options.lookup = (_, __, done) => { done(new Error('a proxy looks names up'), '', 0) }
      options.createConnection = () => (secure ? tlsConnect({ socket, servername: literal ? '' : host }) : socket) as Socket
    } else {
      options.agent = false
    }
    if (proxy == null && !literal) {
      // asked once, looked at, and connected to: a second answer could be another one
      const addresses = await resolved(host, find)
      options.lookup = (_, { all }, done) => { all === true ? done(null, addresses) : done(null, addresses[0].address, addresses[0].family) }
    }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (secure && proxy == null ? tlsRequest : plainRequest)(options, resolve)
      request.once('error', reject)
      request.end()
    })
    try {
      return await bodyOf(response)
    } finally {
      response.destroy()
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (limit.aborted) {
      throw new WebAddressError(`${url.host} did not give all of the file within ${patience / 1_000} s. Try again later, or subscribe by a file.`, { cause: error })
    }
    throw error instanceof WebAddressError ? error : new WebAddressError(`${url.host} could not be reached: ${String((error as Error)?.message ?? error).slice(0, 160)}. Try again later, or subscribe by a file.`, { cause: error })
  }
}
