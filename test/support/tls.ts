import { X509Certificate, createHash, randomBytes } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { relayCertificate } from '../../src/crypto/relay-certificate.ts'
import type { AddressInfo, Server } from 'node:net'

/** A certificate that nobody but the browser of a test trusts, by the hash of its key. */
export function testCertificate (): { cert: string, key: string, flag: string } {
  const { pem: cert, privateKey: key } = relayCertificate(randomBytes(32))
  const publicKey = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  return { cert, key, flag: `--ignore-certificate-errors-spki-list=${createHash('sha256').update(publicKey).digest('base64')}` }
}

export async function listening (server: Server): Promise<number> {
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  return (server.address() as AddressInfo).port
}

/** A port that nothing listens at, so far. */
export async function freePort (): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

/** What stands in front of servers that speak no TLS: takes it off, and passes the bytes on to a port of this machine. */
export function tlsProxy (tls: { cert: string, key: string }, to: number): Server {
  return createTlsServer(tls, outside => {
    const inside = connect(to, '127.0.0.1')
    outside.pipe(inside).pipe(outside)
    for (const [one, other] of [[outside, inside], [inside, outside]]) {
      one.on('error', () => { other.destroy() })
      one.on('close', () => { other.destroy() })
    }
  })
}
