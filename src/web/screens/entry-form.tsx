import { useEffect, useState } from 'preact/hooks'
import { span } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { backPanel, pushPanel } from '../panels.ts'
import { ACTIONS, Pick, REASONS, actionName, reasonName } from '../parts/choices.js'
import { safeName } from '../parts/safe-text.ts'
import { SubjectName } from '../parts/subject.js'
import { call, tell } from '../state.ts'
import type { Action, Reason, Subject } from '../../moderation/moderation-api.ts'
import type { Subscription } from '../../moderation/moderation-api.ts'
import type { Key } from '../catalogue/index.ts'

const KINDS = ['word', 'domain', 'pattern', 'persona', 'message', 'branch', 'attachment', 'image', 'rule'] as const
/** 0: no end */
const LIVES = ['0', '86400000', '604800000', '2592000000']

/** One statement for a list: what, what to do, why; words and sources where they help. */
export function EntryForm ({ list: given, subject }: { list?: string, subject?: Subject }): preact.JSX.Element {
  const [lists, setLists] = useState<Subscription[]>([])
  const [list, setList] = useState(given ?? '')
  const [kind, setKind] = useState<typeof KINDS[number]>('word')
  const [action, setAction] = useState<Action>('hide')
  const [reason, setReason] = useState<Reason>('harassment')
  useEffect(() => {
    call('list.subscriptions').then(({ subscriptions }) => {
      const own = subscriptions.filter((each: Subscription) => each.own)
      setLists(own)
      given == null && setList(own[0]?.list ?? '')
    }, () => {})
  }, [])
  const add = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const life = Number(text('life'))
    const sources = text('sources').split(/\s+/).filter(each => each !== '')
    call('list.add', {
      list,
      subject: subject ?? { [kind]: text('value') },
      action,
      reason,
      ...(text('note') === '' ? {} : { note: text('note') }),
      ...(sources.length === 0 ? {} : { sources }),
      ...(life === 0 ? {} : { expires: Date.now() + life })
    }).then(() => {
      tell(t('list.added.done'))
      backPanel()
    }).catch(() => {})
  }
  if (given == null && lists.length === 0) {
    return (
      <div class='stack'>
        <p class='blank'>{t('list.add.none')}</p>
        <button class='primary' onClick={() => { pushPanel('lists') }}>{t('lists.title')}</button>
      </div>
    )
  }
  return (
    <form class='stack' onSubmit={add}>
      {given == null && <Pick label={t('list.title')} value={list} values={lists.map(each => each.list)} word={id => safeName(lists.find(each => each.list === id)?.title ?? '')} onChoose={setList} />}
      {subject == null
        ? (
          <>
            <Pick label={t('entry.subject')} value={kind} values={KINDS} word={each => t(`subject.${each}` as Key)} onChoose={each => { setKind(each) }} />
            <label>{t('entry.value')}<input name='value' required maxLength={512} dir='auto' autocomplete='off' spellcheck={false} /></label>
          </>
          )
        : <p><SubjectName subject={subject} /></p>}
      <Pick label={t('entry.action')} value={action} values={ACTIONS} word={actionName} onChoose={each => { setAction(each) }} />
      <Pick label={t('entry.reason')} value={reason} values={REASONS} word={reasonName} onChoose={each => { setReason(each) }} />
      <label>{t('entry.note')}<textarea name='note' rows={2} maxLength={1000} dir='auto' /></label>
      <label>{t('entry.sources')}<textarea class='code' name='sources' rows={2} dir='ltr' spellcheck={false} /></label>
      <Pick name='life' label={t('entry.expires')} values={LIVES} word={ms => ms === '0' ? t('entry.forever') : span(Number(ms))} />
      <button class='primary'>{t('list.add')}</button>
    </form>
  )
}
