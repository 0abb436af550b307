import { NotLoopbackError } from './errors.ts'

/**
 * The address of a server on this machine. Names are not looked up: whoever answers for one could
 * point it elsewhere. `localhost` is the exception that RFC 6761 §6.3 makes.
 *
 * @throws {NotLoopbackError}
 */
export function loopbackAddress (text: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new NotLoopbackError(`"${text.slice(0, 100)}" is no web address. Name a model server of this machine, such as http://127.0.0.1:8080.`)
  }
  // URL has already brought 127.1, 0x7f000001 and the like into their common form
  const local = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(url.hostname)
  if (!/^https?:$/.test(url.protocol) || !local || url.username !== '' || url.password !== '') {
    throw new NotLoopbackError(`Texts are never sent to another machine, and ${url.host} is one. Use a model server at 127.0.0.1, [::1] or localhost.`)
  }
  return url
}
