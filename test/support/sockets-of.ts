import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

export interface OpenSocket {
  kind: 'tcp' | 'udp'
  listening: boolean
  localPort: number
  remotePort: number
}

const LISTEN = '0A'

/** Network sockets that a process has open now, as the kernel sees them (Linux). */
export function socketsOf (pid: number): OpenSocket[] {
  const inodes = new Set(readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
    } catch {
      return []
    }
  }))
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(table => {
    const rows = readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1).map(row => row.trim().split(/\s+/))
    return rows.filter(row => inodes.has(row[9])).map(row => ({
      kind: table.startsWith('tcp') ? 'tcp' as const : 'udp' as const,
      listening: table.startsWith('tcp') && row[3] === LISTEN,
      localPort: parseInt(row[1].split(':')[1], 16),
      remotePort: parseInt(row[2].split(':')[1], 16)
    }))
  })
}
