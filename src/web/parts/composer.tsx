import { useEffect, useRef, useState } from 'preact/hooks'
import { bytes, span } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { draft, keepDrafts, keptDraft, setDraft } from '../drafts.ts'
import { errorWords } from '../error-words.ts'
import { ask, backend, call, current, failure, judgement, tell } from '../state.ts'
import { encodeBinary } from './base64url.ts'
import { Icon } from './icon.js'
import { lazy } from './lazy.js'
import { safeName } from './safe-text.ts'
import type { HarmfulPauseProps } from './harmful-pause.js'
import type { ChatMessage } from '../../engine/api.ts'

const HarmfulPause = lazy<HarmfulPauseProps>(async () => (await import('./harmful-pause.js')).HarmfulPause, 'first')

const LIVES = [0, 300_000, 3_600_000, 86_400_000, 604_800_000]
const MAX_HEIGHT = 200
/** Files that go out at one press. */
const MAX_FILES = 10

/** how long messages of this page live, per room; 0: as the room decides */
const lives = new Map<string, number>()

export interface ComposerProps {
  replyTo?: ChatMessage
  editing?: ChatMessage
  onDone (): void
}

/** Enter sends, Shift+Enter makes a line, Escape gives up; what was not sent stays as a draft. */
export function Composer ({ replyTo, editing, onDone }: ComposerProps): preact.JSX.Element {
  const id = current.value ?? ''
  const [text, setText] = useState(draft(id))
  const [life, setLife] = useState(lives.get(id) ?? 0)
  const [choosing, setChoosing] = useState(false)
  const [harmful, setHarmful] = useState<string>()
  const [sending, setSending] = useState(false)
  /** chosen, pasted or dropped: nothing leaves the device before a press */
  const [files, setFiles] = useState<File[]>([])
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    setText(draft(id))
    setLife(lives.get(id) ?? 0)
    setHarmful(undefined)
    keptDraft(id).then(words => { setText(typed => typed === '' ? words : typed) }, () => {})
    return keepDrafts
  }, [id])
  useEffect(() => {
    if (editing != null) {
      setText(editing.text)
    }
    if (editing != null || replyTo != null || matchMedia('(hover: hover)').matches) {
      area.current?.focus()
    }
  }, [editing, replyTo, id])
  useEffect(() => {
    const element = area.current
    if (element != null) {
      element.style.height = 'auto'
      element.style.height = `${Math.min(element.scrollHeight + 2, MAX_HEIGHT)}px`
    }
  }, [text])
  const change = (value: string): void => {
    setText(value)
    setHarmful(undefined)
    if (editing == null) {
      setDraft(id, value)
    }
  }
  const put = async (words: string, anyway: boolean): Promise<void> => {
    if (!anyway && editing == null && judgement.value.classifier != null) {
      const verdict = await ask('moderation.check', { text: words }).catch(() => ({ harmful: false }))
      if (verdict.harmful === true) {
        setHarmful(verdict.label ?? 'other')
        return
      }
    }
    editing == null && setDraft(id, '')
    keepDrafts()
    setText(draft(id))
    setHarmful(undefined)
    onDone()
    try {
      await (editing == null
        ? ask('room.send', { room: id, text: words, ...(replyTo == null ? {} : { replyTo: replyTo.id }), ...(life === 0 ? {} : { expires: Date.now() + life }), ...(anyway ? { anyway } : {}) })
        : ask('room.edit', { room: id, message: editing.id, text: words }))
    } catch (error: any) {
      // nothing typed is lost when it could not be sent
      setDraft(id, words)
      if (current.value === id) {
        setText(words)
      }
      if (/harmful/i.test(String(error.name))) {
        setHarmful('other')
      } else {
        failure.value = errorWords(error)
      }
    }
  }
  const send = (anyway = false): void => {
    const words = text.trim()
    if (words + files.join() !== '' && !sending) {
      setSending(true)
      const work = async (): Promise<void> => {
        for (const file of files) {
          const { readForSending } = await import('./files.ts')
          const { data, name, type } = await readForSending(file)
          await call('room.attach', { room: id, data: encodeBinary(data), name, type })
          setFiles(left => left.filter(each => each !== file))
          type.startsWith('image/') && tell(t('room.attach.cleaned'))
        }
        words !== '' && await put(words, anyway)
      }
      work().catch(() => {}).finally(() => { setSending(false) })
    }
  }
  const attach = async (given: File[]): Promise<void> => {
    const { MAX_FILE_BYTES } = await import('./files.ts')
    const limit = MAX_FILE_BYTES[backend.value?.where ?? 'desktop']
    const large = given.find(each => each.size > limit)
    if (large != null) {
      failure.value = t('room.attach.large', { size: bytes(large.size), limit: bytes(limit) })
    }
    setFiles(held => [...held, ...given.filter(each => each.size <= limit)].slice(0, MAX_FILES))
    area.current?.focus()
  }
  const onPaste = (event: ClipboardEvent): void => {
    const { clipboardData } = event
    // words from a word processor come with a picture of themselves
    if (clipboardData != null && clipboardData.files.length > 0 && clipboardData.getData('text/plain') === '') {
      event.preventDefault()
      attach([...clipboardData.files]).catch(() => {})
    }
  }
  useEffect(() => {
    // wherever a file is dropped: a browser would open it in place of the page
    const onDrop = (event: DragEvent): void => { attach([...event.dataTransfer?.files ?? []]).catch(() => {}) }
    document.addEventListener('drop', onDrop)
    return () => { document.removeEventListener('drop', onDrop) }
  }, [])
  const onKeyDown = (event: KeyboardEvent): void => {
    // 229: the Enter that ends a composition, where the browser tells of its end first
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape' && (replyTo ?? editing) != null) {
      event.stopPropagation()
      giveUp()
    }
  }
  const choose = async (): Promise<void> => {
    const { chooseFile } = await import('./files.ts')
    const file = await chooseFile()
    file != null && await attach([file])
  }
  const giveUp = (): void => {
    onDone()
    setText(draft(id))
  }
  return (
    <form class='composer' onSubmit={event => { event.preventDefault(); send() }}>
      {harmful != null && <HarmfulPause label={harmful} onSend={() => { send(true) }} onChange={() => { setHarmful(undefined); area.current?.focus() }} />}
      {(replyTo ?? editing) != null && (
        <p class='context'>
          <span><Icon name={editing == null ? 'reply' : 'send'} size={16} /> {editing == null ? t('room.replying', { name: replyTo?.self === true ? t('message.you') : safeName(replyTo?.petname ?? '') }) : t('room.editing')}</span>
          <button type='button' class='link' onClick={giveUp}>{t('room.cancel')}</button>
        </p>
      )}
      {choosing && (
        <label class='life'>{t('room.expire')}
          <select value={life} onChange={event => { const ms = Number(event.currentTarget.value); setLife(ms); lives.set(id, ms); setChoosing(false) }}>
            {LIVES.map(ms => <option key={ms} value={ms}>{ms === 0 ? t('room.expire.off') : span(ms)}</option>)}
          </select>
        </label>
      )}
      {files.length > 0 && (
        <ul class='staged' aria-busy={sending}>
          {files.map((file, i) => (
            <li key={i} class='tag'><Icon name='file' size={16} /> <bdi>{safeName(file.name)}</bdi> {bytes(file.size)}
              <button type='button' class='quiet' aria-label={`${t('room.cancel')}: ${safeName(file.name)}`} disabled={sending} onClick={() => { setFiles(files.filter(each => each !== file)); area.current?.focus() }}><Icon name='close' size={16} /></button>
            </li>
          ))}
        </ul>
      )}
      <div class='line'>
        <button type='button' class='quiet' aria-label={t('room.attach')} title={t('room.attach')} onClick={() => { choose().catch(() => {}) }}><Icon name='attach' /></button>
        <div class='field'>
          <textarea ref={area} rows={1} dir={text === '' ? undefined : 'auto'} aria-label={t('room.write')} placeholder={t('room.write')} value={text} onInput={event => { change(event.currentTarget.value) }} onKeyDown={onKeyDown} onPaste={onPaste} enterkeyhint='send' />
          <button type='button' class={`quiet${life > 0 ? ' on' : ''}`} aria-label={life > 0 ? t('room.expire.on', { span: span(life) }) : t('room.expire')} title={life > 0 ? t('room.expire.on', { span: span(life) }) : t('room.expire')} aria-expanded={choosing} onClick={() => { setChoosing(!choosing) }}><Icon name='timer' size={20} /></button>
        </div>
        <button class='primary send' type='submit' aria-label={t('room.send')} title={t('room.send')} disabled={(text.trim() === '' && files.length === 0) || sending}><Icon name='send' /></button>
      </div>
    </form>
  )
}
