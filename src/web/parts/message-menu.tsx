import { useEffect, useRef } from 'preact/hooks'
import { blockMessage, blockPerson, blockPicture } from '../blocking.ts'
import { t } from '../catalogue/index.ts'
import { pushPanel, showPanel } from '../panels.ts'
import { call, current, tell } from '../state.ts'
import { isPicture } from './files.ts'
import { Icon } from './icon.js'
import type { ChatMessage } from '../../engine/api.ts'

const QUICK = ['👍', '❤️', '😂', '😮', '🙏', '👀']

export interface MessageMenuProps {
  message: ChatMessage
  onDone (): void
  onReply (message: ChatMessage): void
  onEdit (message: ChatMessage): void
}

/** What can be done with a message. Opening it is the first press, blocking the second. */
export function MessageMenu ({ message, onDone, onReply, onEdit }: MessageMenuProps): preact.JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    element.current?.querySelector('button')?.focus({ preventScroll: true })
    element.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  /** What has the focus goes: the message it was on takes it. */
  const leave = (): void => {
    const article = element.current?.closest<HTMLElement>('.message')
    onDone()
    article?.focus({ preventScroll: true })
  }
  const act = (method: string, params: object): void => {
    leave()
    call(method, { room: current.value, message: message.id, ...params }).catch(() => {})
  }
  const then = (run: () => void) => () => {
    leave()
    run()
  }
  const close = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      leave()
    }
  }
  const copy = (): void => { navigator.clipboard.writeText(message.text).then(() => { tell(t('invite.copied')) }, () => {}) }
  return (
    <div class='menu' ref={element} role='group' aria-label={t('message.actions')} onKeyDown={close}>
      {!message.deleted && <div class='quick'>{QUICK.map(emoji => <button key={emoji} class='quiet emoji' aria-label={`${t('message.react')} ${emoji}`} onClick={() => { act('room.react', { emoji }) }}>{emoji}</button>)}</div>}
      <button onClick={then(() => { onReply(message) })}><Icon name='reply' size={18} />{t('message.reply')}</button>
      {message.text !== '' && <button onClick={then(copy)}><Icon name='copy' size={18} />{t('message.copy')}</button>}
      {message.self && !message.deleted && message.attachments.length === 0 && <button onClick={then(() => { onEdit(message) })}><Icon name='send' size={18} />{t('message.edit')}</button>}
      {message.self && !message.deleted && <button class='danger' onClick={() => { act('room.delete', {}) }}><Icon name='close' size={18} />{t('message.delete')}</button>}
      {!message.self && (
        <>
          {message.verdict != null && message.verdict.action !== 'none' && <button onClick={then(() => { showPanel('verdict', { message: message.id }) })}><Icon name='eye' size={18} />{t('verdict.why')}</button>}
          <button class='danger' onClick={then(() => { blockPerson(message.author, message.petname) })}><Icon name='shield' size={18} />{t('block.action')}</button>
          <button onClick={then(() => { blockMessage(message.id) })}><Icon name='eye' size={18} />{t('block.hide')}</button>
          {message.attachments.some(file => isPicture(file.type)) && <button onClick={then(() => { blockPicture(message.id) })}><Icon name='eye' size={18} />{t('block.picture')}</button>}
          <button onClick={then(() => { showPanel('report', { messages: [message.id] }) })}><Icon name='flag' size={18} />{t('report.action')}</button>
          <button onClick={then(() => { pushPanel('entry', { subject: { persona: message.author } }) })}><Icon name='list' size={18} />{t('block.entry')}</button>
        </>
      )}
    </div>
  )
}
