import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'aegir/chai'
import { LOCAL, Nodes, hears, meets, soon } from '../support/nodes.ts'
import type { ChildProcess } from 'node:child_process'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const execute = promisify(execFile)

describe('the examples', () => {
  const nodes = new Nodes()
  const children: ChildProcess[] = []
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode == null && child.signalCode == null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
    }
    await nodes.stop()
  })

  const start = (command: string, args: string[], env: Record<string, string> = {}): { child: ChildProcess, line (): Promise<string> } => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
    children.push(child)
    const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })[Symbol.asyncIterator]()
    return { child, line: async () => String((await lines.next()).value) }
  }
  const stopped = async (child: ChildProcess): Promise<number | null> => {
    child.kill('SIGTERM')
    if (child.exitCode == null && child.signalCode == null) {
      await once(child, 'exit')
    }
    return child.exitCode
  }

  it('are programs of under 60 lines', () => {
    const files = [...readdirSync(join(ROOT, 'examples')).filter(name => name.endsWith('.ts')), 'python/drive_rpc.py']
    expect(files).to.include.members(['two-peers.ts', 'bot.ts', 'relay.ts'])
    for (const file of files) {
      expect(readFileSync(join(ROOT, 'examples', file), 'utf8').split('\n').length, file).to.be.below(61)
    }
  })

  it('two-peers: two people in one script talk and both end', async () => {
    const { stdout } = await execute(process.execPath, ['--no-warnings', 'examples/two-peers.ts'], { cwd: ROOT, timeout: 100_000 })
    expect(stdout).to.equal('Ben reads: Who is there?\nAna reads: It is me.\n')
  })

  it('bot and relay: dice are rolled for somebody who found the bot through the relay', async () => {
    const relay = start(process.execPath, ['--no-warnings', 'examples/relay.ts', '/ip4/127.0.0.1/tcp/0'])
    const address = await relay.line()
    const bot = start(process.execPath, ['--no-warnings', 'examples/bot.ts', 'Dice', address])
    expect(await bot.line()).to.equal('The bot is in "Dice".')
    const peer = nodes.rpc(['--dht', 'own', '--bootstrap', address])
    const { room } = await peer.call('room.join', { name: 'Dice' })
    await meets(peer)
    await peer.call('room.send', { room, text: '!roll 3d1' })
    await hears(peer, '1 + 1 + 1 = 3')
    expect(await stopped(bot.child)).to.equal(0)
    expect(await stopped(relay.child)).to.equal(0)
  })

  it('drive_rpc.py: another language says something, reads the answer, and ends the node', async () => {
    const { address } = await nodes.relay()
    const peer = nodes.rpc(['--dht', 'own', '--bootstrap', address])
    const { room } = await peer.call('room.join', { name: 'Snakes' })
    const python = start('python3', ['examples/python/drive_rpc.py', 'Snakes', 'hello from Python', ...LOCAL, '--bootstrap', address], { UNDERTONE: `"${process.execPath}" bin/undertone.js` })
    expect(await python.line()).to.equal('you: hello from Python')
    await hears(peer, 'hello from Python')
    await peer.call('room.send', { room, text: 'hello Python' })
    expect(await python.line()).to.match(/^[^:]+: hello Python$/)
    if (python.child.exitCode == null) {
      await once(python.child, 'exit', { signal: soon() })
    }
    expect(python.child.exitCode).to.equal(0)
  })
})

describe('the package', () => {
  it('is what its README says it exports, by its own name', async () => {
    const exported = await import('undertone')
    expect(exported).to.include.keys('createUndertone', 'createRelay', 'VERSION', 'InvalidInviteError', 'NotMemberError', 'RateLimitedError', 'UnknownRoomError', 'InvalidParametersError')
    await expect(exported.createUndertone({ listen: ['here'] })).to.eventually.be.rejected.with.property('name', 'InvalidParametersError')
    await expect(exported.createRelay({ seed: new Uint8Array(3) })).to.eventually.be.rejected.with.property('name', 'InvalidParametersError')
  })

  it('holds what it needs to run and nothing of the workshop', async () => {
    const { stdout } = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 })
    const [{ files, size }] = JSON.parse(stdout)
    const paths: string[] = files.map((file: { path: string }) => file.path)
    expect(paths).to.include.members(['package.json', 'README.md', 'LICENSE', 'LICENSE-MIT', 'LICENSE-APACHE', 'bin/undertone.js', 'scripts/node.js', 'dist/src/index.js', 'dist/src/index.d.ts', 'dist/web/index.html', 'dist/web/undertone.html'])
    expect(paths.filter(path => /^(test|bench|dist\/test|dist\/bench|dist\/examples|node_modules|\.)/.test(path))).to.deep.equal([])
    expect(size).to.be.below(8 * 1024 * 1024)
  })
})
