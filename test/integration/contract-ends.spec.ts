import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { LOCAL, soon } from '../support/nodes.ts'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ENTRY = join(ROOT, 'bin', 'undertone.js')
const OFF = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']

async function firstLine (child: ChildProcess): Promise<string> {
  const [line] = await once(createInterface({ input: child.stdout as Readable }), 'line', { signal: soon() })
  return line
}

async function isOpen (port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise(resolve => {
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => { resolve(false) })
  })
}

/** What a module run before everything else does, as a file for `--import`. */
function first (code: string): string { return `data:text/javascript,${encodeURIComponent(code)}` }

describe('the end of a process', () => {
  const children: ChildProcess[] = []
  const start = (args: string[], options: object = {}): ChildProcess => {
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options })
    child.stdin?.on('error', () => {})
    children.push(child)
    return child
  }
  afterEach(() => { children.splice(0).forEach(child => child.kill('SIGKILL')) })

  for (const [when, code] of Object.entries({
    'while it still loads': 'setTimeout(() => process.kill(process.pid, "SIGTERM"), 1)',
    'in the moment in which it begins to listen': 'let listeners = 0; process.on("newListener", name => { name === "SIGTERM" && ++listeners === 2 && process.kill(process.pid, "SIGTERM") })'
  })) {
    it(`is clean when a signal comes ${when}`, async () => {
      const child = start(['--import', first(code), ENTRY, 'rpc', ...LOCAL, ...OFF])
      expect(await once(child, 'exit', { signal: soon() })).to.deep.equal([0, null])
    })
  }

  it('of chat is clean when nobody reads what it says any more', async () => {
    const child = start([ENTRY, 'chat', 'Nobody reads this', ...LOCAL, ...OFF])
    let said = ''
    child.stderr?.on('data', text => { said += String(text) })
    await firstLine(child)
    child.stdout?.destroy()
    child.stdin?.write('hello\n')
    expect(await once(child, 'exit', { signal: soon() })).to.deep.equal([0, null])
    expect(said).to.equal('')
  })

  it('is a failure, in one line, when the output cannot be written', function () {
    if (!existsSync('/dev/full')) {
      this.skip()
    }
    for (const args of [['--version'], ['rpc', ...LOCAL, ...OFF]]) {
      const { status, stderr } = spawnSync('sh', ['-c', '"$0" "$@" >/dev/full', process.execPath, ENTRY, ...args], { input: '{"jsonrpc":"2.0","id":1,"method":"room.list"}\n', encoding: 'utf8', timeout: 100_000 })
      expect(status).to.equal(1)
      expect(stderr).to.match(/^undertone: The output could not be written: .*\.\n$/)
    }
  })

  it('of a demo that is killed is the end of its nodes', async () => {
    const demo = start([ENTRY, 'demo', '--json'])
    const { bootstrap } = JSON.parse(await firstLine(demo))
    const port = Number(bootstrap.split('/')[4])
    expect(await isOpen(port)).to.equal(true)
    demo.kill('SIGKILL')
    const end = soon()
    while (await isOpen(port)) {
      end.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  })

  it('by force is no success, also where another program started it', async function () {
    if (!existsSync(`/proc/self/task/${process.pid}/children`)) {
      this.skip()
    }
    const starter = start([join(ROOT, 'scripts', 'start.js'), 'rpc', ...LOCAL, ...OFF])
    starter.stdin?.write('{"jsonrpc":"2.0","id":1,"method":"room.list"}\n')
    await firstLine(starter)
    const node = Number(readFileSync(`/proc/${starter.pid}/task/${starter.pid}/children`, 'utf8').trim())
    process.kill(node, 'SIGKILL')
    expect(await once(starter, 'exit', { signal: soon() })).to.deep.equal([1, null])
  })
})
