import { useState } from 'preact/hooks'
import { parseHelpers } from '../address.ts'
import { t } from '../catalogue/index.ts'
import { pageState } from '../page-state.ts'
import { Icon } from '../parts/icon.js'
import { call } from '../state.ts'

/** What a page has to be told before it can do all it could: its passphrase, and somebody to ask. */
export function PageStart (): preact.JSX.Element | null {
  const state = pageState.value
  if (state == null) {
    return null
  }
  return (
    <>
      {state.vault && !state.kept && <Unlock />}
      {state.helpers.length === 0 && <AddHelper />}
    </>
  )
}

function Unlock (): preact.JSX.Element {
  const [busy, setBusy] = useState(false)
  const open = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    setBusy(true)
    call('page.keep', { passphrase: String(new FormData(form).get('unlock')) }).catch(() => {
      form.reset()
      form.querySelector('input')?.focus()
    }).finally(() => { setBusy(false) })
  }
  return (
    <form class='card before-all unlock' aria-busy={busy} onSubmit={open}>
      <h2><Icon name='lock' /> {t('unlock.title')}</h2>
      <p>{t('start.kept')}</p>
      <div class='line'>
        <label class='grow'>{t('settings.keep.passphrase')}<input name='unlock' type='password' required autocomplete='current-password' /></label>
        <button class='primary' disabled={busy}>{t(busy ? 'room.loading' : 'unlock.action')}</button>
      </div>
    </form>
  )
}

/** A page that knows nobody finds nobody by a room's name: it says so, and takes an address. */
function AddHelper (): preact.JSX.Element {
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState(false)
  const add = (event: SubmitEvent): void => {
    event.preventDefault()
    const helpers = parseHelpers(String(new FormData(event.currentTarget as HTMLFormElement).get('helper')))
    setWrong(helpers.length === 0)
    if (helpers.length > 0) {
      setBusy(true)
      call('page.network', { helpers }).catch(() => {}).finally(() => { setBusy(false) })
    }
  }
  return (
    <form class='card before-all no-helper' aria-busy={busy} onSubmit={add}>
      <p><Icon name='warn' size={18} /> {t('connection.helpers')}</p>
      <div class='line'>
        <label class='grow'>{t('connection.helper.address')}<input name='helper' required autocomplete='off' spellcheck={false} dir='ltr' placeholder='/dns4/…/tcp/443/wss/p2p/…' aria-invalid={wrong} /></label>
        <button disabled={busy}>{t('connection.helper.add')}</button>
      </div>
      {wrong && <p class='warning' role='alert'>{t('helper.wrong')}</p>}
    </form>
  )
}
