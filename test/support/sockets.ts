import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

export interface Socket { protocol: string, local: string, remote: string, listening: boolean }

/** `0100007F:1F90` as the kernel writes it, in its own byte order. */
function address (hex: string): string {
  const [host, port] = hex.split(':')
  const bytes = (host.match(/../g) ?? []).map(byte => parseInt(byte, 16))
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.slice(i * 4, i * 4 + 4).reverse())
  return `${words.map(word => word.join('.')).join('.')}:${parseInt(port, 16)}`
}

/** The sockets a process of this Linux machine has open now. */
export function socketsOf (pid: number): Socket[] {
  const inodes = new Set(readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
    } catch {
      return []
    }
  }))
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(protocol => readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8').trim().split('\n').slice(1).flatMap(line => {
    const fields = line.trim().split(/\s+/)
    return inodes.has(fields[9])
      ? [{ protocol, local: address(fields[1]), remote: address(fields[2]), listening: protocol.startsWith('udp') || fields[3] === '0A' }]
      : []
  }))
}
