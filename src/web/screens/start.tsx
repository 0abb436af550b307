import { useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { enter } from '../state.ts'

/** In by name, in by invite, or a room of one's own; and what is and is not protected. */
export function Start ({ invite = '' }: { invite?: string }): preact.JSX.Element {
  const [busy, setBusy] = useState(false)
  const submit = (method: 'room.join' | 'room.create', read: (form: FormData) => object) => (event: SubmitEvent): void => {
    event.preventDefault()
    setBusy(true)
    const params = read(new FormData(event.currentTarget as HTMLFormElement))
    enter(method, params).catch(() => {}).finally(() => { setBusy(false) })
  }
  const text = (form: FormData, name: string): string => String(form.get(name) ?? '').trim()
  return (
    <main class='start' aria-busy={busy}>
      <div class='welcome'>
        <h1>{t('app.name')}</h1>
        <p class='tagline'>{t('app.tagline')}</p>
      </div>
      <form class='card' onSubmit={submit('room.join', form => ({ invite: text(form, 'invite') }))}>
        <h2>{t('start.invite')}</h2>
        <p>{t('start.invite.hint')}</p>
        <label>{t('start.invite.label')}<textarea name='invite' rows={2} required spellcheck={false} defaultValue={invite} dir='ltr' /></label>
        <button class='primary' disabled={busy}>{t('start.enter')}</button>
      </form>
      <form class='card' onSubmit={submit('room.join', form => ({ name: text(form, 'name'), ...(text(form, 'passphrase') === '' ? {} : { passphrase: text(form, 'passphrase') }) }))}>
        <h2>{t('start.join')}</h2>
        <p>{t('start.join.hint')}</p>
        <label>{t('start.name')}<input name='name' required maxLength={64} autocomplete='off' dir='auto' /></label>
        <label>{t('start.passphrase')}<input name='passphrase' type='password' autocomplete='off' /></label>
        <button class='primary' disabled={busy}>{t('start.enter')}</button>
      </form>
      <form class='card' onSubmit={submit('room.create', form => ({ kind: 'invite', name: text(form, 'name') }))}>
        <h2>{t('start.create')}</h2>
        <p>{t('start.create.hint')}</p>
        <label>{t('start.name')}<input name='name' required maxLength={64} autocomplete='off' dir='auto' /></label>
        <button class='primary' disabled={busy}>{t('start.create.action')}</button>
      </form>
      <ul class='promises'>
        <li>{t('start.protected')}</li>
        <li>{t('start.unprotected')}</li>
        <li>{t('start.gone')}</li>
      </ul>
    </main>
  )
}
