import { render } from 'preact'
import { parseFragment } from './address.ts'
import { App } from './app.js'
import { applyAppearance } from './appearance.ts'
import { SessionRefusedError, openDesktop } from './backend-socket.ts'
import { chooseLanguage, preferredLanguage, t } from './catalogue/index.ts'
import { attach } from './conversations.ts'
import type { Address } from './address.ts'
import type { Backend } from './backend.ts'

/** Secrets do not stay in the address bar, the history or a screenshot. */
function takeAddress (): Address {
  const { hash } = location
  history.replaceState(null, '', location.pathname + location.search)
  return parseFragment(hash)
}

async function openBackend ({ token, helpers }: Address): Promise<Backend> {
  const desktop = await openDesktop(token)
  if (desktop != null) {
    return desktop
  }
  const { openPage } = await import('./backend-page.ts')
  const page = await openPage({ helpers })
  page.onGone(() => { say(t('wiped.text')) })
  return page
}

function say (text: string): void {
  const message = document.createElement('p')
  message.className = 'fatal'
  message.setAttribute('role', 'alert')
  message.textContent = text
  document.body.replaceChildren(message)
}

async function start (): Promise<void> {
  applyAppearance()
  await chooseLanguage(preferredLanguage(navigator.languages))
  if (window.top !== window.self) {
    say(t('framed'))
    return
  }
  const address = takeAddress()
  try {
    await attach(await openBackend(address))
  } catch (error) {
    say(error instanceof SessionRefusedError ? t('session.refused') : `${t('error.title')}: ${String((error as Error).message)}`)
    return
  }
  render(<App invite={address.invite} />, document.body)
}

start().catch(error => { say(String(error)) })
