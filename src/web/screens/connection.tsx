import { useEffect, useState } from 'preact/hooks'
import { bytes, momentName } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { pageState } from '../page-state.ts'
import { showPanel } from '../panels.ts'
import { Icon } from '../parts/icon.js'
import { ask, call, current, tell } from '../state.ts'
import { PageStart } from './page-start.js'
import type { PrivacyLedger } from '../../engine/api.ts'
import type { Key } from '../catalogue/index.ts'

const REFRESH_MS = 3_000
type Ledger = PrivacyLedger['rooms'][number]

/** Over which carrier to whom, and what each kind of observer can see of it. */
export function Connection (): preact.JSX.Element {
  const [ledger, setLedger] = useState<Ledger>()
  useEffect(() => {
    const read = (): void => {
      ask('node.privacy').then((all: PrivacyLedger) => { setLedger(all.rooms.find(each => each.room === current.value)) }, () => {})
    }
    read()
    const timer = setInterval(read, REFRESH_MS)
    return () => { clearInterval(timer) }
  }, [current.value])
  if (ledger == null) {
    return <p class='note' aria-busy='true'>{t('room.loading')}</p>
  }
  return (
    <div class='stack'>
      <Carriers ledger={ledger} />
      <section>
        <h3>{t('privacy.title')}</h3>
        <dl class='observers'>
          {ledger.observers.map(({ who, sees }) => (
            <div key={who}>
              <dt>{t(`privacy.${who}`)}</dt>
              <dd class={sees.length === 0 ? 'good' : ''}>{sees.length === 0 ? t('privacy.sees.nothing') : sees.map(each => t(`privacy.sees.${each}` as Key)).join(' · ')}</dd>
            </div>
          ))}
          <div>
            <dt>{t('privacy.stored')}</dt>
            <dd>{stored(ledger)}</dd>
          </div>
          <div>
            <dt>{t('privacy.announced')}</dt>
            <dd>{announced(ledger)}</dd>
          </div>
        </dl>
      </section>
    </div>
  )
}

function Carriers ({ ledger }: { ledger: Ledger }): preact.JSX.Element {
  const again = (): void => { call('node.refresh').then(() => { tell(t('connection.again.done')) }).catch(() => {}) }
  const sorted = [...ledger.connections].sort((a, b) => Number(b.member) - Number(a.member))
  return (
    <section>
      <h3>{t('connection.title')}</h3>
      {sorted.length === 0 && <p>{t('connection.none')}</p>}
      <ul class='connections'>
        {sorted.map(connection => (
          <li key={connection.peer}>
            <span class={`dot${connection.member ? '' : ' helper'}`} />
            <span>{t(connection.member ? 'connection.member' : 'connection.helper')} <code class='persona' dir='ltr'>…{connection.peer.slice(-6)}</code></span>
            <span class='note'><bdi>{connection.carrier}</bdi> · {t(connection.limited || connection.carrier === 'relay' ? 'connection.relayed' : 'connection.direct')}</span>
          </li>
        ))}
      </ul>
      {!sorted.some(each => each.member) && (
        <>
          <p class='note'>{t('connection.none.hint')}</p>
          {pageState.value?.helpers.length === 0 && <PageStart />}
          <p class='row'>
            <button onClick={again}><Icon name='search' size={18} /> {t('connection.again')}</button>
            <button onClick={() => { showPanel('invite') }}><Icon name='invite' size={18} /> {t('invite.title')}</button>
          </p>
        </>
      )}
    </section>
  )
}

function stored ({ stored }: Ledger): string {
  if (stored.bytes === 0) {
    return t('privacy.stored.nothing')
  }
  return stored.until == null ? bytes(stored.bytes) : t('privacy.stored.until', { size: bytes(stored.bytes), time: momentName(stored.until) })
}

function announced ({ announced }: Ledger): string {
  if (announced.length === 0) {
    return t('privacy.sees.nothing')
  }
  const open = announced.filter(each => !each.sealed).length
  return open > 0 ? t('privacy.announced.open', { count: open }) : t('privacy.announced.sealed', { count: announced.length })
}
