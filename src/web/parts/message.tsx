import { useState } from 'preact/hooks'
import { clockTime, momentName, number } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { conversation, goTo, isHidden } from '../conversations.ts'
import { alikes, call, current, room } from '../state.ts'
import { Icon } from './icon.js'
import { Identicon } from './identicon.js'
import { lazy } from './lazy.js'
import { Markdown } from './markdown.js'
import { safeName, safeText } from './safe-text.ts'
import { HiddenBar, Judged } from './verdict.js'
import type { MessageMenuProps } from './message-menu.js'
import type { AttachmentInfo, ChatMessage } from '../../engine/api.ts'

const Attachment = lazy<{ room: string, file: AttachmentInfo, hidden: boolean }>(async () => (await import('./attachment.js')).Attachment, 'first')
const MessageMenu = lazy<MessageMenuProps>(async () => (await import('./message-menu.js')).MessageMenu, 'first')

/** Longer texts are folded: one message must not push all others away. */
const FOLD_CHARACTERS = 1_600
const FOLD_LINES = 18
/** Kinds of reactions shown; whatever a room invents, a message stays a message. */
const MAX_REACTIONS = 12

export interface MessageProps {
  message: ChatMessage
  /** same author shortly after: no name, no picture */
  grouped: boolean
  /** the author's run ends here */
  last: boolean
  onReply (message: ChatMessage): void
  onEdit (message: ChatMessage): void
}

export function Message ({ message, grouped, last, onReply, onEdit }: MessageProps): preact.JSX.Element {
  const [open, setOpen] = useState(false)
  const [shown, setShown] = useState(false)
  const hidden = !shown && isHidden(message)
  const name = message.self ? t('message.you') : safeName(message.petname)
  const blurred = message.verdict?.action === 'blur'
  const called = message.mention === 'heard' && !hidden
  return (
    <article class={`message${message.self ? ' own' : ''}${called ? ' called' : ''}${grouped ? ' grouped' : ''}${last ? ' last' : ''}`} tabIndex={-1} aria-label={name} aria-describedby={`said-${message.id}`}>
      {!message.self && (grouped ? <span class='gutter' /> : <Identicon persona={message.author} />)}
      <div class='body'>
        {!grouped && !message.self && <header><bdi class='name'>{name}</bdi><Key persona={message.author} /></header>}
        <div class='bubble' id={`said-${message.id}`}>
          {called && <p class='called-tag'><span class='tag'>@ {t('message.mention')}</span></p>}
          {message.replyTo != null && <Quoted id={message.replyTo} />}
          {hidden
            ? <HiddenBar message={message} blurred={blurred} onShow={() => { setShown(true) }}>{blurred && <div class='blurred' aria-hidden='true' inert><Words message={message} /></div>}</HiddenBar>
            : <Judged message={message} onHide={shown ? () => { setShown(false) } : undefined}><Words message={message} /></Judged>}
          <Stamp message={message} />
        </div>
        <Reactions message={message} />
        {open && <MessageMenu message={message} onDone={() => { setOpen(false) }} onReply={onReply} onEdit={onEdit} />}
      </div>
      <div class='tools'>
        <button class='quiet tool' aria-label={t('message.reply')} title={t('message.reply')} tabIndex={-1} onClick={() => { onReply(message) }}><Icon name='reply' size={18} /></button>
        <button class='quiet tool more-button' aria-label={t('message.actions')} title={t('message.actions')} aria-expanded={open} onClick={() => { setOpen(!open) }}><Icon name='more' size={18} /></button>
      </div>
    </article>
  )
}

/** The end of the key, where a name alone would pass for another's. */
function Key ({ persona }: { persona: string }): preact.JSX.Element | null {
  return alikes.value.has(persona) ? <> <code class='persona' dir='ltr'>…{persona.slice(-6)}</code></> : null
}

/** When it was said, and how far it got. */
function Stamp ({ message }: { message: ChatMessage }): preact.JSX.Element {
  const { expires } = message as { expires?: number | null }
  return (
    <span class='stamp'>
      {message.edited && <span>{t('message.edited')}</span>}
      {expires != null && <span title={t('message.expires', { time: momentName(expires) })}><Icon name='timer' size={13} /><span class='visually-hidden'>{t('message.expires', { time: momentName(expires) })}</span></span>}
      <time dateTime={new Date(message.time).toISOString()} title={momentName(message.time)}>{clockTime(message.time)}</time>
      {message.self && !message.deleted && (
        <span class={`delivery ${message.delivery}`} title={t(`message.${message.delivery}`)}>
          <Icon name={message.delivery} size={15} /><span class={message.delivery === 'sending' ? '' : 'visually-hidden'}>{t(`message.${message.delivery}`)}</span>
        </span>
      )}
    </span>
  )
}

function Words ({ message }: { message: ChatMessage }): preact.JSX.Element {
  const [whole, setWhole] = useState(false)
  if (message.deleted) {
    return <p class='deleted'>{t('message.deleted')}</p>
  }
  if (message.kind === 'unknown') {
    return <p class='deleted'>{t('message.unknown')}</p>
  }
  const { text } = message
  const folded = !whole && (text.length > FOLD_CHARACTERS || text.split('\n', FOLD_LINES + 1).length > FOLD_LINES)
  const part = folded ? [...text.slice(0, FOLD_CHARACTERS)].join('').split('\n', FOLD_LINES).join('\n') : text
  return (
    <>
      {text !== '' && <Markdown text={folded ? `${part.toWellFormed()}…` : part} />}
      {folded && <button class='link' onClick={() => { setWhole(true) }}>{t('message.more')}</button>}
      {message.attachments.map(file => <Attachment key={file.id} room={message.room} file={file} hidden={isHidden(message)} />)}
    </>
  )
}

function Quoted ({ id }: { id: string }): preact.JSX.Element {
  const answered = conversation.value?.messages.find(each => each.id === id)
  if (answered == null) {
    return <p class='quoted gone'>{t('message.gone')}</p>
  }
  const words = isHidden(answered) ? '…' : answered.deleted ? t('message.deleted') : safeText(answered.text || answered.attachments[0]?.name || '').slice(0, 140)
  return (
    <button class='quoted' onClick={() => { goTo(answered).catch(() => {}) }}>
      <bdi class='name'>{answered.self ? t('message.you') : safeName(answered.petname)}</bdi> <bdi>{words}</bdi>
    </button>
  )
}

function Reactions ({ message }: { message: ChatMessage }): preact.JSX.Element | null {
  if (message.reactions.length === 0) {
    return null
  }
  const sorted = [...message.reactions].sort((a, b) => b.personas.length - a.personas.length)
  const self = room.value?.persona ?? ''
  return (
    <div class='reactions'>
      {sorted.slice(0, MAX_REACTIONS).map(({ emoji, personas }) => {
        const sign = [...safeName(emoji)].slice(0, 16).join('')
        return (
          <button key={emoji} class='reaction' aria-pressed={personas.includes(self)} aria-label={t('message.reactions', { count: personas.length, emoji: sign })} onClick={() => { call('room.react', { room: current.value, message: message.id, emoji }).catch(() => {}) }}>
            <bdi>{sign}</bdi> <span>{number(personas.length)}</span>
          </button>
        )
      })}
      {sorted.length > MAX_REACTIONS && <span class='note'>{t('message.reactions.more', { count: sorted.length - MAX_REACTIONS })}</span>}
    </div>
  )
}
