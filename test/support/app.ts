import { LOCAL, soon } from './nodes.ts'
import type { Browsers } from './browser.ts'
import type { Nodes } from './nodes.ts'
import type { BrowserContextOptions, Page } from 'playwright-core'

/** Somebody's desktop node, and the app for it in a real browser. */
export class App {
  readonly page: Page
  readonly address: string

  private constructor (page: Page, address: string) {
    this.page = page
    this.address = address
  }

  static async open (browsers: Browsers, nodes: Nodes, options: BrowserContextOptions = {}, args: string[] = []): Promise<App> {
    const address = await nodes.start(['--no-open', ...LOCAL, '--dht', 'off', ...args]).firstLine(soon())
    const page = await (await browsers.profile({ reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'], ...options })).newPage()
    await page.goto(address)
    await page.locator('.app').waitFor()
    return new App(page, address.split('#')[0])
  }

  /** Calls the node behind the page, as its other window would. */
  async call (method: string, params: object = {}): Promise<any> {
    return this.page.evaluate(async ([method, params]) => new Promise((resolve, reject) => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/rpc/${localStorage.getItem('undertone-door')}`)
      socket.onopen = () => { socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })) }
      socket.onmessage = ({ data }) => {
        const { id, result, error } = JSON.parse(String(data))
        if (id === 1) {
          socket.close()
          error == null ? resolve(result) : reject(new Error(`${String(method)}: ${String(error.message)}`))
        }
      }
    }), [method, params] as const)
  }

  /** Opens a room from the list of rooms. */
  async enter (name: string): Promise<void> {
    await this.page.locator('.room-entry', { hasText: name }).first().click()
    await this.page.locator('.conversation h1', { hasText: name }).waitFor()
  }

  /** Closes what is beside the conversation, and the menu on a message. */
  async bare (): Promise<void> {
    await this.page.keyboard.press('Escape')
    await this.page.locator('.panel').waitFor({ state: 'detached' })
  }
}
