import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { multiaddr } from '@multiformats/multiaddr'
import { readClassifier } from './classifier.ts'
import { UsageError } from './errors.ts'
import type { UndertoneInit } from '../engine/api.ts'
import type { NetworkInit } from '../network/compartment-api.ts'

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = typeof LOG_LEVELS[number]

/** Options that every command takes, as commander gives them. */
export interface CommonOptions {
  data?: string
  memory?: boolean
  passphraseFile?: string
  profile: NetworkInit['profile']
  bootstrap?: string[]
  listen?: string[]
  announce?: string[]
  certificate?: string
  certificateKey?: string
  dht?: NetworkInit['dht']
  proxy?: string
  sharedHost?: boolean
  app?: string
  stun?: string[]
  classifier?: string
  classifierModel?: string
  json?: boolean
  log?: LogLevel
}

/**
 * @throws {UsageError}
 */
export function checkAddress (text: string): string {
  try {
    const address = multiaddr(text)
    if (address.getComponents().length > 0) {
      return address.toString()
    }
  } catch {
    // said below
  }
  throw new UsageError(`${JSON.stringify(text)} is not a multiaddr. Write it like /ip4/127.0.0.1/tcp/4001.`)
}

/** What a carrier can open; `/webrtc` and `/p2p-circuit` are opened at a relay. */
const LISTENABLE = /^(\/ip[46]\/[^/]+(\/tcp\/\d+(\/tls\/ws|\/wss?)?|\/udp\/\d+\/webrtc-direct)(\/p2p\/[^/]+)?|\/webrtc|\/p2p-circuit|\/(ip[46]|dns[46]?|dnsaddr)\/.*\/p2p-circuit)$/

/**
 * @throws {UsageError}
 */
export function checkListen (text: string): string {
  const address = checkAddress(text)
  if (!LISTENABLE.test(address)) {
    throw new UsageError(`Nothing here can open ${JSON.stringify(text)}. Write it like /ip4/0.0.0.0/tcp/4001, /ip4/0.0.0.0/tcp/4002/ws or /ip4/0.0.0.0/udp/4003/webrtc-direct.`)
  }
  return address
}

/** The certificate for `/tls/ws`, which browsers must trust; without one nobody could connect there. */
function readCertificate ({ listen = [], certificate, certificateKey }: CommonOptions): { cert: string, key: string } | undefined {
  if (certificate == null && certificateKey == null) {
    if (listen.some(isSecureSocket)) {
      throw new UsageError('A /tls/ws address needs a certificate that browsers trust: name its files with --certificate and --certificate-key, or let a TLS proxy have it and name the address of that with --announce.')
    }
    return undefined
  }
  if (certificate == null || certificateKey == null || !listen.some(isSecureSocket)) {
    throw new UsageError('--certificate and --certificate-key belong together, and to a --listen address with /tls/ws.')
  }
  const tls = { cert: readPem(certificate), key: readPem(certificateKey) }
  try {
    createSecureContext(tls)
  } catch (error: any) {
    throw new UsageError(`${certificate} and ${certificateKey} are no certificate and its key in PEM: ${error.message}.`)
  }
  return tls
}

function isSecureSocket (address: string): boolean { return /\/tls\/ws|\/wss/.test(address) }

function readPem (file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`The file ${file} cannot be read. Check its name and permissions.`)
  }
}

/** What is announced must lead to a port that is known. */
function checkAnnounced ({ listen = [], announce }: CommonOptions): string[] | undefined {
  if (announce != null && !listen.some(address => /\/(tcp|udp)\/(?!0(\/|$))/.test(address))) {
    throw new UsageError('--announce names where others reach a port of this machine: say which one with --listen, like /ip4/127.0.0.1/tcp/4002/ws.')
  }
  return announce
}

/**
 * @throws {UsageError}
 */
export function checkProxy (text: string): string {
  const [, port] = /^socks5h?:\/\/[^\s/]+:(\d{1,5})\/?$/.exec(text) ?? []
  if (port == null || Number(port) < 1 || Number(port) > 65_535) {
    throw new UsageError(`${JSON.stringify(text)} is not a SOCKS5 proxy. Write it like socks5://127.0.0.1:9050.`)
  }
  return text
}

