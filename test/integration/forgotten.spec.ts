import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import { importBundle } from '../../src/sync/bundle.ts'
import { decodeMessage } from '../../src/wire/index.ts'

const NODE = fileURLToPath(new URL('../support/forgetful-node.js', import.meta.url))

describe('what is over', () => {
  it('is nowhere on the heap of the node that knew it: not the words, not what they were changed to', async function () {
    this.timeout(180_000)
    const folder = mkdtempSync(join(tmpdir(), 'undertone-heap-'))
    const child = fork(NODE, { execArgv: ['--expose-gc'] })
    const ask = async (message: object): Promise<void> => {
      const answer = once(child, 'message')
      child.send(message)
      await answer
    }
    try {
      await once(child, 'message')
      const [first, second] = [1, 2].map(() => randomBytes(12).toString('hex'))
      const found = async (name: string): Promise<boolean[]> => {
        const path = join(folder, name)
        await ask({ command: 'snapshot', path })
        const heap = readFileSync(path, 'latin1')
        return [first, second].map(words => heap.includes(words))
      }
      await ask({ command: 'say', first: [...first].reverse().join(''), second: [...second].reverse().join('') })
      expect(await found('before')).to.deep.equal([true, true])
      await ask({ command: 'forgotten' })
      expect(await found('after')).to.deep.equal([false, false])
      const exit = once(child, 'exit')
      child.send({ command: 'stop' })
      await exit
    } finally {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('a room exported right after it was joined', () => {
  it('has the hello of who exports it, so that others can judge what it says', async () => {
    const undertone = await createUndertone({ profile: 'private', dht: 'off', bootstrap: [], listen: [] })
    const room = await undertone.rooms.create({ name: 'Kitchen', kind: 'open', policy: { stampBits: 4 } })
    const { bytes } = await room.export()
    const { author, encoded } = await importBundle(bytes)
    expect(encoded.map(each => decodeMessage(each)).filter(({ kind }) => kind === 'hello').map(message => message.author)).to.deep.equal([author])
    await undertone.stop()
  })
})
