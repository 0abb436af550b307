import { useEffect, useState } from 'preact/hooks'
import { momentName } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { pushPanel } from '../panels.ts'
import { actionName, reasonName } from '../parts/choices.js'
import { safeName } from '../parts/safe-text.ts'
import { call, current, tell } from '../state.ts'
import type { Action, Reason } from '../../moderation/moderation-api.ts'

interface Named { list: string, title: string, action: Action, reason: Reason, since: number, entry: string }

/** Which lists known here name this persona, and how to object. */
export function Standing (): preact.JSX.Element {
  const [lists, setLists] = useState<Named[]>()
  useEffect(() => { call('moderation.standing', { room: current.value }).then(({ lists }) => { setLists(lists) }, () => {}) }, [current.value])
  return (
    <div class='stack'>
      <p class='note'>{t('standing.hint')}</p>
      {lists?.length === 0 && <p class='blank'>{t('standing.none')}</p>}
      <ul class='entries'>{lists?.map(each => <Line key={each.entry} named={each} />)}</ul>
    </div>
  )
}

function Line ({ named }: { named: Named }): preact.JSX.Element {
  const [writing, setWriting] = useState(false)
  const appeal = (event: SubmitEvent): void => {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get('text')).trim()
    call('list.appeal', { list: named.list, room: current.value, text }).then(() => {
      setWriting(false)
      tell(t('list.appeal.sent'))
    }).catch(() => {})
  }
  return (
    <li>
      <p><button class='link' onClick={() => { pushPanel('list', { list: named.list }) }}><bdi>{safeName(named.title)}</bdi></button></p>
      <p><span class={`tag action-${named.action}`}>{actionName(named.action)}</span> {reasonName(named.reason)}</p>
      <p class='note'>{t('verdict.since', { time: momentName(named.since) })}</p>
      {writing
        ? (
          <form class='stack' onSubmit={appeal}>
            <label>{t('list.appeal.text')}<textarea name='text' rows={4} required maxLength={2000} dir='auto' /></label>
            <button class='primary'>{t('list.appeal.send')}</button>
          </form>
          )
        : <button onClick={() => { setWriting(true) }}>{t('list.appeal')}</button>}
    </li>
  )
}
