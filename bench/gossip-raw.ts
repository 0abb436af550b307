/**
 * Raw cost of gossip among hosts in one process: `node gossip-raw.js [hosts] [messages a second] [seconds] [burst] [D] [coalesceMs]`.
 * Prints latency, CPU per delivery and what a burst takes. Loopback TCP, all connected to all (up to 12 each).
 */
import { tcp } from '@libp2p/tcp'
import { block, createRoomHost, epochs, until } from '../test/support/room-hosts.ts'
import type { RoomHost } from '../test/support/room-hosts.ts'

const [hosts = 10, rate = 50, seconds = 10, burst = 5000, D = 0, coalesceMs = 1] = process.argv.slice(2).map(Number)
const size = 512
const sent = new Map<number, number>()
const latencies: number[] = []
let deliveries = 0

const members: RoomHost[] = []
for (let i = 0; i < hosts; i++) {
  members.push(await createRoomHost({
    epochs: epochs(1, 100),
    listen: '/ip4/127.0.0.1/tcp/0',
    transport: tcp(),
    gossip: { pace: { coalesceMs }, ...(D > 0 ? { degree: { D, Dlo: Math.max(1, D - 1), Dhi: D + 2, Dlazy: 3 } } : {}) },
    validate: envelope => {
      const seed = new DataView(envelope.buffer, envelope.byteOffset).getUint32(0)
      const at = sent.get(seed)
      deliveries++

      if (at != null) {
        latencies.push(performance.now() - at)
      }

      return 'accept'
    }
  }))
}

const started = performance.now()
for (let i = 0; i < hosts; i++) {
  for (let j = 0; j < i; j++) {
    if (i - j <= 6 || (i === hosts - 1 && j < 6)) {
      await members[i].libp2p.dial(members[j].libp2p.getMultiaddrs())
    }
  }
}
await until(() => members.every(member => member.membership.members().length >= Math.min(hosts - 1, 6) && member.gossip.neighbours().length > 0))
console.log(`${hosts} hosts connected in ${(performance.now() - started).toFixed(0)} ms`)
await new Promise(resolve => { setTimeout(resolve, 3000) })
console.log('mesh', members.map(member => member.gossip.neighbours().length).join(' '))

const quantile = (values: number[], q: number): string => (values.sort((a, b) => a - b)[Math.floor(values.length * q)] ?? 0).toFixed(1)
let seed = 1
let cpu = process.cpuUsage()
let wall = performance.now()
for (let i = 0; i < rate * seconds; i++) {
  const due = wall + i * 1000 / rate
  const wait = due - performance.now()
  if (wait > 0) {
    await new Promise(resolve => { setTimeout(resolve, wait) })
  }
  sent.set(++seed, performance.now())
  void members[i % hosts].gossip.publish(block(seed, size))
}
await new Promise(resolve => { setTimeout(resolve, 1500) })
let used = process.cpuUsage(cpu)
const perDelivery = (used.user + used.system) / 1000 / deliveries
console.log(`steady: ${deliveries}/${rate * seconds * (hosts - 1)} delivered, median ${quantile(latencies, 0.5)} ms, p99 ${quantile(latencies, 0.99)} ms, ${perDelivery.toFixed(3)} ms CPU a delivery`)

if (burst > 0) {
  deliveries = 0
  cpu = process.cpuUsage()
  wall = performance.now()
  const rss = process.memoryUsage.rss()
  for (let i = 0; i < burst; i++) {
    await members[0].gossip.publish(block(++seed, size))
  }
  const publishedAt = performance.now() - wall
  const deadline = performance.now() + 30_000
  await until(() => deliveries >= burst * (hosts - 1) || performance.now() > deadline)
  const all = performance.now() - wall
  used = process.cpuUsage(cpu)
  console.log(`burst: ${deliveries}/${burst * (hosts - 1)} in ${all.toFixed(0)} ms (published in ${publishedAt.toFixed(0)} ms), ${((used.user + used.system) / 1000 / deliveries).toFixed(3)} ms CPU a delivery, ${((process.memoryUsage.rss() - rss) / 1e6).toFixed(0)} MB more`)
}
console.log('offenders', members.flatMap(member => member.offenders))
process.exit(0)
