import { useState } from 'preact/hooks'
import { parseHelpers } from '../address.ts'
import { t } from '../catalogue/index.ts'
import { pageState } from '../page-state.ts'
import { call, failure, tell } from '../state.ts'

const MAX_STUN = 4

/** Whom a page starts from, and whether it asks anybody for its own address: nobody, unless turned on here. */
export function PageNetworkForm (): preact.JSX.Element | null {
  const state = pageState.value
  const [asks, setAsks] = useState((state?.stun.length ?? 0) > 0)
  const [busy, setBusy] = useState(false)
  if (state == null) {
    return null
  }
  const save = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const words = String(form.get('helpers')).split(/[\s,]+/).filter(each => each !== '')
    const helpers = parseHelpers(words.join(' '))
    const stun = asks ? String(form.get('stun') ?? '').split(/[\s,]+/).filter(each => /^stuns?:/.test(each)).slice(0, MAX_STUN) : []
    if (helpers.length < new Set(words).size || (asks && stun.length === 0)) {
      failure.value = t('helper.wrong')
      return
    }
    setBusy(true)
    call('page.network', { helpers, stun }).then(() => { tell(t('helper.saved')) }).catch(() => {}).finally(() => { setBusy(false) })
  }
  return (
    <details class='page-network'>
      <summary>{t('settings.helpers')}</summary>
      <form class='stack' aria-busy={busy} onSubmit={save}>
        <p class='note'>{t(state.helpers.length === 0 ? 'connection.helpers' : 'settings.helpers.hint')}</p>
        <label>{t('settings.helpers.lines')}<textarea key={state.helpers.join()} class='code' name='helpers' rows={4} dir='ltr' spellcheck={false} defaultValue={state.helpers.join('\n')} /></label>
        <label class='check'><input type='checkbox' name='asks' checked={asks} onChange={event => { setAsks(event.currentTarget.checked) }} /> {t('settings.stun')}</label>
        <p class='note'>{t('settings.stun.hint')}</p>
        {asks && <label>{t('settings.stun.server')}<input name='stun' required dir='ltr' autocomplete='off' spellcheck={false} placeholder='stun:host:3478' defaultValue={state.stun.join(' ')} /></label>}
        <button disabled={busy}>{t('save')}</button>
      </form>
    </details>
  )
}
