import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface SocksRequest {
  user: string
  host: string
  port: number
}

/** A SOCKS5 proxy (RFC 1928, 1929) that insists on a user name and looks names up in a table of its own. */
export class SocksServer {
  readonly requests: SocksRequest[] = []
  readonly #names: Record<string, string>
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor (names: Record<string, string>) {
    this.#names = names
    this.#server = createServer(socket => {
      this.#sockets.add(socket)
      socket.on('close', () => { this.#sockets.delete(socket) })
      socket.on('error', () => {})
      this.#serve(socket).catch(() => { socket.destroy() })
    })
  }

  async start (): Promise<number> {
    await new Promise<void>(resolve => { this.#server.listen(0, '127.0.0.1', resolve) })
    return this.port
  }

  get port (): number { return (this.#server.address() as AddressInfo).port }

  async #serve (socket: Socket): Promise<void> {
    const read = reader(socket)
    const [, methods] = await read(2)
    // 2: user name and password, nothing less
    if (!(await read(methods)).includes(2)) {
      socket.end(Uint8Array.of(5, 0xff))
      return
    }
    socket.write(Uint8Array.of(5, 2))
    const [, nameLength] = await read(2)
    const user = (await read(nameLength)).toString()
    await read((await read(1))[0])
    socket.write(Uint8Array.of(1, 0))
    const [, command, , type] = await read(4)
    const host = type === 1 ? (await read(4)).join('.') : type === 3 ? (await read((await read(1))[0])).toString() : (await read(16)).toString('hex')
    const port = (await read(2)).readUInt16BE()
    this.requests.push({ user, host, port })
    const address = type === 3 ? this.#names[host] : host
    if (command !== 1 || address == null) {
      socket.end(Uint8Array.of(5, 4, 0, 1, 0, 0, 0, 0, 0, 0))
      return
    }
    const out = connect(port, address)
    this.#sockets.add(out)
    out.on('close', () => {
      this.#sockets.delete(out)
      socket.destroy()
    })
    out.on('error', () => { socket.destroy() })
    socket.on('close', () => { out.destroy() })
    await new Promise(resolve => { out.once('connect', resolve) })
    socket.write(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    socket.pipe(out).pipe(socket)
  }

  async stop (): Promise<void> {
    this.#sockets.forEach(socket => { socket.destroy() })
    await new Promise(resolve => { this.#server.close(resolve) })
  }
}

function reader (socket: Socket): (bytes: number) => Promise<Buffer> {
  return async bytes => {
    for (;;) {
      const read = bytes === 0 ? Buffer.alloc(0) : socket.read(bytes) as Buffer | null
      if (read != null) {
        return read
      }
      await new Promise<void>((resolve, reject) => {
        socket.once('readable', resolve)
        socket.once('end', () => { reject(new Error('ended')) })
      })
    }
  }
}
