import { useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { pageState } from '../page-state.ts'
import { backend, call, tell } from '../state.ts'

/** What is kept is sealed with a passphrase; a second one destroys it under pressure. */
export function Keeping (): preact.JSX.Element {
  const state = pageState.value
  // a page begins in memory: there is no passphrase to change before there is one
  const inMemory = backend.value?.where === 'page' && state?.kept !== true
  return (
    <details class='keeping'>
      <summary>{t('settings.keep')}</summary>
      {inMemory
        ? <Keep offered={state?.keepable === true} vault={state?.vault === true} />
        : (
          <>
            <p class='note'>{t(backend.value?.where === 'page' ? 'settings.keep.on' : 'settings.keep.hint')}</p>
            <Ask method='node.passphrase' title={t('settings.keep.change')} name='next' label={t('settings.keep.next')} done={t('settings.keep.changed')} />
            <Ask method='node.duress' title={t('settings.duress')} hint={t('settings.duress.hint')} name='duress' label={t('settings.duress')} done={t('settings.duress.set')} />
          </>
          )}
    </details>
  )
}

/** From memory to the device: nothing is written before this. */
function Keep ({ offered, vault }: { offered: boolean, vault: boolean }): preact.JSX.Element {
  const [busy, setBusy] = useState(false)
  const keep = (event: SubmitEvent): void => {
    event.preventDefault()
    setBusy(true)
    call('page.keep', { passphrase: String(new FormData(event.currentTarget as HTMLFormElement).get('passphrase')) })
      .then(() => { tell(t('settings.keep.on')) })
      .catch(() => {})
      .finally(() => { setBusy(false) })
  }
  return (
    <form class='stack keep' aria-busy={busy} onSubmit={keep}>
      <p class='note'>{t(vault ? 'start.kept' : 'settings.keep.off')} {!vault && t('settings.keep.hint')}</p>
      {offered
        ? (
          <>
            <label>{t('settings.keep.passphrase')}<input name='passphrase' type='password' required minLength={vault ? undefined : 8} autocomplete={vault ? 'current-password' : 'new-password'} /></label>
            <button class='primary' disabled={busy}>{t(busy ? 'room.loading' : vault ? 'unlock.action' : 'settings.keep')}</button>
          </>
          )
        : <p class='warning'>{t('settings.keep.cannot')}</p>}
    </form>
  )
}

function Ask ({ method, title, hint, name, label, done }: { method: string, title: string, hint?: string, name: string, label: string, done: string }): preact.JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    call(method, Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))).then(() => {
      form.reset()
      tell(done)
    }).catch(() => {})
  }
  return (
    <form class='stack' onSubmit={submit}>
      <h3>{title}</h3>
      {hint != null && <p class='note'>{hint}</p>}
      <label>{t('settings.keep.current')}<input name='current' type='password' required autocomplete='current-password' /></label>
      <label>{label}<input name={name} type='password' required minLength={8} autocomplete='new-password' /></label>
      <button>{t('save')}</button>
    </form>
  )
}
