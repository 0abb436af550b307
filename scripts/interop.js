// `node scripts/interop.js [--quick]`: another implementation of the protocol (interop/go) against this one.
// The Go member checks the shared vectors, joins rooms of real processes by invite, and both hear each other.
// Needs Go; ends with `N passed, N failed`. `--quick` leaves out the room whose epochs roll.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findNode, root } from './node.js'
import { buildIfStale, install } from './prepare.js'

const SOURCE = join(root, 'interop', 'go')
const PROGRAM = join(root, '.build', process.platform === 'win32' ? 'interop.exe' : 'interop')
/** Longest wait for anything; only a failure takes it. */
const PATIENCE_MS = 45_000

let passed = 0
let failed = 0

function check (name, ok, detail = '') {
  ok ? passed++ : failed++
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}${ok || detail === '' ? '' : `: ${detail}`}`)
}

function end () {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}

/** A process that speaks JSON lines. */
class Speaker {
  lines = []
  errors = ''
  #rest = ''
  #waiting = new Set()

  constructor (command, args) {
    this.child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] })
    this.child.stdout.setEncoding('utf8').on('data', text => {
      const parts = (this.#rest + text).split('\n')
      this.#rest = parts.pop()
      this.lines.push(...parts.filter(line => line.startsWith('{')).map(line => JSON.parse(line)))
      this.#tell()
    })
    this.child.stderr.setEncoding('utf8').on('data', text => { this.errors = (this.errors + text).slice(-2_000) })
    this.child.stdin.on('error', () => {})
    this.ended = new Promise(resolve => {
      this.child.on('exit', code => {
        this.code = code
        resolve(code)
        this.#tell()
      })
    })
  }

  #tell () {
    this.#waiting.forEach(look => { look() })
  }

  /**
   * The first line that fits, when it is there; undefined when the process ends or takes too long.
   *
   * @param fits
   */
  async line (fits) {
    return new Promise(resolve => {
      const done = value => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(value)
      }
      const look = () => {
        const found = this.lines.find(fits)
        if (found != null || this.code !== undefined) {
          done(found)
        }
      }
      const timer = setTimeout(() => { done(undefined) }, PATIENCE_MS)
      this.#waiting.add(look)
      look()
    })
  }

  write (line) {
    this.child.stdin.write(`${line}\n`)
  }

  async stop () {
    this.child.stdin.end()
    const timer = setTimeout(() => { this.child.kill('SIGKILL') }, 8_000)
    await this.ended
    clearTimeout(timer)
  }
}

class Node extends Speaker {
  #next = 0

  constructor () {
    super(findNode(), ['bin/undertone.js', 'rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0'])
  }

  async call (method, params = {}) {
    const id = ++this.#next
    this.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    const answer = await this.line(line => line.id === id)
    if (answer?.result == null) {
      throw new Error(`${method}: ${answer?.error?.message ?? `no answer. ${this.errors}`}`)
    }
    return answer.result
  }

  async hears (text) {
    return (await this.line(line => line.params?.type === 'message' && line.params.message.text === text))?.params.message
  }
}

/**
 * A room of two Undertone processes that a Go member joins by invite.
 *
 * @param name
 * @param policy
 * @param afterwards
 */
async function room (name, policy, afterwards = async () => {}) {
  const nodes = [new Node(), new Node()]
  const others = []
  try {
    const [founder, second] = nodes
    const { room } = await founder.call('room.create', { name, kind: 'invite', policy })
    await second.call('room.join', { invite: (await founder.call('room.invite', { room, uses: 1 })).invite })
    const go = new Speaker(PROGRAM, ['join', (await founder.call('room.invite', { room, uses: 1 })).invite])
    others.push(go)

    const joined = await go.line(line => line.event === 'joined')
    check(`${name}: the Go member proves membership and joins by invite`, joined != null, go.errors)
    if (joined == null) {
      return
    }
    const member = await founder.line(line => line.params?.type === 'member' && line.params.persona === joined.persona)
    const { members } = await founder.call('room.members', { room })
    check(`${name}: its hello is admitted by the founder`, member != null && members.some(each => each.persona === joined.persona), JSON.stringify(members.map(each => each.persona)))

    await founder.call('room.send', { room, text: 'from TypeScript, مرحبا' })
    const received = await go.line(line => line.event === 'message' && line.text === 'from TypeScript, مرحبا')
    check(`${name}: it reads what the founder says`, received != null, go.errors)

    go.write('from Go, 世界')
    const heard = await founder.hears('from Go, 世界')
    check(`${name}: the founder reads what it says`, heard?.author === joined.persona && heard?.kind === 'text', JSON.stringify(heard))
    check(`${name}: so does a member it is not connected to`, (await second.hears('from Go, 世界'))?.author === joined.persona)
    const said = await go.line(line => line.event === 'said')
    check(`${name}: it is told that its message was heard`, await go.line(line => line.event === 'heard' && line.id === said?.id) != null)
    check(`${name}: message IDs agree`, said?.id === heard?.id)
    const own = (await founder.call('room.messages', { room })).messages.find(each => each.text === 'from TypeScript, مرحبا')
    check(`${name}: its acknowledgement reaches the sender`, own?.delivery === 'heard' || await founder.line(line => line.params?.type === 'message' && line.params.message.id === own?.id && line.params.message.delivery === 'heard') != null, JSON.stringify(own?.delivery))

    await founder.call('room.send', { room, text: 'before the second one came' })
    const again = new Speaker(PROGRAM, ['join', (await founder.call('room.invite', { room, uses: 1 })).invite])
    others.push(again)
    check(`${name}: a late one reads what was said before it came`, await again.line(line => line.event === 'history' && line.text === 'before the second one came') != null && again.lines.some(line => line.event === 'history' && line.text === 'from Go, 世界'), again.errors)
    check(`${name}: two Go members read each other`, await again.line(line => line.event === 'joined') != null && await (async () => {
      again.write('Go to Go')
      return await go.line(line => line.event === 'message' && line.text === 'Go to Go') != null
    })(), again.errors)
    await afterwards({ founder, go, room })
  } catch (error) {
    check(name, false, String(error))
  } finally {
    await Promise.all([...nodes, ...others].map(async each => each.stop()))
  }
}

install()
buildIfStale()
mkdirSync(join(root, '.build'), { recursive: true })
if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
  check('Go is there', false, 'install Go 1.26 or newer (https://go.dev/dl): interop/go is built with it')
  end()
}
const build = spawnSync('go', ['build', '-o', PROGRAM, '.'], { cwd: SOURCE, encoding: 'utf8' })
check('the Go member builds', build.status === 0, build.stderr)
if (build.status !== 0) {
  end()
}

const vectors = spawnSync(PROGRAM, ['vectors', join(root, 'test', 'vectors', 'undertone.json')], { encoding: 'utf8' })
const [, ok = 0, wrong = 1] = /(\d+) passed, (\d+) failed/.exec(vectors.stdout ?? '') ?? []
check(`vectors: all ${ok} agree`, vectors.status === 0 && Number(wrong) === 0, vectors.stderr)

const altered = spawnSync(PROGRAM, ['join', 'undertone:join/AQAB'], { encoding: 'utf8' })
check('an invite that was cut off is refused', altered.status === 1)

await room('invite room')
if (!process.argv.includes('--quick')) {
  await room('room with stamps and epochs of four seconds', { epoch: 4_000, stampBits: 2 }, async ({ founder, go, room }) => {
    await new Promise(resolve => setTimeout(resolve, 9_000))
    go.write('two epochs later')
    check('epochs: it follows the room into later ones', await founder.hears('two epochs later') != null)
    await founder.call('room.send', { room, text: 'still there' })
    check('epochs: and still reads', await go.line(line => line.text === 'still there') != null)
  })
}
end()
