import { useState } from 'preact/hooks'
import { blockPerson } from '../blocking.ts'
import { ago } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { openRoom } from '../conversations.ts'
import { pushPanel } from '../panels.ts'
import { actionName } from '../parts/choices.js'
import { Icon } from '../parts/icon.js'
import { Identicon } from '../parts/identicon.js'
import { safeName } from '../parts/safe-text.ts'
import { short } from '../parts/subject.js'
import { alikes, call, current, members, refreshMembers, refreshRooms, room } from '../state.ts'
import type { MemberInfo } from '../../engine/api.ts'

/** People drawn at once; more are a press away. */
const PAGE = 100

export function People (): preact.JSX.Element {
  const [limit, setLimit] = useState(PAGE)
  const all = [...members.value].sort((a, b) => Number(b.self) - Number(a.self))
  return (
    <>
      <p class='note'>{t('people.note')}</p>
      <p class='note count'>{t('people.count', { count: all.length })}</p>
      {(room.value?.keepers ?? 0) > 0 && <p class='note'>{t('people.keepers', { count: room.value?.keepers ?? 0 })}</p>}
      <ul class='people'>{all.slice(0, limit).map(member => <Person key={member.persona} member={member} alike={alikes.value.get(member.persona)} />)}</ul>
      {all.length > limit && <button onClick={() => { setLimit(limit + PAGE) }}>{t('message.reactions.more', { count: all.length - limit })}</button>}
    </>
  )
}

function Person ({ member, alike }: { member: MemberInfo, alike?: string }): preact.JSX.Element {
  const [renaming, setRenaming] = useState(false)
  const { persona, self } = member
  const rename = (event: SubmitEvent): void => {
    event.preventDefault()
    const petname = String(new FormData(event.currentTarget as HTMLFormElement).get('petname'))
    setRenaming(false)
    call('room.rename', { room: current.value, persona, petname }).then(refreshMembers).catch(() => {})
  }
  const direct = (): void => {
    call('room.direct', { room: current.value, persona }).then(async info => {
      await refreshRooms()
      await openRoom(info.room)
    }).catch(() => {})
  }
  const judged = member.verdict != null && member.verdict.action !== 'none' && member.verdict.action !== 'allow'
  return (
    <li class={judged ? 'judged' : ''}>
      <Identicon persona={persona} size={44} />
      <div class='who'>
        <p>
          <bdi class='name'>{safeName(member.petname)}</bdi>
          {self && <span class='tag'>{t('people.you')}</span>}
          {room.value?.founder === persona && <span class='tag quiet-tag'>{t('people.founder')}</span>}
          {judged && <span class='tag warn-tag'>{actionName(member.verdict?.action ?? 'hide')}</span>}
        </p>
        {alike != null && <p class='warning'><Icon name='warn' size={16} /> {t('people.alike', { name: safeName(alike) })}</p>}
        <p class='note'><code class='persona' dir='ltr' title={`${t('people.key')}: ${persona}`}>{short(persona)}</code> · {t('people.since', { time: ago(member.firstSeen) })}</p>
        {!self && !renaming && (
          <p class='row'>
            <button class='link' onClick={() => { setRenaming(true) }}>{t('people.rename')}</button>
            <button class='link' onClick={direct}>{t('people.direct')}</button>
            {judged
              ? <button class='link' onClick={() => { pushPanel('verdict', { persona }) }}>{t('people.unblock')}</button>
              : <button class='link danger' onClick={() => { blockPerson(persona, member.petname) }}>{t('block.action')}</button>}
          </p>
        )}
        {renaming && (
          <form class='line' onSubmit={rename}>
            <input name='petname' aria-label={t('people.name')} defaultValue={member.petname} maxLength={64} dir='auto' ref={element => { element?.focus() }} />
            <button class='primary'>{t('save')}</button>
          </form>
        )}
      </div>
    </li>
  )
}
