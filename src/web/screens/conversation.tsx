import { computed } from '@preact/signals'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { conversation, syncing } from '../conversations.ts'
import { panel, showPanel, togglePanel } from '../panels.ts'
import { Composer } from '../parts/composer.js'
import { Icon } from '../parts/icon.js'
import { safeName } from '../parts/safe-text.ts'
import { Timeline } from '../parts/timeline.js'
import { current, leaveView, room } from '../state.ts'
import type { ChatMessage, RoomInfo } from '../../engine/api.ts'
import type { Key } from '../catalogue/index.ts'
import type { PanelName } from '../panels.ts'
import type { IconName } from '../parts/icon.js'

const TOOLS: Array<[PanelName, IconName, Key]> = [
  ['search', 'search', 'room.search'],
  ['people', 'people', 'room.people'],
  ['connection', 'shield', 'privacy.title'],
  ['about', 'info', 'room.details']
]

const empty = computed(() => conversation.value?.messages.length === 0)

export function mayWrite ({ policy, persona, founder }: RoomInfo): boolean {
  const { writers } = policy
  return writers === 'all' || (writers === 'founder' ? founder === persona : writers.includes(persona))
}

export function Conversation (): preact.JSX.Element | null {
  const [replyTo, setReply] = useState<ChatMessage>()
  const [editing, setEdit] = useState<ChatMessage>()
  // the same for every message drawn, so that those that did not change are not drawn again
  const done = useCallback(() => {
    setReply(undefined)
    setEdit(undefined)
  }, [])
  const reply = useCallback((message: ChatMessage) => {
    setEdit(undefined)
    setReply(message)
  }, [])
  const edit = useCallback((message: ChatMessage) => {
    setReply(undefined)
    setEdit(message)
  }, [])
  useEffect(done, [current.value])
  const info = room.value
  if (info == null) {
    return null
  }
  const alone = info.connected === 0
  return (
    <main class='conversation'>
      <header>
        <button class='quiet back' aria-label={t('room.back')} onClick={leaveView}><Icon name='back' /></button>
        <div class='title'>
          <h1><bdi>{safeName(info.name)}</bdi></h1>
          <button class={`link presence${alone ? ' alone' : ''}`} onClick={() => { togglePanel('connection') }}>{alone ? t('room.alone') : t('room.here', { count: info.connected + 1 })}</button>
        </div>
        {TOOLS.map(([name, icon, label]) => (
          <button key={name} class={`quiet tool-${name}`} aria-label={t(label)} title={t(label)} aria-pressed={panel.value?.name === name} onClick={() => { togglePanel(name) }}><Icon name={icon} /></button>
        ))}
        <button class='primary small invite-button' aria-label={t('room.invite.action')} onClick={() => { togglePanel('invite') }}><Icon name='invite' size={18} /><span>{t('room.invite.action')}</span></button>
      </header>
      <Progress />
      {empty.value ? <Nothing alone={alone} /> : <Timeline onReply={reply} onEdit={edit} />}
      {mayWrite(info) ? <Composer key={info.room} replyTo={replyTo} editing={editing} onDone={done} /> : <p class='composer note readonly'>{t('room.readonly')}</p>}
    </main>
  )
}

/** How much of the history is still to come. */
function Progress (): preact.JSX.Element | null {
  const { done, missing, received } = syncing.value.get(current.value ?? '') ?? { done: true, missing: 0, received: 0 }
  return done || missing === 0
    ? null
    : (
      <div class='progress-frame'>
        <p class='progress' role='status'>
          <progress max={received + missing} value={received} aria-label={t('room.loading')} />
          {t('room.syncing', { received, missing: received + missing })}
        </p>
      </div>
      )
}

/** Before the first word: what to do. */
function Nothing ({ alone }: { alone: boolean }): preact.JSX.Element {
  return (
    <div class='nothing'>
      <svg viewBox='0 0 120 64' width='150' height='80' aria-hidden='true' class='ripples'>
        <path d='M12 20v13c0 9 7 16 16 16s16-7 16-16V20' /><path d='M22 22v11a6 6 0 0 0 12 0V22' class='inner' />
        <path d='M62 34c4-6 8-6 12 0s8 6 12 0 8-6 12 0 8 6 12 0' class='wave' />
      </svg>
      <h2>{t(alone ? 'room.alone' : 'room.quiet')}</h2>
      <p>{t(alone ? 'room.alone.hint' : 'room.quiet.hint')}</p>
      {alone && <p class='row'><button class='primary' onClick={() => { showPanel('invite') }}>{t('invite.title')}</button><button onClick={() => { showPanel('connection') }}>{t('connection.title')}</button></p>}
    </div>
  )
}
