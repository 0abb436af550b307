import { t } from '../catalogue/index.ts'
import { call, tell } from '../state.ts'

/** What is kept is sealed with a passphrase; a second one destroys it under pressure. */
export function Keeping (): preact.JSX.Element {
  const submit = (method: string, done: string) => (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    call(method, Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))).then(() => {
      form.reset()
      tell(done)
    }).catch(() => {})
  }
  return (
    <details>
      <summary>{t('settings.keep')}</summary>
      <p class='note'>{t('settings.keep.hint')}</p>
      <form class='stack' onSubmit={submit('node.passphrase', t('settings.keep.changed'))}>
        <h3>{t('settings.keep.change')}</h3>
        <label>{t('settings.keep.current')}<input name='current' type='password' required autocomplete='current-password' /></label>
        <label>{t('settings.keep.next')}<input name='next' type='password' required minLength={8} autocomplete='new-password' /></label>
        <button>{t('save')}</button>
      </form>
      <form class='stack' onSubmit={submit('node.duress', t('settings.duress.set'))}>
        <h3>{t('settings.duress')}</h3>
        <p class='note'>{t('settings.duress.hint')}</p>
        <label>{t('settings.keep.current')}<input name='current' type='password' required autocomplete='current-password' /></label>
        <label>{t('settings.duress')}<input name='duress' type='password' required minLength={8} autocomplete='new-password' /></label>
        <button>{t('save')}</button>
      </form>
    </details>
  )
}
