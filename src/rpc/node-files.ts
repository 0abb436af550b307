import { randomBytes } from 'node:crypto'
import { open, rename, stat, unlink } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { FileError } from './errors.ts'
import type { Files } from './files.ts'

function because (error: any): string {
  switch (error?.code) {
    case 'ENOENT': return 'there is no such file or folder'
    case 'EACCES':
    case 'EPERM': return 'permission was denied'
    case 'EISDIR': return 'it is a folder'
    case 'ENOSPC': return 'the disk is full'
    default: return String(error?.code ?? 'it failed')
  }
}

/** The files of the person who started this process. */
export const nodeFiles: Files = {
  async read (path, limit) {
    try {
      const info = await stat(path)
      if (!info.isFile()) {
        throw new FileError(`${path} is not a file. Name a file.`)
      }
      if (info.size > limit) {
        throw new FileError(`${path} has more than ${Math.floor(limit / 1024 / 1024)} MiB. Choose a smaller file.`)
      }
      const file = await open(path, 'r')
      try {
        return new Uint8Array(await file.readFile())
      } finally {
        await file.close()
      }
    } catch (error) {
      throw error instanceof FileError ? error : new FileError(`${path} cannot be read: ${because(error)}.`, { cause: error })
    }
  },

  async write (path, bytes) {
    const target = resolve(path)
    const temporary = `${target}.${randomBytes(6).toString('hex')}.part`
    try {
      const file = await open(temporary, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, target)
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw new FileError(`${path} cannot be written: ${because(error)}.`, { cause: error })
    }
  },

  name: path => basename(path)
}
