import { render } from 'preact'
import { parseFragment, parseHelpers } from './address.ts'
import { App } from './app.js'
import { applyAppearance } from './appearance.ts'
import { ComingBackend } from './backend-coming.ts'
import { SessionRefusedError, openDesktop } from './backend-socket.ts'
import { chooseLanguage, preferredLanguage, t } from './catalogue/index.ts'
import { attach } from './conversations.ts'
import { milestone } from './milestone.ts'
import { pageState } from './page-state.ts'
import { backend } from './state.ts'
import { mayShare } from './tab-channel.ts'
import { firstState } from './traces.ts'
import type { Address } from './address.ts'
import type { Backend } from './backend.ts'

/** Secrets do not stay in the address bar, the history or a screenshot. */
function takeAddress (): Address {
  const { hash } = location
  history.replaceState(null, '', location.pathname + location.search)
  return parseFragment(hash)
}

/** Browsers keep what is typed into forms on the disk, names and drafts too, unless each field forbids it. */
function forgetForms (): void {
  addEventListener('focusin', ({ target }) => {
    const field = target as HTMLInputElement
    field.autocomplete === '' && field.setAttribute('autocomplete', 'off')
  })
}

async function openOwn (helpers: string[]): Promise<Backend> {
  const { openPage } = await import('./backend-page.ts')
  const page = await openPage({ helpers })
  page.onGone(() => { say(t('wiped.text')) })
  return page
}

/** Thrown where browsers give a page no cryptography: plain http from elsewhere. */
class InsecurePageError extends Error {
  static name = 'InsecurePageError'
  name = 'InsecurePageError'
}

/** Those that whoever built the page put into it. */
function builtInHelpers (): string[] {
  return parseHelpers(document.querySelector<HTMLMetaElement>('meta[name=undertone-helpers]')?.content ?? '')
}

/** From now on the page opens without a network. A page served by the desktop node needs that anyway. */
function keepApp (): void {
  if (document.querySelector('link[rel=manifest]') != null && 'serviceWorker' in navigator && mayShare(new URL(location.href))) {
    const register = (): void => { navigator.serviceWorker.register('./service-worker.js').catch(() => {}) }
    'requestIdleCallback' in globalThis ? requestIdleCallback(register, { timeout: 10_000 }) : setTimeout(register, 3_000)
  }
}

function say (text: string): void {
  const message = document.createElement('p')
  message.className = 'fatal'
  message.setAttribute('role', 'alert')
  message.textContent = text
  document.body.replaceChildren(message)
}

/** What nobody waits for: it comes when the page is there. */
function followDevice (): void { import('./phone.ts').then(({ followPhone }) => { followPhone() }, () => {}) }

async function start (): Promise<void> {
  applyAppearance()
  forgetForms()
  await chooseLanguage(preferredLanguage(navigator.languages))
  if (window.top !== window.self) {
    say(t('framed'))
    return
  }
  const address = takeAddress()
  const desktop = await openDesktop(address.token)
  if (desktop != null) {
    await attach(desktop)
    render(<App invite={address.invite} />, document.body)
    followDevice()
    return
  }
  if (!globalThis.isSecureContext) {
    throw new InsecurePageError(t('insecure'))
  }
  // one can type while the node is on its way
  const helpers = [...new Set([...address.helpers, ...builtInHelpers()])]
  const coming = openOwn(helpers)
  backend.value = new ComingBackend(coming)
  pageState.value = await firstState(helpers)
  render(<App invite={address.invite} />, document.body)
  milestone('drawn')
  followDevice()
  await attach(await coming)
  milestone('engine')
  keepApp()
}

function failed (error: unknown): void {
  say(error instanceof SessionRefusedError ? t('session.refused') : `${t('error.title')}: ${String((error as Error).message)}`)
}

start().catch(failed)