/**
 * @throws {UsageError}
 */
export function checkStun (text: string): string {
  if (!/^stun:[^\s/@?]+$/.test(text)) {
    throw new UsageError(`${JSON.stringify(text)} is not a STUN server. Write it like stun:stun.example.org:3478.`)
  }
  return text
}

/**
 * @throws {UsageError}
 */
export function checkApp (text: string): string {
  if (!/^https?:\/\/[^\s#]+$/.test(text)) {
    throw new UsageError(`${JSON.stringify(text)} is not the web address of an app. Write it like https://chat.example.org/.`)
  }
  return text
}

/** One line per entry on stderr, so that stdout holds data only. Control characters cannot reach the terminal. */
export function makeLog (level: LogLevel = 'warn'): (level: LogLevel, message: string) => void {
  const most = LOG_LEVELS.indexOf(level)
  return (at, message) => {
    if (LOG_LEVELS.indexOf(at) <= most) {
      // eslint-disable-next-line no-control-regex
      process.stderr.write(`${new Date().toISOString()} ${at} ${message.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�')}\n`)
    }
  }
}

export function defaultData (): string {
  const { XDG_DATA_HOME, APPDATA } = process.env
  // what is empty or relative counts as not set (XDG Base Directory Specification)
  const base = [XDG_DATA_HOME, APPDATA].find(folder => folder != null && isAbsolute(folder))
  return join(base ?? join(homedir(), '.local', 'share'), 'undertone')
}

export function readPassphrase (file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`The passphrase file ${file} cannot be read. Check its name and permissions.`)
  }
  // editors end files with a newline; it is not part of the passphrase
  const passphrase = text.replace(/\r?\n$/, '')
  if (passphrase === '') {
    throw new UsageError(`The passphrase file ${file} is empty.`)
  }
  return passphrase
}

/** What the engine is made with. Without a passphrase nothing is written. */
export function engineInit (options: CommonOptions, log: ReturnType<typeof makeLog>): UndertoneInit {
  if (options.memory === true && options.data != null) {
    throw new UsageError('--memory and --data exclude each other: memory writes nothing to disk.')
  }
  if (options.data === '') {
    throw new UsageError('--data needs the name of a folder.')
  }
  if (options.listen != null && (options.proxy != null || options.profile === 'tor')) {
    log('warn', 'With a proxy nothing is opened on this machine: --listen is left out.')
  }
  const passphrase = options.passphraseFile == null ? undefined : readPassphrase(options.passphraseFile)
  const data = options.memory === true ? undefined : options.data ?? (passphrase == null ? undefined : defaultData())
  if (data != null && passphrase == null) {
    log('warn', 'Without --passphrase-file nothing is written to --data: this session leaves no trace.')
  }
  return {
    profile: options.profile,
    dht: options.dht,
    bootstrap: options.bootstrap,
    listen: options.listen,
    announce: checkAnnounced(options),
    tls: readCertificate(options),
    proxy: options.proxy,
    sharedHost: options.sharedHost,
    app: options.app,
    stun: options.stun,
    data: passphrase == null ? undefined : data,
    passphrase: data == null ? undefined : passphrase,
    classifier: options.classifier == null ? undefined : readClassifier(options.classifier, options.classifierModel),
    log
  }
}

/** The network part alone, for commands without an engine. */
export function networkInit (options: CommonOptions, log: ReturnType<typeof makeLog>): NetworkInit {
  return {
    profile: options.profile,
    dht: options.dht ?? (options.profile === 'public' ? 'amino' : options.profile === 'lan' ? 'off' : 'own'),
    bootstrap: options.bootstrap?.map(address => multiaddr(address)),
    listen: options.listen?.map(address => multiaddr(address)),
    announce: checkAnnounced(options)?.map(address => multiaddr(address)),
    tls: readCertificate(options),
    proxy: options.proxy,
    sharedHost: options.sharedHost,
    log
  }
}
