import { NotSupportedByCarrierError } from './carriers/errors.ts'
import type { WebFile } from './web-file-api.ts'

/** A page is kept by its own policy from asking other servers for anything. */
export const fetchWebFile: WebFile = async () => {
  throw new NotSupportedByCarrierError('A page fetches nothing from other sites. Download the list and subscribe by the file, or use the desktop program.')
}
