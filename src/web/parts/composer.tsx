import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { call, current, drafts } from '../state.ts'
import { Icon } from './icon.js'
import { safeName } from './safe-text.ts'
import type { ChatMessage } from '../../engine/api.ts'

export interface ComposerProps {
  replyTo?: ChatMessage
  editing?: ChatMessage
  onDone (): void
}

/** Enter sends, Shift+Enter makes a line, Escape gives up; what was not sent stays as a draft. */
export function Composer ({ replyTo, editing, onDone }: ComposerProps): preact.JSX.Element {
  const id = current.value ?? ''
  const [text, setText] = useState(drafts.get(id) ?? '')
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => { setText(drafts.get(id) ?? '') }, [id])
  useEffect(() => {
    if (editing != null) {
      setText(editing.text)
    }
    area.current?.focus()
  }, [editing, replyTo])
  useEffect(() => {
    const element = area.current
    if (element != null) {
      element.style.height = 'auto'
      element.style.height = `${Math.min(element.scrollHeight, 200)}px`
    }
  }, [text])
  const change = (value: string): void => {
    setText(value)
    if (editing == null) {
      drafts.set(id, value)
    }
  }
  const send = (): void => {
    const words = text.trim()
    if (words === '') {
      return
    }
    setText('')
    drafts.delete(id)
    onDone()
    const sent = editing == null
      ? call('room.send', { room: id, text: words, ...(replyTo == null ? {} : { replyTo: replyTo.id }) })
      : call('room.edit', { room: id, message: editing.id, text: words })
    // nothing typed is lost when it could not be sent
    sent.catch(() => {
      drafts.set(id, words)
      setText(words)
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape') {
      onDone()
      setText(drafts.get(id) ?? '')
    }
  }
  return (
    <form class='composer' onSubmit={event => { event.preventDefault(); send() }}>
      {(replyTo ?? editing) != null && (
        <p class='context'>
          <bdi>{editing == null ? t('room.replying', { name: safeName(replyTo?.petname ?? '') }) : t('room.editing')}</bdi>
          <button type='button' class='link' onClick={() => { onDone(); setText(drafts.get(id) ?? '') }}>{t('room.cancel')}</button>
        </p>
      )}
      <div class='line'>
        <textarea ref={area} rows={1} dir='auto' aria-label={t('room.write')} placeholder={t('room.write')} value={text} onInput={event => { change(event.currentTarget.value) }} onKeyDown={onKeyDown} enterkeyhint='send' />
        <button class='primary send' type='submit' aria-label={t('room.send')} disabled={text.trim() === ''}><Icon name='send' /></button>
      </div>
    </form>
  )
}
