import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { WebSocketServer } from 'ws'
import { Dispatcher, notification } from './dispatch.ts'
import { MAX_LINE_BYTES } from './lines.ts'
import { createMethods } from './methods.ts'
import { Outbox } from './outbox.ts'
import { userBehind } from './peer-user.ts'
import type { Undertone, UndertoneEvent } from '../engine/api.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** Windows of the app at once. */
export const MAX_CLIENTS = 16
/** Requests of one window that run at once; more wait unread. */
const MAX_RUNNING = 512
const LAST_WORD_MS = 1_000
const MAX_TOKEN_BODY = 1_024
const COOKIE = 'undertone_session'
const DOOR = '/rpc/'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png'
}

export interface AppServerInit {
  engine: Undertone
  /** folder of the built app */
  folder: string
  /** 0: any free one */
  port: number
  log (level: 'error' | 'warn', message: string): void
}

/**
 * Serves the app to the person at this machine and nobody else: loopback only, a token that works
 * once, then a cookie no other site can use. Requests must name this host (against DNS rebinding)
 * and come from this origin.
 *
 * Browsers send a cookie to every port of an address, thus to whatever another user of this machine
 * serves there. So each session has a door of its own, whose name only this origin keeps; the cookie
 * is sent to that path alone.
 */
export class AppServer {
  readonly #init: AppServerInit
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_LINE_BYTES, perMessageDeflate: false })
  /** cookies by the names of their doors */
  readonly #sessions = new Map<string, string>()
  readonly #closing = new AbortController()
  #token: string | undefined = secret()
  /** resolves when somebody called `node.stop` */
  readonly stopped: Promise<void>
  readonly #stop: () => void

  constructor (init: AppServerInit) {
    this.#init = init
    const { promise, resolve } = Promise.withResolvers<void>()
    this.stopped = promise
    this.#stop = resolve
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(error => {
        init.log('error', `app server: ${String(error)}`)
        response.writeHead(500).end()
      })
    })
    this.#server.on('upgrade', (request, socket, head) => { this.#upgrade(request, socket, head) })
    this.#server.headersTimeout = 10_000
    this.#server.requestTimeout = 30_000
  }

  async start (): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#init.port, '127.0.0.1', resolve)
    })
  }

  get port (): number { return (this.#server.address() as AddressInfo).port }
  get origin (): string { return `http://127.0.0.1:${this.port}` }
  /** With the token in the fragment: it is sent to no server and kept in no log. */
  get address (): string { return `${this.origin}/#/session/${this.#token ?? ''}` }

  #isHere (request: IncomingMessage): boolean {
    const { host } = request.headers
    return host === `127.0.0.1:${this.port}` || host === `localhost:${this.port}` || host === `[::1]:${this.port}`
  }

  /** Of the very name it asks: who else listens at another address of `localhost` is another origin. */
  #isOurs ({ headers: { origin, host } }: IncomingMessage): boolean { return origin === `http://${host}` }

  #hasSession (request: IncomingMessage): boolean {
    const path = this.#path(request) ?? ''
    const session = path.startsWith(DOOR) ? this.#sessions.get(path.slice(DOOR.length)) : undefined
    return session != null && (request.headers.cookie ?? '').split(/;\s*/).some(cookie => equal(cookie, `${COOKIE}=${session}`))
  }

  /** Other users of this machine may have seen the address in its list of processes, or be sent a cookie. */
  async #isOwner ({ socket }: IncomingMessage): Promise<boolean> {
    const user = await userBehind(socket)
    return user == null || user === 0 || user === process.getuid?.()
  }

  /** undefined: the request names none */
  #path (request: IncomingMessage): string | undefined { return URL.parse(request.url ?? '/', this.origin)?.pathname }

  async #answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    secure(response, this.port)
    if (!this.#isHere(request)) {
      response.writeHead(421).end('This address is not served here.')
      return
    }
    const pathname = this.#path(request)
    if (pathname == null) {
      response.writeHead(400).end()
    } else if (request.method === 'POST' && pathname === '/session') {
      await this.#openSession(request, response)
    } else if (request.method === 'GET' && pathname.startsWith(DOOR)) {
      response.writeHead(this.#hasSession(request) ? 204 : 401).end()
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      await this.#file(pathname, response, request.method === 'HEAD')
    } else {
      response.writeHead(405).end()
    }
  }

  async #openSession (request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#isOurs(request)) {
      response.writeHead(403).end('Requests from other pages are refused.')
      return
    }
    if (!await this.#isOwner(request)) {
      response.writeHead(403).end('This node belongs to another user of this machine.')
      return
    }
    let body = ''
    for await (const chunk of request) {
      body += String(chunk)
      if (body.length > MAX_TOKEN_BODY) {
        response.writeHead(413).end()
        return
      }
    }
    let token: unknown
    try {
      token = JSON.parse(body).token
    } catch {
      response.writeHead(400).end()
      return
    }
    if (typeof token !== 'string' || this.#token == null || !equal(token, this.#token)) {
      // no count of wrong ones: a guess is one in 2^256, and others could use the count to lock the person out
      response.writeHead(401).end('This link was used already or is not from this run. Start Undertone again for a new one.')
      return
    }
    this.#token = undefined
    const [door, session] = [secret(), secret()]
    this.#sessions.set(door, session)
    response.writeHead(200, { 'Content-Type': TYPES['.json'], 'Cache-Control': 'no-store', 'Set-Cookie': `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=${DOOR}${door}` }).end(JSON.stringify({ door }))
  }

  async #file (pathname: string, response: ServerResponse, headOnly: boolean): Promise<void> {
    const { folder } = this.#init
    const name = pathname === '/' ? 'index.html' : decoded(pathname).slice(1)
    const path = normalize(join(folder, name))
    const type = TYPES[extname(path)]
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep) || path.includes('\0') || type == null) {
      response.writeHead(404).end()
      return
    }
    try {
      const content = name === 'index.html' ? marked(await readFile(path, 'utf8')) : await readFile(path)
      response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(headOnly ? undefined : content)
    } catch {
      response.writeHead(404).end()
    }
  }

  #upgrade (request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // from here on the server no longer listens: whoever hangs up while it is refused would end the process
    socket.on('error', () => { socket.destroy() })
    const refuse = (status: string): void => { socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`) }
    if (!this.#isHere(request) || !this.#isOurs(request)) {
      refuse('403 Forbidden')
    } else if (!this.#hasSession(request)) {
      refuse('401 Unauthorized')
    } else if (this.#sockets.clients.size >= MAX_CLIENTS) {
      refuse('503 Service Unavailable')
    } else {
      this.#isOwner(request).then(is => {
        is ? this.#sockets.handleUpgrade(request, socket, head, client => { this.#serve(client) }) : refuse('403 Forbidden')
      }, () => { refuse('403 Forbidden') })
    }
  }

  #serve (client: WebSocket): void {
    const gone = new AbortController()
    // its answer goes out first
    const methods = createMethods({ engine: this.#init.engine, stop: () => { setImmediate(this.#stop) } })
    const dispatcher = new Dispatcher({ methods, signal: AbortSignal.any([gone.signal, this.#closing.signal]), log: this.#init.log })
    const outbox = new Outbox({
      write: async text => new Promise(resolve => { client.send(text, () => { resolve() }) }),
      separate: true,
      overflow: lost => notification({ type: 'status', overflow: lost })
    })
    const onEvent = (event: CustomEvent<UndertoneEvent>): void => { outbox.event(notification(event.detail)) }
    this.#init.engine.addEventListener('event', onEvent)
    let running = 0
    let behind = false
    /** Who asks faster than it is answered, or than it reads, is not read for so long. */
    const pace = (): void => {
      if (outbox.full && !behind) {
        behind = true
        outbox.ready().then(() => {
          behind = false
          pace()
        }, () => {})
      }
      if (behind || running >= MAX_RUNNING) {
        client.pause()
      } else if (client.isPaused) {
        client.resume()
      }
    }
    client.on('message', (data, binary) => {
      if (binary) {
        client.close(1008)
        return
      }
      const done = (): void => {
        running--
        pace()
      }
      running++
      pace()
      dispatcher.handle(String(data)).then(reply => {
        if (reply != null) {
          outbox.reply(reply)
        }
        done()
      }, done)
    })
    // the reason is on its way to the window; it has so long to arrive
    client.on('error', () => { setTimeout(() => { client.terminate() }, LAST_WORD_MS).unref() })
    client.on('close', () => {
      gone.abort(new Error('The window was closed.'))
      this.#init.engine.removeEventListener('event', onEvent)
    })
  }

  async stop (): Promise<void> {
    this.#closing.abort(new Error('The node is stopping.'))
    this.#sockets.clients.forEach(client => { client.close(1001) })
    setTimeout(() => { this.#sockets.clients.forEach(client => { client.terminate() }) }, 500).unref()
    this.#server.closeAllConnections()
    await new Promise<void>(resolve => { this.#server.close(() => { resolve() }) })
  }
}

/** Tells the page that there is a node behind it, so that it loads none of its own; a page from anywhere else does not ask. */
function marked (page: string): string { return page.replace(/<link rel="modulepreload"[^>]*>\n?/g, '').replace('</head>', '<meta name="undertone-node" content="here"></head>') }

/** A path nobody wrote by our rules names no file. */
function decoded (pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return ''
  }
}

function secret (): string { return randomBytes(32).toString('base64url') }

function equal (a: string, b: string): boolean {
  const [one, two] = [Buffer.from(a), Buffer.from(b)]
  return one.length === two.length && timingSafeEqual(one, two)
}

/** Nothing from elsewhere is loaded, nobody frames the page, nothing is told to where links lead. */
function secure (response: ServerResponse, port: number): void {
  response.setHeader('Content-Security-Policy', [
    'default-src \'none\'',
    'script-src \'self\'',
    'style-src \'self\'',
    'img-src \'self\' data: blob:',
    'media-src blob:',
    'font-src \'self\'',
    'manifest-src \'self\'',
    'worker-src \'self\'',
    `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
    'base-uri \'none\'',
    'form-action \'none\'',
    'frame-ancestors \'none\''
  ].join('; '))
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('X-Frame-Options', 'DENY')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'geolocation=(), microphone=(), camera=(self)')
}
