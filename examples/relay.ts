// A volunteer's relay inside another program: it prints its addresses and, once a minute, its load.
// Run: node examples/relay.ts [listen address…]
import { createRelay } from 'undertone'

const listen = process.argv.slice(2)
const relay = await createRelay({
  profile: 'private',
  listen: listen.length > 0 ? listen : ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws']
})
for (const address of relay.addresses()) {
  console.log(address.toString())
}
const load = setInterval(() => { console.error(`${relay.connections()} connections`) }, 60_000)
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    clearInterval(load)
    relay.stop()
  })
}
