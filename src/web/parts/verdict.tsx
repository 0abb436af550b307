import { listed } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { showPanel } from '../panels.ts'
import { Icon } from './icon.js'
import { safeName, safeText } from './safe-text.ts'
import type { ChatMessage } from '../../engine/api.ts'
import type { Verdict, VerdictSource } from '../../moderation/moderation-api.ts'
import type { Key } from '../catalogue/index.ts'
import type { ComponentChildren } from 'preact'

const MAX_SHOWN = 3

function each (verdict: Verdict, word: (source: VerdictSource) => string): string {
  return listed([...new Set(verdict.sources.map(word))].slice(0, MAX_SHOWN))
}

export function reasonsOf (verdict: Verdict): string { return each(verdict, source => t(`reason.${source.reason}` as Key)) }
export function listsOf (verdict: Verdict): string { return each(verdict, source => titleOf(source)) }

export function titleOf (source: { list: string, title: string }): string {
  return source.list === 'classifier' ? t('verdict.classifier') : source.list === 'own' ? t('lists.mine') : safeName(source.title)
}

function Why ({ message }: { message: ChatMessage }): preact.JSX.Element {
  return <button class='link' onClick={() => { showPanel('verdict', { message: message.id }) }}>{t('verdict.why')}</button>
}

/** Hidden by a list the reader chose: the reason is there, and a press shows it. */
export function HiddenBar ({ message, blurred, onShow, children }: { message: ChatMessage, blurred: boolean, onShow (): void, children: ComponentChildren }): preact.JSX.Element {
  const verdict = message.verdict as Verdict
  return (
    <div class={`judged-bar${blurred ? ' over' : ''}`}>
      {children}
      <p><Icon name='shield' size={16} /> {t(blurred ? 'verdict.blurred' : 'verdict.hidden', { reason: reasonsOf(verdict) })} · <span class='by'>{t('verdict.by', { list: listsOf(verdict) })}</span></p>
      <p><button class='link' onClick={onShow}>{t('verdict.show')}</button> <Why message={message} /></p>
    </div>
  )
}

/** Words with what lists say beside them: a warning above, labels and context below. */
export function Judged ({ message, onHide, children }: { message: ChatMessage, onHide?(): void, children: ComponentChildren }): preact.JSX.Element {
  const { verdict } = message
  if (verdict == null || verdict.action === 'none' || verdict.action === 'allow') {
    // what a list on trial would do is marked, and not done
    return <>{children}{verdict?.trial != null && <p class='labels'><span class='tag quiet-tag'>{listsOf({ ...verdict, sources: verdict.trial })}</span> <Why message={message} /></p>}</>
  }
  const notes = verdict.sources.filter(source => source.note != null && (source.action === 'label' || source.action === 'warn'))
  return (
    <>
      {verdict.action === 'warn' && <p class='warning'><Icon name='warn' size={16} /> {t('verdict.warn', { reason: reasonsOf(verdict) })} <Why message={message} /></p>}
      {children}
      {verdict.action === 'label' && <p class='labels'><span class='tag'>{reasonsOf(verdict)}</span> <Why message={message} /></p>}
      {notes.slice(0, MAX_SHOWN).map(source => <ContextNote key={source.entry} source={source} />)}
      {onHide != null && <button class='link' onClick={onHide}>{t('verdict.hide')}</button>}
    </>
  )
}

/** What a list adds to a message or site, and what it rests on. */
function ContextNote ({ source }: { source: VerdictSource & { sources?: string[] } }): preact.JSX.Element {
  return (
    <div class='context-note' role='note' aria-label={t('verdict.note')}>
      <p class='note'>{source.list === 'classifier' ? titleOf(source) : t('verdict.note.by', { list: titleOf(source) })}</p>
      <p dir='auto'>{safeText(source.note ?? '')}</p>
      <Sources addresses={source.sources ?? []} />
    </div>
  )
}

export function Sources ({ addresses }: { addresses: string[] }): preact.JSX.Element {
  const safe = addresses.filter(each => /^https?:\/\/[^\s]+$/.test(each) && URL.canParse(each)).slice(0, 8)
  return <>{safe.map(each => <p key={each}><a href={new URL(each).href} target='_blank' rel='noopener noreferrer nofollow' dir='ltr'>{new URL(each).href}</a></p>)}</>
}
