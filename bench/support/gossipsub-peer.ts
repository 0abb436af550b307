/**
 * The baseline: plain gossipsub as its documentation sets it up, in a process that is driven over
 * stdin and stdout as `undertone rpc` is. `node gossipsub-peer.js [fast]`: with `fastMsgIdFn`.
 */
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const TOPIC = 'room'
const fast = process.argv.includes('fast')
const libp2p = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionGater: { denyDialMultiaddr: () => false },
  // without these two, many peers on one machine refuse and drop one another
  connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 100 },
  connectionMonitor: { enabled: false },
  services: {
    identify: identify(),
    pubsub: gossipsub({
      globalSignaturePolicy: 'StrictSign',
      scoreParams: { IPColocationFactorWeight: 0 },
      ...(fast ? { fastMsgIdFn: message => createHash('sha256').update(message.data ?? new Uint8Array()).digest('base64') } : {})
    })
  }
})
const { pubsub } = libp2p.services
const write = (message: object): void => { process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`) }
const encoder = new TextEncoder()
const decoder = new TextDecoder()

pubsub.addEventListener('message', ({ detail }) => {
  write({ method: 'event', params: { type: 'message', message: { author: detail.type === 'signed' ? detail.from.toString() : '', text: decoder.decode(detail.data) } } })
})
pubsub.subscribe(TOPIC)

const methods: Record<string, (params: any) => unknown> = {
  status: () => ({ addresses: libp2p.getMultiaddrs().map(String), mesh: pubsub.getSubscribers(TOPIC).length }),
  dial: async ({ address }) => { await libp2p.dial(multiaddr(address)) },
  send: async ({ text }) => { await pubsub.publish(TOPIC, encoder.encode(text)) }
}
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  Promise.resolve(methods[method](params)).then(
    result => { write({ id, result: result ?? {} }) },
    error => { write({ id, error: { message: String(error), data: { name: error.name } } }) }
  )
}
process.exit(0)
