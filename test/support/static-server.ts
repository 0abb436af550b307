import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { extname, join, normalize } from 'node:path'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png'
}

/** Any web server: hands out the files of a folder, below a path, and knows nothing of the app. */
export class StaticServer {
  readonly #folder: string
  readonly #prefix: string
  readonly #scheme: string
  readonly #server: Server
  /** what was handed out, by name */
  readonly sent = new Map<string, Uint8Array>()
  /** pages of the test itself, by path */
  readonly pages = new Map<string, string>()

  /**
   * @param tls - certificate and key, for https
   */
  constructor (folder: string, prefix = '/', tls?: { cert: string, key: string }) {
    this.#folder = folder
    this.#prefix = prefix
    this.#scheme = tls == null ? 'http' : 'https'
    const serve: RequestListener = (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost')
      const page = this.pages.get(pathname)
      const name = pathname === this.#prefix ? 'index.html' : pathname.slice(this.#prefix.length)
      const path = normalize(join(this.#folder, name))
      const content = page != null ? Promise.resolve(Buffer.from(page)) : pathname.startsWith(this.#prefix) && path.startsWith(this.#folder) ? readFile(path) : Promise.reject(new Error('outside'))
      content.then(bytes => {
        this.sent.set(name, bytes)
        response.writeHead(200, { 'Content-Type': TYPES[page == null ? extname(path) : '.html'] ?? 'application/octet-stream' }).end(bytes)
      }, () => { response.writeHead(404).end() })
    }
    this.#server = tls == null ? createServer(serve) : createSecureServer(tls, serve)
  }

  async start (): Promise<void> {
    await new Promise<void>(resolve => { this.#server.listen(0, '127.0.0.1', resolve) })
  }

  get port (): number { return (this.#server.address() as AddressInfo).port }

  /** localhost: browsers give their cryptography to it without TLS */
  get origin (): string { return `${this.#scheme}://localhost:${this.port}` }
  get address (): string { return `${this.origin}${this.#prefix}` }

  /** Ends, and with it every connection. */
  async stop (): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>(resolve => { this.#server.close(() => { resolve() }) })
  }
}
