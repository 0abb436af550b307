import { useEffect, useRef, useState } from 'preact/hooks'
import { momentName } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { goTo, isHidden } from '../conversations.ts'
import { closePanels } from '../panels.ts'
import { Identicon } from '../parts/identicon.js'
import { safeName, safeText } from '../parts/safe-text.ts'
import { call, current } from '../state.ts'
import type { ChatMessage } from '../../engine/api.ts'

const TYPING_MS = 200
const LIMIT = 100
const AROUND = 60

export function Search (): preact.JSX.Element {
  const [text, setText] = useState('')
  const [found, setFound] = useState<ChatMessage[]>()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => { field.current?.focus() }, [])
  useEffect(() => {
    let over = false
    const timer = setTimeout(() => {
      if (text.trim() === '') {
        setFound(undefined)
      } else {
        call('room.search', { room: current.value, text, limit: LIMIT }).then(({ messages }) => { !over && setFound([...messages].reverse()) }, () => {})
      }
    }, TYPING_MS)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [text, current.value])
  const open = (message: ChatMessage): void => {
    if (matchMedia('(max-width: 60rem)').matches) {
      closePanels()
    }
    goTo(message).catch(() => {})
  }
  return (
    <div class='stack'>
      <input ref={field} type='search' aria-label={t('room.search.label')} placeholder={t('room.search.label')} value={text} dir='auto' onInput={event => { setText(event.currentTarget.value) }} />
      <p class='note' role='status'>{found == null ? t('room.search.hint') : found.length === 0 ? t('room.search.none') : t('room.search.found', { count: found.length })}</p>
      <ul class='found'>
        {found?.filter(each => !isHidden(each)).map(message => (
          <li key={message.id}>
            <button onClick={() => { open(message) }}>
              <Identicon persona={message.author} size={28} />
              <span><bdi class='name'>{message.self ? t('message.you') : safeName(message.petname)}</bdi> <time class='note'>{momentName(message.time)}</time></span>
              <span class='excerpt' dir='auto'>{excerpt(message, text)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function excerpt (message: ChatMessage, wanted: string): preact.ComponentChildren {
  const text = safeText(message.text || message.attachments[0]?.name || '')
  const word = wanted.trim().split(/\s+/)[0]
  const at = text.toLowerCase().indexOf(word.toLowerCase())
  if (at < 0) {
    return text.slice(0, AROUND * 2)
  }
  const from = Math.max(0, at - AROUND)
  return <>{from > 0 ? '…' : ''}{text.slice(from, at).toWellFormed()}<mark>{text.slice(at, at + word.length)}</mark>{text.slice(at + word.length, at + word.length + AROUND).toWellFormed()}</>
}
