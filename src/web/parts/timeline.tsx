import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { dayName, noteDay } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { conversation, older, readMarks, target } from '../conversations.ts'
import { current, judgement, room } from '../state.ts'
import { Icon } from './icon.js'
import { Message } from './message.js'
import { Sizes, indexAt } from './sizes.ts'
import type { ChatMessage } from '../../engine/api.ts'

/** Pixels beyond the screen that are in the document: enough for a fast flick to show words. */
const OVERSCAN = 500
const GROUP_MS = 5 * 60_000
/** Less than the shortest month: within it one date is one day. */
const WEEK_MS = 7 * 86_400_000
const NEAR_END = 60
/** Above this many pixels from the beginning older messages are asked for. */
const NEAR_BEGINNING = 1_200
/** Most messages in the document, however tall the window and small the messages. */
export const MAX_RENDERED = 160

function sameDay (a: number, b: number): boolean {
  return Math.abs(a - b) < WEEK_MS && new Date(a).getDate() === new Date(b).getDate()
}

export interface TimelineProps {
  onReply (message: ChatMessage): void
  onEdit (message: ChatMessage): void
}

/** The conversation: newest at the bottom, what is near the screen in the document. */
export function Timeline ({ onReply, onEdit }: TimelineProps): preact.JSX.Element {
  const list = useRef<HTMLDivElement>(null)
  const sizes = useMemo(() => new Sizes(), [current.value])
  const stuck = useRef(true)
  const anchor = useRef<{ id: string, top: number } | undefined>(undefined)
  /** scroll position last seen: another one is a person's, whose event is still to come */
  const known = useRef(0)
  const [view, setView] = useState({ top: Infinity, height: 800 })
  const [, setVersion] = useState(0)
  const [atEnd, setAtEnd] = useState(true)
  const [seen, setSeen] = useState(0)
  const { messages = [], more = false, end = null } = conversation.value ?? {}
  const all = useMemo(() => judgement.value.hidden === 'gone' ? messages.filter(each => each.verdict == null || !['hide', 'mute'].includes(each.verdict.action)) : messages, [messages, judgement.value])
  const offsets = useMemo(() => sizes.offsets(all), [all, sizes, sizes.version])
  const { guessed } = sizes
  const total = offsets[all.length]
  // what is being read says where we are: messages that came above it have moved it
  const held = stuck.current || anchor.current == null ? -1 : all.findIndex(each => each.id === anchor.current?.id)
  const top = Math.max(0, Math.min(stuck.current ? Infinity : held < 0 ? view.top : offsets[held] - (anchor.current?.top ?? 0), total - view.height))
  const shown = useRef(top)
  shown.current = top
  const from = Math.max(0, indexAt(offsets, top - OVERSCAN))
  const to = Math.min(all.length, indexAt(offsets, top + view.height + OVERSCAN) + 1, from + MAX_RENDERED)
  const mark = readMarks.get(current.value ?? '') ?? Infinity

  const rows = (): HTMLElement[] => [...list.current?.querySelectorAll<HTMLElement>('[data-id]') ?? []]
  const remember = (): void => {
    const edge = list.current?.getBoundingClientRect().top ?? 0
    const first = rows().find(each => each.getBoundingClientRect().bottom > edge)
    anchor.current = first == null ? undefined : { id: first.dataset.id as string, top: first.getBoundingClientRect().top - edge }
  }
  /** Whether rows reach beyond both edges of the screen, or to the ends of the conversation. */
  const covers = (element: HTMLElement, drawn: HTMLElement[]): boolean => {
    const { top, bottom } = element.getBoundingClientRect()
    return (from === 0 || (drawn[0]?.getBoundingClientRect().top ?? bottom) < top - OVERSCAN / 2) &&
      (to === all.length || (drawn.at(-1)?.getBoundingClientRect().bottom ?? top) > bottom + OVERSCAN / 2)
  }
  // what was measured moves what was guessed; what is being read stays where it is
  const settle = (): void => {
    const element = list.current
    if (element == null) {
      return
    }
    const { version } = sizes
    const drawn = rows()
    for (const row of drawn) {
      sizes.set(row.dataset.id as string, row.getBoundingClientRect().height)
    }
    sizes.guess()
    // a document that became shorter took the position along: nobody scrolled
    if (element.scrollTop < known.current && element.scrollTop >= element.scrollHeight - element.clientHeight - 1) {
      known.current = element.scrollTop
    }
    // what a person scrolled by since the last event is kept
    const pending = element.scrollTop - known.current
    if (Math.abs(pending) >= 1) {
      // a position that the browser set itself, as when the document shrinks, may come without an event
      requestAnimationFrame(() => { list.current != null && list.current.scrollTop !== known.current && onScroll() })
    }
    if (stuck.current && pending > -NEAR_END) {
      element.scrollTop = element.scrollHeight
      known.current = element.scrollTop
      shown.current = element.scrollTop
    } else if (anchor.current != null) {
      const { id, top } = anchor.current
      const same = drawn.find(each => each.dataset.id === id)
      // a row that a jump has left behind is not in the document: its offset says where we are
      const moved = same == null ? shown.current + pending - element.scrollTop : same.getBoundingClientRect().top - element.getBoundingClientRect().top - (top - pending)
      if (Math.abs(moved) >= 1) {
        const before = element.scrollTop
        element.scrollTop += moved
        known.current += element.scrollTop - before
        shown.current += element.scrollTop - before
      }
      if (same == null && pending === 0) {
        remember()
      }
    }
    // what is around the screen is as tall as it is, and guesses elsewhere stand until they are far off
    if (sizes.version !== version && (sizes.guessed !== guessed || !covers(element, drawn))) {
      setVersion(sizes.version)
    }
  }
  const settled = useRef(settle)
  settled.current = settle
  useLayoutEffect(settle)
  useLayoutEffect(() => {
    stuck.current = true
    anchor.current = undefined
    known.current = list.current?.scrollTop ?? 0
    setAtEnd(true)
    setSeen(all.length)
  }, [current.value])
  useEffect(() => {
    const element = list.current as HTMLDivElement
    let width = element.clientWidth
    const watch = new ResizeObserver(() => {
      if (element.clientWidth !== width) {
        width = element.clientWidth
        sizes.clear()
      }
      setView(before => before.height === element.clientHeight ? before : { ...before, height: element.clientHeight })
      settled.current()
    })
    watch.observe(element)
    watch.observe(element.firstElementChild as Element)
    return () => { watch.disconnect() }
  }, [sizes])
  useEffect(() => {
    const at = target.value == null ? -1 : all.findIndex(each => each.id === target.value)
    if (at >= 0) {
      stuck.current = false
      anchor.current = { id: all[at].id, top: view.height / 3 }
      setAtEnd(false)
      setView(before => ({ ...before, top: Math.max(0, offsets[at] - view.height / 3) }))
      requestAnimationFrame(() => { list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(all[at].id)}"] .message`)?.focus({ preventScroll: true }) })
      target.value = undefined
    }
  }, [target.value, all])
  useEffect(() => {
    const timer = setInterval(noteDay, 20_000)
    return () => { clearInterval(timer) }
  }, [])
  useEffect(() => { atEnd && setSeen(all.length) }, [all.length, atEnd])
  useEffect(() => {
    if (more && (list.current?.scrollTop ?? 0) < NEAR_BEGINNING) {
      older().catch(() => {})
    }
  }, [messages, more])

  const onScroll = (): void => {
    const element = list.current as HTMLDivElement
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight
    // what grew under who stands at the end is no scrolling
    stuck.current = fromEnd < NEAR_END || (stuck.current && element.scrollTop >= known.current)
    known.current = element.scrollTop
    remember()
    if (atEnd !== stuck.current) {
      setAtEnd(stuck.current)
    }
    setView(before => Math.abs(shown.current - element.scrollTop) < OVERSCAN / 3 && before.height === element.clientHeight ? before : { top: element.scrollTop, height: element.clientHeight })
    if (element.scrollTop < NEAR_BEGINNING && more) {
      older().catch(() => {})
    }
  }
  const jump = (): void => {
    stuck.current = true
    anchor.current = undefined
    known.current = list.current?.scrollTop ?? 0
    setAtEnd(true)
    setView(before => ({ ...before, top: Infinity }))
  }
  // who speaks wants to see it, wherever they were reading
  const newest = all.at(-1)
  const spoken = useRef(newest?.id)
  useLayoutEffect(() => {
    if (newest?.self === true && newest.id !== spoken.current) {
      jump()
    }
    spoken.current = newest?.id
  }, [newest?.id])
  const onKeyDown = (event: KeyboardEvent): void => {
    const articles = [...list.current?.querySelectorAll<HTMLElement>('.message') ?? []]
    const at = articles.indexOf((document.activeElement as HTMLElement)?.closest?.('.message') as HTMLElement)
    if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && articles.length > 0 && (document.activeElement === list.current || document.activeElement === articles[at])) {
      event.preventDefault()
      const next = at < 0 ? articles.length - 1 : Math.min(articles.length - 1, Math.max(0, at + (event.key === 'ArrowUp' ? -1 : 1)))
      articles[next].focus()
      articles[next].scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && document.activeElement === articles[at]) {
      event.preventDefault()
      articles[at].querySelector<HTMLElement>('.more-button')?.click()
    }
  }
  return (
    <div class='timeline-frame'>
      <div class='timeline' ref={list} onScroll={onScroll} onKeyDown={onKeyDown} tabIndex={0} role='log' aria-live='off' aria-label={room.value?.name}>
        <div class='stream'>
          {from === 0 && <p class='beginning'>{more ? t('room.loading') : t(end === 'retention' ? 'room.end.retention' : end === 'join' ? 'room.end.join' : 'room.end.complete')}</p>}
          <div style={{ height: `${offsets[from]}px` }} />
          {all.slice(from, to).map((message, i) => {
            const before = all[from + i - 1] as ChatMessage | undefined
            const after = all[from + i + 1] as ChatMessage | undefined
            const newDay = before == null || !sameDay(before.time, message.time)
            const unread = (before == null || before.time <= mark) && message.time > mark && !message.self
            const grouped = !newDay && !unread && before.author === message.author && message.time - before.time < GROUP_MS
            const last = after == null || after.author !== message.author || after.time - message.time >= GROUP_MS || !sameDay(after.time, message.time)
            return (
              <div key={message.id} data-id={message.id} class='row-frame'>
                {newDay && <p class='day'><time dateTime={new Date(message.time).toISOString()}>{dayName(message.time)}</time></p>}
                {unread && <p class='unread'><span>{t('room.unread.mark')}</span></p>}
                <Message message={message} grouped={grouped} last={last} onReply={onReply} onEdit={onEdit} />
              </div>
            )
          })}
          <div style={{ height: `${total - offsets[to]}px` }} />
        </div>
      </div>
      {!atEnd && (
        <button class='latest' onClick={jump}>
          <Icon name='down' /> {all.length > seen ? t('room.new', { count: all.length - seen }) : t('room.latest')}
        </button>
      )}
    </div>
  )
}
