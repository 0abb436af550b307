import { listed } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { safeName } from '../parts/safe-text.ts'
import { call } from '../state.ts'
import type { ListSummary } from '../../moderation/moderation-api.ts'

/** Help lines that a list passes on, and in one's own list the way to add some. */
export function ListHelp ({ summary }: { summary: ListSummary }): preact.JSX.Element | null {
  const { list, help, own } = summary
  const add = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const text = (name: string): string => String(new FormData(form).get(name) ?? '').trim()
    const languages = text('languages').split(/[\s,]+/).filter(each => each !== '')
    call('list.addHelp', { list, name: text('name'), address: text('address'), ...(languages.length === 0 ? {} : { languages }) }).then(() => { form.reset() }).catch(() => {})
  }
  if (help.length === 0 && !own) {
    return null
  }
  return (
    <details open={help.length > 0}>
      <summary>{t('list.help')}</summary>
      <ul class='entries'>
        {help.slice(0, 100).map(({ name, address, languages }) => (
          <li key={address}>
            <p><strong dir='auto'>{safeName(name)}</strong> <bdi>{safeName(address)}</bdi></p>
            <p class='note'>{listed(languages.map(safeName))}</p>
            {own && <button class='link danger' onClick={() => { call('list.removeHelp', { list, address }).catch(() => {}) }}>{t('list.remove')}</button>}
          </li>
        ))}
      </ul>
      {own && (
        <form class='stack' onSubmit={add}>
          <label>{t('list.help.name')}<input name='name' required maxLength={200} dir='auto' /></label>
          <label>{t('list.help.address')}<input name='address' required maxLength={200} dir='ltr' /></label>
          <label>{t('list.help.languages')}<input name='languages' maxLength={200} dir='ltr' /></label>
          <button>{t('list.help.add')}</button>
        </form>
      )}
    </details>
  )
}
