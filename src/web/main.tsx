import { render } from 'preact'
import { App } from './app.js'
import { applyAppearance } from './appearance.ts'
import { SessionRefusedError, openDesktop } from './backend-socket.ts'
import { chooseLanguage, preferredLanguage, t } from './catalogue/index.ts'
import { attach } from './state.ts'
import type { Backend } from './backend.ts'

/** What the address asks for: `#/session/<token>` from the desktop node, `#/join/<invite>` from a link. */
function readAddress (): { token?: string, invite?: string } {
  const { hash } = location
  // secrets do not stay in the address bar, the history or a screenshot
  history.replaceState(null, '', location.pathname + location.search)
  if (hash.startsWith('#/session/')) {
    return { token: hash.slice('#/session/'.length) }
  }
  return hash.startsWith('#/join/') ? { invite: `undertone:join/${hash.slice('#/join/'.length)}` } : {}
}

async function openBackend (token: string | undefined): Promise<Backend> {
  const desktop = await openDesktop(token)
  if (desktop != null) {
    return desktop
  }
  const { openPage } = await import('./backend-page.ts')
  return openPage({ profile: 'public' })
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
  const { token, invite } = readAddress()
  try {
    await attach(await openBackend(token))
  } catch (error) {
    say(error instanceof SessionRefusedError ? t('session.refused') : `${t('error.title')}: ${String((error as Error).message)}`)
    return
  }
  render(<App invite={invite} />, document.body)
}

start().catch(error => { say(String(error)) })
