import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { httpClassifier, onnxClassifier } from '../moderation/index.ts'
import { UsageError } from './errors.ts'
import type { Classifier } from '../moderation/index.ts'

/**
 * The classifier that `--classifier` names: a model server on this machine, a model folder, or `builtin`.
 *
 * @throws {UsageError} for a server elsewhere, and for what is neither
 */
export function readClassifier (where: string, model?: string): Classifier | undefined {
  if (where === 'builtin') {
    return undefined
  }
  if (/^https?:/i.test(where)) {
    const moderations = /\/moderations\/?$/.test(where)
    try {
      return httpClassifier({ address: where.replace(/\/(?:chat\/completions|moderations)\/?$/, ''), model, api: moderations ? 'moderations' : 'chat' })
    } catch (error) {
      throw new UsageError((error as Error).message, { cause: error })
    }
  }
  if (statSync(where, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--classifier ${JSON.stringify(where)} is neither a folder nor a web address. Name a model folder, or a server like http://127.0.0.1:8080.`)
  }
  return onnxClassifier({ read: async name => readFile(join(where, name)), name: model ?? 'model folder' })
}
