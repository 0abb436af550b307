import { useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { Identicon } from '../parts/identicon.js'
import { safeName } from '../parts/safe-text.ts'
import { call, current, members, openRoom, refreshMembers, refreshRooms } from '../state.ts'
import type { MemberInfo } from '../../engine/api.ts'

export function People (): preact.JSX.Element {
  return (
    <>
      <p class='note'>{t('people.note')}</p>
      <ul class='people'>{members.value.map(member => <Person key={member.persona} member={member} />)}</ul>
    </>
  )
}

function Person ({ member }: { member: MemberInfo }): preact.JSX.Element {
  const [renaming, setRenaming] = useState(false)
  const rename = (event: SubmitEvent): void => {
    event.preventDefault()
    const petname = String(new FormData(event.currentTarget as HTMLFormElement).get('petname'))
    setRenaming(false)
    call('room.rename', { room: current.value, persona: member.persona, petname }).then(refreshMembers).catch(() => {})
  }
  const direct = (): void => {
    call('room.direct', { room: current.value, persona: member.persona }).then(async info => {
      await refreshRooms()
      await openRoom(info.room)
    }).catch(() => {})
  }
  return (
    <li>
      <Identicon persona={member.persona} size={44} />
      <div class='who'>
        <bdi class='name'>{safeName(member.petname)}</bdi>{member.self && <span class='tag'>{t('people.you')}</span>}
        <code class='persona' title={member.persona}>{member.persona.slice(0, 8)}…{member.persona.slice(-8)}</code>
        {!member.self && !renaming && (
          <p class='row'>
            <button class='link' onClick={() => { setRenaming(true) }}>{t('people.rename')}</button>
            <button class='link' onClick={direct}>{t('people.direct')}</button>
            <button class='link danger' onClick={() => { call('moderation.block', { room: current.value, persona: member.persona }).catch(() => {}) }}>{t('message.block')}</button>
          </p>
        )}
        {renaming && <form class='row' onSubmit={rename}><input name='petname' aria-label={t('people.rename')} defaultValue={member.petname} maxLength={64} dir='auto' /><button>{t('people.save')}</button></form>}
      </div>
    </li>
  )
}
