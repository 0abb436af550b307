import { readFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import type { Socket } from 'node:net'

const ESTABLISHED = '01'

/**
 * The user who holds the other end of a connection within this machine, as Linux tells it (proc_net_tcp(5));
 * undefined where nobody tells.
 */
export async function userBehind ({ remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 }: Socket): Promise<number | undefined> {
  const [theirs, ours] = [end(remoteAddress, remotePort), end(localAddress, localPort)]
  // a client of both families has its row in the second table
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const rows = await readFile(table, 'latin1').catch(() => '')
    for (const row of rows.split('\n').slice(1)) {
      const [, local = '', remote = '', state, , , , user] = row.trim().split(/\s+/)
      if (state === ESTABLISHED && local.endsWith(theirs) && remote.endsWith(ours)) {
        return Number(user)
      }
    }
  }
  return undefined
}

/** An IPv4 address and its port as the kernel prints them: a number of this machine's byte order, in hex. */
function end (address: string, port: number): string {
  const bytes = Buffer.from(address.replace(/^::ffff:/, '').split('.').map(Number))
  const ordered = endianness() === 'LE' ? bytes.reverse() : bytes
  return `${ordered.toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}
