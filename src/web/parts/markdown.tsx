import { safeText } from './safe-text.ts'

type Child = preact.ComponentChild

/** Tokens of one line, in order of precedence; each pattern is linear in the text. */
const INLINE = /(`[^`\n]{1,2000}`)|(\*\*[^*\n]{1,2000}\*\*)|(_[^_\n]{1,2000}_)|(https?:\/\/[^\s<>"']{1,2000})/gu

function link (text: string): Child {
  // a full stop or bracket after an address belongs to the sentence
  const trailing = /[.,;:!?)\]]+$/.exec(text)?.[0] ?? ''
  const address = text.slice(0, text.length - trailing.length)
  let href: string
  try {
    const url = new URL(address)
    href = url.protocol === 'http:' || url.protocol === 'https:' ? url.href : ''
  } catch {
    return text
  }
  // shown whole, in its ASCII form where letters could pass for others
  return <><a href={href} target='_blank' rel='noopener noreferrer nofollow'>{href}</a>{trailing}</>
}

function inline (text: string): Child[] {
  const parts: Child[] = []
  let at = 0
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(at, match.index))
    const [whole, code, bold, italic] = match
    if (code != null) {
      parts.push(<code>{whole.slice(1, -1)}</code>)
    } else if (bold != null) {
      parts.push(<strong>{whole.slice(2, -2)}</strong>)
    } else if (italic != null) {
      parts.push(<em>{whole.slice(1, -1)}</em>)
    } else {
      parts.push(link(whole))
    }
    at = match.index + whole.length
  }
  parts.push(text.slice(at))
  return parts
}

/** Bold, italic, code, quotes and links of somebody's words, as elements: nothing of it is ever HTML. */
export function Markdown ({ text }: { text: string }): preact.JSX.Element {
  const blocks: Child[] = []
  const lines = safeText(text).split('\n')
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].startsWith('```')) {
      const end = lines.findIndex((line, at) => at > i && line.startsWith('```'))
      const until = end < 0 ? lines.length : end
      blocks.push(<pre><code>{lines.slice(i + 1, until).join('\n')}</code></pre>)
      i = until
    } else if (lines[i].startsWith('> ')) {
      const quoted = []
      for (; i < lines.length && lines[i].startsWith('> '); i++) {
        quoted.push(lines[i].slice(2))
      }
      i--
      blocks.push(<blockquote>{quoted.map(line => <p dir='auto'>{inline(line)}</p>)}</blockquote>)
    } else {
      blocks.push(<p dir='auto'>{lines[i] === '' ? '\u00a0' : inline(lines[i])}</p>)
    }
  }
  return <div class='text'>{blocks}</div>
}
