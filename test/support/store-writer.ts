/** Writes, expires and changes state until it is killed; prints what was acknowledged. */
import { openStore } from '../../src/store/index.ts'

const [data, round] = process.argv.slice(2)
const store = await openStore({ data, passphrase: 'tulips' })
const room = await store.room('c'.repeat(64))
process.stdout.write('ready\n')
for (let i = 0; ; i++) {
  const id = `lasting-${round}-${i}`
  await room.put([
    { id, time: i, bytes: new Uint8Array(200) },
    { id: `passing-${round}-${i}`, time: i, expires: Date.now() + 20, bytes: new Uint8Array(200) }
  ])
  process.stdout.write(`put ${id}\n`)
  if (i % 5 === 4) {
    await room.expire(Date.now())
  }
  if (i % 7 === 6) {
    await room.putState('room', new TextEncoder().encode(`${i}`))
  }
  if (i % 11 === 10) {
    await store.changePassphrase('tulips', 'tulips')
  }
}
