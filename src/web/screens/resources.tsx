import { useEffect, useState } from 'preact/hooks'
import { listed } from '../catalogue/format.ts'
import { language, t } from '../catalogue/index.ts'
import { encodeBinary } from '../parts/base64url.ts'
import { chooseFile } from '../parts/files.ts'
import { Icon } from '../parts/icon.js'
import { safeName } from '../parts/safe-text.ts'
import { call, tell } from '../state.ts'

interface Resource { name: string, address: string, languages: string[], region: string, hours?: string, list?: string }

/** People who help: shown, never pressed upon anybody. */
export function Resources (): preact.JSX.Element {
  const [resources, setResources] = useState<Resource[]>()
  const read = (): void => { call('moderation.resources', { language: language.value.code }).then(({ resources }) => { setResources(resources) }, () => {}) }
  useEffect(read, [language.value.code])
  const add = async (): Promise<void> => {
    const file = await chooseFile()
    if (file != null) {
      const { title, resources } = await call('moderation.addResources', { data: encodeBinary(new Uint8Array(await file.arrayBuffer())) })
      tell(t('resources.added', { title: safeName(title), count: resources }))
      read()
    }
  }
  return (
    <div class='stack'>
      <p class='note'>{t('resources.intro')}</p>
      {resources?.length === 0 && <p class='blank'>{t('resources.none')}</p>}
      <ul class='entries'>
        {resources?.map(({ name, address, languages, region, hours = '', list }) => (
          <li key={name + address}>
            <p><strong dir='auto'>{safeName(name)}</strong></p>
            <p><Address address={address} /></p>
            <p class='note'>{[region, listed(languages), hours, list == null ? '' : t('list.help.from', { list })].filter(each => each !== '').map(safeName).join(' · ')}</p>
          </li>
        ))}
      </ul>
      <section>
        <p class='note'>{t('resources.add.hint')}</p>
        <p class='row'><button onClick={() => { add().catch(() => {}) }}><Icon name='file' size={18} /> {t('resources.add')}</button></p>
      </section>
    </div>
  )
}

function Address ({ address }: { address: string }): preact.JSX.Element {
  if (/^https?:\/\//.test(address) && URL.canParse(address)) {
    return <a href={new URL(address).href} target='_blank' rel='noopener noreferrer nofollow' dir='ltr'>{new URL(address).href}</a>
  }
  const phone = address.replace(/^tel:/, '')
  return /^\+?[\d\s()*#-]{2,24}$/.test(phone) ? <a href={`tel:${phone.replace(/[^+\d*#]/g, '')}`} dir='ltr'>{phone}</a> : <bdi>{safeName(address)}</bdi>
}
