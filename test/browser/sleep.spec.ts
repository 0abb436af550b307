import { expect } from 'aegir/chai'
import { Browsers } from '../support/browser.ts'
import { Nodes, heard, hears, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'
import type { Person } from '../support/browser.ts'

/** Longer than others keep connections to who does not answer, and about as long: some have given up, some have not. */
const SLEEPS = { 'a minute': 60_000, 'twenty seconds': 20_000 }

describe('who slept', () => {
  const nodes = new Nodes()
  // a process that stands still must not hold up another page's
  const still = new Browsers()
  const browsers = new Browsers()
  before(async () => { await Promise.all([browsers.start(), still.start()]) })
  after(async () => {
    await browsers.stop()
    await still.stop()
    await nodes.stop()
  })

  for (const [howLong, ms] of Object.entries(SLEEPS)) {
    it(`for ${howLong} catches up by itself: a frozen page, a page and a desktop node whose processes stood still`, async () => {
      const awake = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct', '--listen', '/ip4/127.0.0.1/tcp/0'])
      const { room } = await awake.call('room.create', { kind: 'invite', name: 'night watch' })
      const { invite } = await awake.call('room.invite', { room })
      const laptop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0'])
      await laptop.call('room.join', { invite })
      const frozen = await browsers.open()
      const stopped = await still.open()
      for (const [i, person] of [frozen, stopped].entries()) {
        await person.joinByInvite(invite)
        await person.say(`good night ${i}`)
        await hears(awake, `good night ${i}`)
      }
      await hears(laptop, 'good night 1')

      const session = await frozen.page.context().newCDPSession(frozen.page)
      await session.send('Page.setWebLifecycleState', { state: 'frozen' })
      const renderers = await still.renderers()
      renderers.forEach(pid => { process.kill(pid, 'SIGSTOP') })
      laptop.kill('SIGSTOP')
      const until = performance.now() + ms
      try {
        for (let i = 0; i < 20; i++) {
          await awake.call('room.send', { room, text: `while you slept ${i}` })
        }
        await new Promise(resolve => setTimeout(resolve, until - performance.now()))
      } finally {
        laptop.kill('SIGCONT')
        renderers.forEach(pid => { process.kill(pid, 'SIGCONT') })
        await session.send('Page.setWebLifecycleState', { state: 'active' })
      }
      await Promise.all([seesAll(frozen), seesAll(stopped), hearsAll(laptop)])
      await frozen.say('good morning 0')
      await stopped.say('good morning 1')
      await laptop.call('room.send', { room, text: 'good morning 2' })
      for (let i = 0; i < 3; i++) {
        await hears(awake, `good morning ${i}`)
        expect(heard(awake).filter(text => text === `good morning ${i}`)).to.have.length(1)
      }
      browsers.check()
      still.check()
      await Promise.all([frozen, stopped].map(async person => person.page.close()))
    })
  }
})

const all = Array.from({ length: 20 }, (_, i) => `while you slept ${i}`)

async function seesAll (person: Person): Promise<void> {
  for (const text of all) {
    await person.sees(text)
  }
}

async function hearsAll (node: ChildNode): Promise<void> {
  await node.until(() => all.every(text => heard(node).includes(text)), soon())
}
