import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { StaticServer } from './static-server.ts'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

/** The built app. */
export const WEB = fileURLToPath(new URL('../../web', import.meta.url))
const CHROMIUM = pathToFileURL(fileURLToPath(new URL('../../../scripts/chromium.js', import.meta.url))).href
/** Long enough for a busy machine; on a quiet one nothing takes as long. */
export const PATIENCE_MS = 60_000

export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export interface BrowsersInit {
  /** further switches of the browser */
  flags?: string[]
}

/** Path of the browser that the scripts found or brought. */
export async function browserPath (): Promise<string> {
  const { chromiumPath } = await import(CHROMIUM)
  return chromiumPath()
}

/** Has a page say on its console what its policy refused. */
export function complainOfViolations (): void {
  document.addEventListener('securitypolicyviolation', event => {
    console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`)
  })
}

/**
 * The app on a server, and pages that show it. What pages complain about (errors of scripts, violations
 * of the content security policy) is kept and fails the test that calls `check`.
 */
export abstract class Stage {
  readonly server = new StaticServer(WEB)
  readonly complaints: string[] = []
  protected browser?: Browser

  abstract start (): Promise<void>

  protected listen (page: Page): void {
    // nothing third-party is loaded, and nobody is told that somebody opened the page
    const elsewhere = (address: string): void => {
      const { protocol, hostname } = new URL(address)
      if (/^(?:http|ws)s?:$/.test(protocol) && !/^(?:127\.0\.0\.1|localhost|undertone\.test)$/.test(hostname)) {
        this.complaints.push(`asked ${address}`)
      }
    }
    page.on('request', request => { elsewhere(request.url()) })
    page.on('websocket', socket => { elsewhere(socket.url()) })
    page.on('pageerror', error => { this.complaints.push(`uncaught: ${error.stack ?? String(error)}`) })
    page.on('console', message => {
      // nobody at an address is news from the network, not a fault of the page
      if (message.type() === 'error' && !/^WebSocket connection to .* failed|net::ERR_/.test(message.text())) {
        this.complaints.push(message.text())
      }
    })
  }

  /** Processes of pages, by ID. */
  async renderers (): Promise<number[]> {
    const session = await (this.browser as Browser).newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    await session.detach()
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  }

  /**
   * Throws what pages complained about, and forgets it.
   *
   * @param expected - complaints that the test provokes
   */
  check (expected?: RegExp): void {
    const complaints = this.complaints.splice(0).filter(each => expected == null || !expected.test(each))
    if (complaints.length > 0) {
      throw new Error(`The page complained:\n${complaints.join('\n')}`)
    }
  }

  async stop (): Promise<void> {
    await this.browser?.close()
    await this.server.stop()
  }
}

/** A real browser with one profile per person. */
export class Browsers extends Stage {
  readonly #flags: string[]

  constructor (init: BrowsersInit = {}) {
    super()
    this.#flags = init.flags ?? []
  }

  async start (): Promise<void> {
    await this.server.start()
    this.browser = await chromium.launch({ executablePath: await browserPath(), args: [...FLAGS, ...this.#flags] })
  }

  /** A profile of its own: nothing is shared with any other. */
  async profile (options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return this.#prepared(await (this.browser as Browser).newContext(options))
  }

  /** A profile as people have theirs, in a folder on the disk; ends with its context. */
  async profileIn (folder: string): Promise<BrowserContext> {
    return this.#prepared(await chromium.launchPersistentContext(folder, { executablePath: await browserPath(), args: [...FLAGS, ...this.#flags] }))
  }

  async #prepared (context: BrowserContext): Promise<BrowserContext> {
    context.setDefaultTimeout(PATIENCE_MS)
    await context.addInitScript(complainOfViolations)
    context.on('page', page => { this.listen(page) })
    return context
  }

  /** Opens the app in a tab of that profile, or of a fresh one. */
  async open (fragment = '', context?: BrowserContext): Promise<Person> {
    return this.at(`${this.server.address}${fragment}`, context)
  }

  async at (address: string, context?: BrowserContext): Promise<Person> {
    const page = await (context ?? await this.profile()).newPage()
    await page.goto(address)
    return new Person(page)
  }
}

/** Somebody in front of the app: does what people do, sees what they see. */
export class Person {
  readonly page: Page

  constructor (page: Page) {
    this.page = page
  }

  /** Types the name of an open room and enters. */
  async joinByName (name: string): Promise<void> {
    const form = this.page.locator('form').filter({ has: this.page.locator('input[name=passphrase]') }).first()
    await form.locator('input[name=name]').fill(name)
    await form.locator('button.primary').click()
    await this.inRoom()
  }

  async joinByInvite (invite: string): Promise<void> {
    await this.page.locator('[name=invite]').fill(invite)
    await this.enterInvite()
  }

  /** Enters with the invite that stands there already. */
  async enterInvite (): Promise<void> {
    await this.page.locator('form').filter({ has: this.page.locator('[name=invite]') }).locator('button.primary').click()
    await this.inRoom()
  }

  async inRoom (): Promise<void> { await this.composer.waitFor() }

  get composer (): ReturnType<Page['locator']> { return this.page.locator('.composer textarea') }

  async say (text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  /** Waits until a message is on the screen. */
  async sees (text: string, timeout = PATIENCE_MS): Promise<void> {
    await this.page.locator('main').getByText(text, { exact: true }).first().waitFor({ timeout })
  }

  /** A call to the node of this profile, as another tab would make it. */
  async call (method: string, params: object = {}): Promise<any> {
    // until the page has its node there are no ears, and a call is said only once
    await this.page.waitForFunction(() => performance.getEntriesByName('engine').length > 0)
    return this.page.evaluate(async ([name, text]) => {
      const from = crypto.randomUUID()
      const channel = new BroadcastChannel(name)
      try {
        const reply = await new Promise<string>(resolve => {
          channel.onmessage = ({ data }) => { data.kind === 'reply' && data.to === from && resolve(data.text) }
          channel.postMessage({ kind: 'call', from, id: 1, text })
        })
        const { result, error } = JSON.parse(reply)
        if (error != null) {
          throw new Error(`${error.data.name}: ${error.message}`)
        }
        return result
      } finally {
        channel.close()
      }
    }, [`undertone${new URL('.', this.page.url()).pathname}`, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })])
  }

  async close (): Promise<void> { await this.page.close() }
}
