import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { openStore } from '../../src/store/index.ts'
import { exportBundle } from '../../src/sync/bundle.ts'
import { encodeSigned } from '../../src/wire/index.ts'
import { Author, ROOM } from '../support/history-members.ts'
import type { Store } from '../../src/store/index.ts'

const WRITER = fileURLToPath(new URL('../support/store-writer.js', import.meta.url))
/** rounds of kill -9; the full run has 200 */
const ROUNDS = Number(process.env.UNDERTONE_CRASH_ROUNDS ?? 15)
const MODES = ['write', 'sync', 'expiry', 'passphrase', 'import']
/** Longest time a writer lives after it was ready, ms. */
const LIFE_MS = 250

describe('a store whose process is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'undertone-crash-'))
  after(() => { rmSync(folder, { recursive: true, force: true }) })

  /** Lets a writer live for a moment; what it acknowledged until then. */
  async function killed (data: string, args: string[]): Promise<string[]> {
    const child = spawn(process.execPath, [WRITER, data, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', chunk => {
      const ready = text.includes('ready')
      text += String(chunk)
      if (!ready && text.includes('ready')) {
        setTimeout(() => { child.kill('SIGKILL') }, Math.random() * LIFE_MS)
      }
    })
    await new Promise(resolve => { child.on('close', resolve) })
    expect(child.signalCode, text.slice(-200)).to.equal('SIGKILL')
    return text.split('\n').slice(0, -1).filter(line => line.startsWith('put ')).map(line => line.slice(4))
  }

  async function opened (data: string): Promise<Store> {
    return openStore({ data, passphrase: 'tulips' }).catch(async () => openStore({ data, passphrase: 'roses' }))
  }

  it(`opens, has all that was acknowledged and nothing that is over, after ${ROUNDS} kills during ${MODES.join(', ')}`, async function () {
    this.timeout(ROUNDS * 20_000)
    const file = join(folder, 'bundle')
    const author = new Author(3)
    writeFileSync(file, await exportBundle({ room: ROOM, invite: '', encoded: (await author.run(2_000)).map(encodeSigned), keyPair: author.pair }))
    const acknowledged = new Map(MODES.map(mode => [mode, new Set<string>()]))
    for (let round = 0; round < ROUNDS; round++) {
      const mode = MODES[round % MODES.length]
      const data = join(folder, mode)
      const lasting = acknowledged.get(mode) as Set<string>
      const puts = await killed(data, [String(round), mode, file])
      puts.forEach(id => { lasting.add(id) })
      const store = await opened(data)
      const found = new Set<string>()
      for await (const { id, expires } of (await store.room(ROOM)).all()) {
        expect(expires == null || expires > Date.now(), id).to.equal(true)
        found.add(id)
      }
      expect([...lasting].filter(id => !found.has(id)), `lost in round ${round}, ${mode}`).to.deep.equal([])
      await store.close()
    }
    for (const [mode, lasting] of acknowledged) {
      expect(lasting.size, mode).to.be.above(0)
    }
  })
})
