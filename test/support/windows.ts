import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { browserPath, complainOfViolations, FLAGS, PATIENCE_MS, Person, Stage } from './browser.ts'
import type { ChildProcess } from 'node:child_process'
import type { Browser, CDPSession } from 'playwright-core'

/**
 * A browser as people have it: a profile of its own in each window, and what lies behind is hidden, draws nothing and
 * has slow timers. Under `Browsers` every page believes that it is looked at, since playwright has each emulate the
 * focus; it leaves that only to pages of a browser that it did not start and of a profile that it did not make.
 */
export class Windows extends Stage {
  #process?: ChildProcess
  #folder?: string
  #session?: CDPSession

  async start (): Promise<void> {
    await this.server.start()
    this.#folder = await mkdtemp(join(tmpdir(), 'undertone-windows-'))
    const child = spawn(await browserPath(), ['--headless=new', ...FLAGS, '--remote-debugging-port=0', `--user-data-dir=${this.#folder}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#process = child
    const address = await new Promise<string>((resolve, reject) => {
      child.once('exit', code => { reject(new Error(`The browser ended with ${code} before it could be driven.`)) })
      createInterface({ input: child.stderr }).on('line', line => {
        const [, found] = /^DevTools listening on (ws:.*)$/.exec(line) ?? []
        found != null && resolve(found)
      })
    })
    this.browser = await chromium.connectOverCDP(address, { noDefaults: true })
    this.#session = await this.browser.newBrowserCDPSession()
  }

  /** Opens the app in a window of a profile of its own; others go on lying where they lie. */
  async open (script: () => void = () => {}): Promise<Person> {
    const session = this.#session as CDPSession
    const [context] = (this.browser as Browser).contexts()
    const opened = context.waitForEvent('page')
    const { browserContextId } = await session.send('Target.createBrowserContext')
    await session.send('Browser.grantPermissions', { permissions: ['notifications'], browserContextId })
    await session.send('Target.createTarget', { url: 'about:blank', browserContextId })
    const page = await opened
    page.setDefaultTimeout(PATIENCE_MS)
    this.listen(page)
    await page.addInitScript(complainOfViolations)
    await page.addInitScript(script)
    await page.goto(this.server.address)
    return new Person(page)
  }

  /** Puts a page behind whatever else is on the screen. */
  async putBehind (person: Person): Promise<void> { await this.#put(person, 'minimized') }

  /** Brings it back. */
  async putInFront (person: Person): Promise<void> { await this.#put(person, 'normal') }

  async #put ({ page }: Person, windowState: 'minimized' | 'normal'): Promise<void> {
    const session = await page.context().newCDPSession(page)
    const { windowId } = await session.send('Browser.getWindowForTarget')
    await session.send('Browser.setWindowBounds', { windowId, bounds: { windowState } })
    await session.detach()
    // a hidden page has no frames to wait for
    await page.waitForFunction(state => (document.visibilityState === 'hidden') === (state === 'minimized'), windowState, { polling: 100 })
  }

  async stop (): Promise<void> {
    this.#process?.kill()
    await super.stop()
    this.#folder != null && await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
