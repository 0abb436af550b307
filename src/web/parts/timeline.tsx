import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { conversation, current, older, readMarks, room } from '../state.ts'
import { Icon } from './icon.js'
import { Message } from './message.js'
import type { ChatMessage } from '../../engine/api.ts'

/** Messages in the document at once; scrolling moves this window over the conversation. */
const WINDOW = 120
const STEP = 40
const GROUP_MS = 5 * 60_000
const NEAR_END = 80

function sameDay (a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}

export interface TimelineProps {
  onReply (message: ChatMessage): void
  onEdit (message: ChatMessage): void
}

/** The conversation: newest at the bottom, a bounded part of it in the document. */
export function Timeline ({ onReply, onEdit }: TimelineProps): preact.JSX.Element {
  const element = useRef<HTMLDivElement>(null)
  /** messages left out below the window; 0: the end is shown */
  const [below, setBelow] = useState(0)
  const [atEnd, setAtEnd] = useState(true)
  const anchor = useRef<{ id: string, top: number } | undefined>(undefined)
  const all = conversation.value?.messages ?? []
  const end = all.length - below
  const start = Math.max(0, end - WINDOW)
  const shown = all.slice(start, end)
  const mark = readMarks.get(current.value ?? '') ?? Infinity

  // what is on the screen stays where it is when messages come or go above it
  const hold = (): void => {
    const top = element.current?.getBoundingClientRect().top ?? 0
    const first = [...element.current?.querySelectorAll<HTMLElement>('[data-id]') ?? []].find(each => each.getBoundingClientRect().bottom > top)
    anchor.current = first == null ? undefined : { id: first.dataset.id as string, top: first.getBoundingClientRect().top }
  }
  useLayoutEffect(() => {
    const list = element.current
    if (list == null) {
      return
    }
    if (atEnd && below === 0) {
      list.scrollTop = list.scrollHeight
    } else if (anchor.current != null) {
      const same = list.querySelector<HTMLElement>(`[data-id="${anchor.current.id}"]`)
      if (same != null) {
        list.scrollTop += same.getBoundingClientRect().top - anchor.current.top
      }
      anchor.current = undefined
    }
  }, [all.length, below, start])
  useEffect(() => {
    setBelow(0)
    setAtEnd(true)
  }, [current.value])

  const onScroll = (): void => {
    const list = element.current as HTMLDivElement
    const fromEnd = list.scrollHeight - list.scrollTop - list.clientHeight
    setAtEnd(below === 0 && fromEnd < NEAR_END)
    if (list.scrollTop < 300 && start > 0) {
      hold()
      setBelow(Math.min(all.length - 1, below + STEP))
    } else if (list.scrollTop < 300 && conversation.value?.more === true) {
      hold()
      older().catch(() => {})
    } else if (fromEnd < 300 && below > 0) {
      hold()
      setBelow(Math.max(0, below - STEP))
    }
  }
  const jump = (): void => {
    setBelow(0)
    setAtEnd(true)
    requestAnimationFrame(() => { element.current?.scrollTo({ top: element.current.scrollHeight }) })
  }
  return (
    <div class='timeline-frame'>
      <div class='timeline' ref={element} onScroll={onScroll} tabIndex={0} role='log' aria-live='off' aria-label={room.value?.name}>
        {start === 0 && conversation.value?.more !== true && <p class='beginning'>{t('room.older')}</p>}
        {shown.map((message, i) => {
          const before = all[start + i - 1]
          const newDay = before == null || !sameDay(before.time, message.time)
          const unread = before != null && before.time <= mark && message.time > mark && !message.self
          const grouped = !newDay && !unread && before?.author === message.author && message.time - before.time < GROUP_MS && message.replyTo == null
          return (
            <div key={message.id} data-id={message.id}>
              {newDay && <p class='day'><time>{new Date(message.time).toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' })}</time></p>}
              {unread && <hr class='unread' />}
              <Message message={message} grouped={grouped} onReply={onReply} onEdit={onEdit} />
            </div>
          )
        })}
      </div>
      {!atEnd && <button class='latest' onClick={jump}><Icon name='down' /> {t('room.latest')}</button>}
    </div>
  )
}
