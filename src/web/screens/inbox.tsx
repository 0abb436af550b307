import { useEffect, useState } from 'preact/hooks'
import { momentName } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { pushPanel } from '../panels.ts'
import { encodeBinary } from '../parts/base64url.ts'
import { reasonName } from '../parts/choices.js'
import { chooseFile, saveFile } from '../parts/files.ts'
import { Icon } from '../parts/icon.js'
import { safeText } from '../parts/safe-text.ts'
import { short } from '../parts/subject.js'
import { backend, call, tell } from '../state.ts'
import type { Outcome, ReportSummary } from '../../moderation/moderation-api.ts'

const OUTCOMES: Outcome[] = ['acted', 'dismissed', 'noted']

/** What readers report to the lists this person maintains. */
export function Inbox (): preact.JSX.Element {
  const [reports, setReports] = useState<ReportSummary[]>()
  const [chosen, setChosen] = useState<string[]>([])
  const [reply, setReply] = useState('')
  const read = (): void => { call('report.inbox').then(({ reports }) => { setReports(reports) }, () => {}) }
  useEffect(() => {
    read()
    return backend.value?.onEvent(event => { event.type === 'report' && read() })
  }, [])
  const resolve = (outcome: Outcome): void => {
    call('report.resolve', { reports: chosen, outcome, ...(reply.trim() === '' ? {} : { note: reply.trim(), reply: true }) }).then(({ resolved }) => {
      tell(t('inbox.resolved', { count: resolved }))
      setChosen([])
      setReply('')
      read()
    }).catch(() => {})
  }
  const save = (report: string): void => { call('report.export', { report }).then(({ data }) => { saveFile(data, 'report.undertone-report') }).catch(() => {}) }
  return (
    <div class='stack'>
      {reports?.length === 0 && <p class='blank'>{t('inbox.none')}</p>}
      <ul class='entries'>
        {reports?.map(report => (
          <li key={report.report} class={report.outcome == null ? '' : 'done'}>
            <p class='line'>
              <input type='checkbox' aria-label={t('inbox.select')} checked={chosen.includes(report.report)} onChange={event => { setChosen(event.currentTarget.checked ? [...chosen, report.report] : chosen.filter(each => each !== report.report)) }} />
              <strong>{report.kind === 'appeal' ? t('list.appeal') : reasonName(report.reason)}</strong> <span class='tag quiet-tag'>{t('inbox.count', { count: report.count })}</span>
              {report.outcome != null && <span class='tag'>{t(`inbox.${report.outcome}`)}</span>}
            </p>
            {report.note !== '' && <p dir='auto'>{safeText(report.note)}</p>}
            {report.messages.map(message => (
              <blockquote key={message.id} class={message.context ? 'evidence context-message' : 'evidence'}>
                <span class='note'>{short(message.author)}</span>
                <p dir='auto'>{safeText(message.text)}</p>
                {!message.context && <button class='link' onClick={() => { pushPanel('entry', { subject: { persona: message.author } }) }}>{t('inbox.blocklist')}</button>}
              </blockquote>
            ))}
            <button class='link' onClick={() => { save(report.report) }}>{t('report.save')}</button>
            <p class='note'>{report.from == null ? t('inbox.anonymous') : t('inbox.from', { name: short(report.from) })} · {momentName(report.time)}</p>
          </li>
        ))}
      </ul>
      {chosen.length > 0 && (
        <section class='batch'>
          <label>{t('inbox.reply')}<textarea rows={2} maxLength={1000} dir='auto' value={reply} onInput={event => { setReply(event.currentTarget.value) }} /></label>
          <p class='row'>{OUTCOMES.map(outcome => <button key={outcome} onClick={() => { resolve(outcome) }}>{t(`inbox.${outcome}`)}</button>)}</p>
        </section>
      )}
      <Check />
    </div>
  )
}

/** A report file from outside: is it what its authors signed? */
function Check (): preact.JSX.Element {
  const [found, setFound] = useState<{ valid: boolean, messages: Array<{ id: string, author: string, text: string }> }>()
  const check = async (): Promise<void> => {
    const file = await chooseFile()
    file != null && setFound(await call('report.verify', { data: encodeBinary(new Uint8Array(await file.arrayBuffer())) }))
  }
  return (
    <section>
      <button onClick={() => { check().catch(() => {}) }}><Icon name='shield' size={18} /> {t('inbox.verify')}</button>
      {found != null && (
        <div role='status'>
          <p class={found.valid ? 'good' : 'warning'}>{found.valid ? t('inbox.valid', { count: found.messages.length }) : t('inbox.invalid')}</p>
          {found.messages.map(message => <blockquote key={message.id} class='evidence'><span class='note'>{short(message.author)}</span><p dir='auto'>{safeText(message.text)}</p></blockquote>)}
        </div>
      )}
    </section>
  )
}
