/**
 * A program for a network of its own (see network-lan.spec.ts): two nodes that were told nothing but a
 * room's name, and two more that must not ask the local network. Prints what happened as JSON.
 */
import { Nodes, hears, meets } from './nodes.ts'
import { socketsOf } from './sockets-of.ts'

const MDNS_PORT = 5353
const nodes = new Nodes()
const [ana, ben, quiet, proxied] = [
  ['--profile', 'lan'],
  ['--profile', 'lan'],
  ['--profile', 'private'],
  ['--profile', 'lan', '--proxy', 'socks5://127.0.0.1:9']
].map(options => nodes.start(['rpc', '--memory', ...options]))
try {
  const [{ room }] = await Promise.all([ana, ben, quiet, proxied].map(async node => node.call('room.join', { name: 'Barn' })))
  await Promise.all([meets(ana), meets(ben)])
  await ana.call('room.send', { room, text: 'no internet at all' })
  await hears(ben, 'no internet at all')
  const asks = [ana, ben, quiet, proxied].map(node => socketsOf(node.pid as number).some(({ kind, localPort }) => kind === 'udp' && localPort === MDNS_PORT))
  const announced = await Promise.all([ana, ben, quiet, proxied].map(async node => (await node.call('node.privacy')).rooms[0].announced.map(({ where }: any) => where)))
  process.stdout.write(`${JSON.stringify({ heard: true, asks, announced, udpOfProxied: socketsOf(proxied.pid as number).filter(({ kind }) => kind === 'udp').length })}\n`)
} finally {
  await nodes.stop()
}
