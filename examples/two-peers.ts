// Two peers in one script: one opens a room, hands the other an invite, and they talk.
// Run: node examples/two-peers.ts
import { createUndertone } from 'undertone'

const local = { profile: 'private' as const, dht: 'off' as const, bootstrap: [], listen: ['/ip4/127.0.0.1/tcp/0'] }
const [ana, ben] = await Promise.all([createUndertone(local), createUndertone(local)])
const signal = AbortSignal.timeout(60_000)

const hers = await ana.rooms.create({ name: 'kitchen', kind: 'invite', signal })
const { invite } = await hers.invite({ uses: 1 })
const his = await ben.rooms.join({ invite, signal })

await hers.send('Who is there?', { signal })
for await (const message of his.messages({ signal })) {
  if (!message.self) {
    console.log(`Ben reads: ${message.text}`)
    await his.send('It is me.', { replyTo: message.id, signal })
    break
  }
}
for await (const message of hers.messages({ signal })) {
  if (message.replyTo != null) {
    console.log(`Ana reads: ${message.text}`)
    break
  }
}
await Promise.all([ana.stop(), ben.stop()])
