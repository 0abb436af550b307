import { useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { Composer } from '../parts/composer.js'
import { Icon } from '../parts/icon.js'
import { safeName } from '../parts/safe-text.ts'
import { Timeline } from '../parts/timeline.js'
import { conversation, current, panel, room } from '../state.ts'
import type { ChatMessage } from '../../engine/api.ts'
import type { Panel } from '../state.ts'

export function Conversation (): preact.JSX.Element | null {
  const [replyTo, setReply] = useState<ChatMessage>()
  const [editing, setEdit] = useState<ChatMessage>()
  const info = room.value
  if (info == null) {
    return null
  }
  const done = (): void => {
    setReply(undefined)
    setEdit(undefined)
  }
  const toggle = (name: Panel) => () => { panel.value = panel.value === name ? undefined : name }
  const alone = info.connected === 0
  return (
    <main class='conversation'>
      <header>
        <button class='quiet back' aria-label={t('room.back')} onClick={() => { current.value = undefined }}><Icon name='back' /></button>
        <div class='title'>
          <h2><bdi>{safeName(info.name)}</bdi></h2>
          <button class='link presence' onClick={toggle('connection')}>{alone ? t('room.alone') : t('room.here', { count: info.connected + 1 })}</button>
        </div>
        <button class='quiet' aria-label={t('privacy.title')} title={t('privacy.title')} aria-pressed={panel.value === 'connection'} onClick={toggle('connection')}><Icon name='shield' /></button>
        <button class='quiet' aria-label={t('room.people')} title={t('room.people')} aria-pressed={panel.value === 'people'} onClick={toggle('people')}><Icon name='people' /></button>
        <button class='primary small' onClick={toggle('invite')}>{t('room.invite.action')}</button>
      </header>
      <Timeline onReply={setReply} onEdit={setEdit} />
      {alone && conversation.value?.messages.length === 0 && <p class='empty'>{t('room.alone.hint')}</p>}
      <Composer replyTo={replyTo} editing={editing} onDone={done} />
    </main>
  )
}
