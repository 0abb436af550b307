import { t } from '../catalogue/index.ts'
import { SureButton } from '../parts/sure-button.js'
import { call, tell } from '../state.ts'
import type { ListSummary } from '../../moderation/moderation-api.ts'

/** What its maintainers say about the list itself, and who they are. */
export function EditList ({ summary, onChange }: { summary: ListSummary, onChange (next: Partial<ListSummary>): void }): preact.JSX.Element {
  const edit = (change: Partial<ListSummary>): void => {
    call('list.edit', { list: summary.list, ...change }).then(() => {
      onChange(change)
      tell(t('save'))
    }).catch(() => {})
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const maintainers = text('maintainers').split(/\s+/).filter(each => each !== '')
    const same = maintainers.join() === summary.maintainers.join()
    edit({ title: text('title'), description: text('description'), license: text('license'), appeals: text('appeals'), ...(same ? {} : { maintainers }) })
  }
  return (
    <details>
      <summary>{t('list.edit')}</summary>
      <form class='stack' onSubmit={submit}>
        <label>{t('lists.create.title')}<input name='title' required maxLength={120} dir='auto' defaultValue={summary.title} /></label>
        <label>{t('lists.create.description')}<textarea name='description' rows={3} maxLength={2000} dir='auto' defaultValue={summary.description} /></label>
        <label>{t('lists.create.appeals')}<input name='appeals' maxLength={240} dir='auto' defaultValue={summary.appeals} /></label>
        <label>{t('lists.create.license')}<input name='license' maxLength={120} dir='auto' defaultValue={summary.license} /></label>
        <label>{t('list.maintainers')}<textarea class='code' name='maintainers' rows={3} dir='ltr' spellcheck={false} defaultValue={summary.maintainers.join('\n')} /></label>
        <p class='row'>
          <button class='primary'>{t('save')}</button>
          {summary.retired
            ? <button type='button' onClick={() => { edit({ retired: false }) }}>{t('list.resume')}</button>
            : <SureButton label={t('list.retire')} onSure={() => { edit({ retired: true }) }} />}
        </p>
      </form>
    </details>
  )
}
