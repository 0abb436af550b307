import { useEffect, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { call, current } from '../state.ts'
import type { PrivacyLedger } from '../../engine/api.ts'
import type { Key } from '../catalogue/index.ts'

const REFRESH_MS = 3_000

/** Over which carrier to whom, and what each kind of observer can see of it. */
export function Connection (): preact.JSX.Element {
  const [ledger, setLedger] = useState<PrivacyLedger['rooms'][number]>()
  useEffect(() => {
    const read = (): void => {
      call('node.privacy').then((all: PrivacyLedger) => { setLedger(all.rooms.find(each => each.room === current.value)) }, () => {})
    }
    read()
    const timer = setInterval(read, REFRESH_MS)
    return () => { clearInterval(timer) }
  }, [current.value])
  if (ledger == null) {
    return <p class='note'>…</p>
  }
  return (
    <>
      <h3>{t('connection.title')}</h3>
      {ledger.connections.length === 0 && <p>{t('connection.none')}</p>}
      <ul class='connections'>
        {ledger.connections.map(connection => (
          <li><code>{connection.carrier}</code> {t(connection.member ? 'connection.member' : 'connection.helper')}{connection.limited && ` · ${t('connection.relayed')}`} <code class='persona'>…{connection.peer.slice(-8)}</code></li>
        ))}
      </ul>
      <h3>{t('privacy.title')}</h3>
      <dl class='observers'>
        {ledger.observers.map(({ who, sees }) => (
          <>
            <dt>{t(`privacy.${who}`)}</dt>
            <dd>{sees.length === 0 ? t('privacy.sees.nothing') : sees.map(each => t(`privacy.sees.${each}` as Key)).join(', ')}</dd>
          </>
        ))}
        <dt>{t('privacy.stored')}</dt>
        <dd>{ledger.stored.bytes === 0 ? t('privacy.stored.nothing') : `${Math.ceil(ledger.stored.bytes / 1024)} KB`}</dd>
        <dt>{t('privacy.announced')}</dt>
        <dd>{ledger.announced.length === 0 ? t('privacy.sees.nothing') : ledger.announced.map(each => <code class='persona'>{each.key.slice(0, 16)}…</code>)}</dd>
      </dl>
    </>
  )
}
