import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'aegir/chai'

const PROGRAM = fileURLToPath(new URL('../support/lan-members.js', import.meta.url))
/** A network with nothing in it but this test's processes, where multicast goes round. */
const NETWORK = 'ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo && exec "$@"'

function isolated (...command: string[]): [string, string[]] {
  return ['unshare', ['--map-root-user', '--net', 'sh', '-c', NETWORK, 'sh', ...command]]
}

/** Linux, where the kernel lets us make a network. */
function canIsolate (): boolean {
  try {
    execFileSync(...isolated('true'), { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('nodes with nothing but the local network', () => {
  if (canIsolate()) {
    it('find each other when the profile is lan; with another profile or a proxy they ask nobody there', async () => {
      const { stdout } = await promisify(execFile)(...isolated(process.execPath, PROGRAM), { timeout: 150_000 })
      const { heard, asks, announced, udpOfProxied } = JSON.parse(stdout)
      expect(heard).to.equal(true)
      expect(asks).to.deep.equal([true, true, false, false])
      expect(announced).to.deep.equal([['mdns'], ['mdns'], [], []])
      expect(udpOfProxied).to.equal(0)
    })
  }
})
