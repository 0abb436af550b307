import { randomBytes } from 'node:crypto'
import { open, rename, stat, unlink } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { FileError } from './errors.ts'
import type { Files } from './files.ts'
import type { FileHandle } from 'node:fs/promises'

const PIECE_BYTES = 256 * 1024

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

function unreadable (path: string, error: unknown): FileError {
  return error instanceof FileError ? error : new FileError(`${path} cannot be read: ${because(error)}.`, { cause: error })
}

/** A regular file that is not too large: a pipe or a device may have no end. */
async function opened (path: string, limit: number): Promise<FileHandle> {
  try {
    const info = await stat(path)
    if (!info.isFile()) {
      throw new FileError(`${path} is not a file. Name a file.`)
    }
    if (info.size > limit) {
      throw new FileError(`${path} has more than ${Math.floor(limit / 1024 / 1024)} MiB. Choose a smaller file.`)
    }
    return await open(path, 'r')
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** The files of the person who started this process. */
export const nodeFiles: Files = {
  async read (path, limit) {
    const file = await opened(path, limit)
    try {
      return new Uint8Array(await file.readFile())
    } catch (error) {
      throw unreadable(path, error)
    } finally {
      await file.close()
    }
  },

  async * pieces (path, limit) {
    const file = await opened(path, limit)
    try {
      for await (const piece of file.createReadStream({ autoClose: false, highWaterMark: PIECE_BYTES, end: limit })) {
        yield piece
      }
    } catch (error) {
      throw unreadable(path, error)
    } finally {
      await file.close()
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
    } catch (error: any) {
      await unlink(temporary).catch(() => {})
      if (error?.code == null) {
        // what was to be written went wrong, not the writing
        throw error
      }
      throw new FileError(`${path} cannot be written: ${because(error)}.`, { cause: error })
    }
  },

  name: path => basename(path)
}
