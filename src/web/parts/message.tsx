import { useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { call, conversation, current } from '../state.ts'
import { Icon } from './icon.js'
import { Identicon } from './identicon.js'
import { Markdown } from './markdown.js'
import { safeName } from './safe-text.ts'
import type { ChatMessage } from '../../engine/api.ts'
import type { Key } from '../catalogue/index.ts'

const QUICK = ['👍', '❤️', '😂', '🙏', '👀']

export interface MessageProps {
  message: ChatMessage
  /** same author shortly after: no name, no picture */
  grouped: boolean
  onReply (message: ChatMessage): void
  onEdit (message: ChatMessage): void
}

export function Message ({ message, grouped, onReply, onEdit }: MessageProps): preact.JSX.Element {
  const [open, setOpen] = useState(false)
  const [shown, setShown] = useState(false)
  const { verdict } = message
  const hidden = !shown && verdict != null && ['hide', 'mute', 'blur'].includes(verdict.action)
  const name = message.self ? t('message.you') : safeName(message.petname)
  const time = new Date(message.time)
  return (
    <article class={`message${message.self ? ' own' : ''}${grouped ? ' grouped' : ''}`} aria-label={`${name}, ${time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`}>
      {grouped ? <span class='gutter' /> : <Identicon persona={message.author} />}
      <div class='body'>
        {!grouped && <header><bdi class='name'>{name}</bdi><time dateTime={time.toISOString()}>{time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}</time></header>}
        {message.replyTo != null && <Quoted id={message.replyTo} />}
        {hidden ? <Hidden message={message} onShow={() => { setShown(true) }} /> : <Words message={message} />}
        <Reactions message={message} />
        <footer>
          {message.edited && <span>{t('message.edited')}</span>}
          {message.self && !message.deleted && <span class={`delivery ${message.delivery}`}>{t(`message.${message.delivery}`)}</span>}
        </footer>
      </div>
      <button class='quiet actions-button' aria-label={t('message.actions')} aria-expanded={open} onClick={() => { setOpen(!open) }}><Icon name='more' /></button>
      {open && <Actions message={message} onDone={() => { setOpen(false) }} onReply={onReply} onEdit={onEdit} />}
    </article>
  )
}

function Words ({ message }: { message: ChatMessage }): preact.JSX.Element {
  const warning = message.verdict?.action === 'warn' || message.verdict?.action === 'label'
  return (
    <>
      {warning && <p class='warning'>{message.verdict?.sources.map(source => t(`reason.${source.reason}` as Key)).join(', ')}</p>}
      {message.deleted ? <p class='deleted'>{t('message.deleted')}</p> : <Markdown text={message.text} />}
      {message.attachments.map(file => <p class='file'><bdi>{safeName(file.name)}</bdi> <span>{Math.ceil(file.size / 1024)} KB</span></p>)}
    </>
  )
}

/** Hidden by a list the reader chose: the reason is there, and a press shows it. */
function Hidden ({ message, onShow }: { message: ChatMessage, onShow (): void }): preact.JSX.Element {
  const reasons = [...new Set(message.verdict?.sources.map(source => t(`reason.${source.reason}` as Key)))].join(', ')
  const titles = [...new Set(message.verdict?.sources.map(source => source.title))].join(', ')
  return <p class='hidden-words'>{t('message.hidden', { reason: reasons })} <span class='by'>({titles})</span> <button class='link' onClick={onShow}>{t('message.show')}</button></p>
}

function Quoted ({ id }: { id: string }): preact.JSX.Element | null {
  const target = conversation.value?.messages.find(each => each.id === id)
  return target == null ? null : <blockquote class='quoted' dir='auto'><bdi>{safeName(target.self ? t('message.you') : target.petname)}</bdi> {target.text.slice(0, 120)}</blockquote>
}

function Reactions ({ message }: { message: ChatMessage }): preact.JSX.Element | null {
  if (message.reactions.length === 0) {
    return null
  }
  return (
    <div class='reactions'>
      {message.reactions.slice(0, 24).map(({ emoji, personas }) => (
        <button class='reaction' onClick={() => { call('room.react', { room: current.value, message: message.id, emoji }).catch(() => {}) }}>
          <bdi>{safeName(emoji)}</bdi> {personas.length}
        </button>
      ))}
    </div>
  )
}

function Actions ({ message, onDone, onReply, onEdit }: Omit<MessageProps, 'grouped'> & { onDone (): void }): preact.JSX.Element {
  const act = (method: string, params: object): void => {
    onDone()
    call(method, { room: current.value, ...params }).catch(() => {})
  }
  return (
    <div class='actions' role='group' aria-label={t('message.actions')}>
      {QUICK.map(emoji => <button class='emoji' aria-label={`${t('message.react')} ${emoji}`} onClick={() => { act('room.react', { message: message.id, emoji }) }}>{emoji}</button>)}
      <button onClick={() => { onDone(); onReply(message) }}>{t('message.reply')}</button>
      {message.self && !message.deleted && <button onClick={() => { onDone(); onEdit(message) }}>{t('message.edit')}</button>}
      {message.self && !message.deleted && <button onClick={() => { act('room.delete', { message: message.id }) }}>{t('message.delete')}</button>}
      {!message.self && <button class='danger' onClick={() => { act('moderation.block', { persona: message.author }) }}>{t('message.block')}</button>}
    </div>
  )
}
