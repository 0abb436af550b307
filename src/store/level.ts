import { randomBytes } from 'node:crypto'
import { access, mkdir, open, readFile, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { DataInUseError, DiskFullError, ReadOnlyStoreError } from './errors.ts'
import type { Platform } from './platform.ts'

/** What the system says when something cannot be written, as errors that tell what to do. */
function named (error: any): unknown {
  const codes = [error?.code, error?.cause?.code]
  const text = `${String(error?.message)} ${String(error?.cause?.message)}`
  if (codes.includes('ENOSPC') || codes.includes('EDQUOT') || /No space left|Disk quota/i.test(text)) {
    return new DiskFullError()
  }
  if (codes.includes('EACCES') || codes.includes('EROFS') || codes.includes('EPERM') || /Permission denied|Read-only file system/i.test(text)) {
    return new ReadOnlyStoreError()
  }
  if (codes.includes('LEVEL_LOCKED') || /LOCK: already held|lock .*LOCK/i.test(text)) {
    return new DataInUseError()
  }
  return error
}

/** The database's own files do not fit together: a disk error, or bytes that somebody changed. */
function isDamage (error: any): boolean {
  return error?.code !== 'LEVEL_LOCKED' && error?.cause?.code !== 'LEVEL_LOCKED' && named(error) === error
}

async function syncFolder (folder: string): Promise<void> {
  // some systems cannot: then a rename is as durable as they make it
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** Overwrites, then removes. A disk that moves blocks around may keep the old ones; the passphrase still guards those. */
async function shred (path: string): Promise<void> {
  const { size } = await stat(path)
  const handle = await open(path, 'r+')
  try {
    await handle.write(randomBytes(Math.max(size, 1)), 0, size, 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await unlink(path)
}

/** Not `recursive`, which never ends where a file system refuses folders without saying so (/proc). */
async function makeFolder (folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error: any) {
    if (error.code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder))
      await mkdir(folder, { mode: 0o700 }).catch(again => { throw again.code === 'ENOENT' ? noFolder(folder) : again })
    } else if (error.code === 'ENOTDIR' || (error.code === 'EEXIST' && !(await stat(folder)).isDirectory())) {
      throw noFolder(folder)
    } else if (error.code !== 'EEXIST') {
      throw error
    }
  }
}

function noFolder (folder: string): ReadOnlyStoreError {
  return new ReadOnlyStoreError(`${folder} is no folder and cannot become one. Choose another one with --data.`)
}

/** Folders and files of one machine: classic-level beside a few small vault files. */
export const platform: Platform = {
  async exists (location) {
    // only what is known not to be there is not there: what belongs to a vault that cannot be reached is kept
    return access(join(location, 'vault')).then(() => true, error => {
      if (error.code === 'ENOENT') {
        return false
      }
      throw named(error)
    })
  },

  async openFiles (location) {
    await makeFolder(resolve(location)).catch(error => { throw named(error) })
    return {
      async read (name) {
        return readFile(join(location, name)).then(bytes => new Uint8Array(bytes), error => {
          if (error.code === 'ENOENT') {
            return undefined
          }
          throw named(error)
        })
      },
      async write (name, bytes) {
        const temporary = join(location, `${name}.new`)
        try {
          const handle = await open(temporary, 'w', 0o600)
          try {
            await handle.writeFile(bytes)
            await handle.sync()
          } finally {
            await handle.close()
          }
          // the wrapping of before would open with the passphrase of before
          const former = name === 'vault' ? await open(join(location, name), 'r+').catch(() => undefined) : undefined
          try {
            await rename(temporary, join(location, name))
            await syncFolder(location)
            await former?.write(randomBytes(bytes.length), 0, bytes.length, 0)
            await former?.sync()
          } finally {
            await former?.close()
          }
        } catch (error) {
          throw named(error)
        }
      },
      async destroy (name) {
        await shred(join(location, name)).catch(error => {
          if (error.code !== 'ENOENT') {
            throw named(error)
          }
        })
      },
      async list () { return readdir(location) },
      async close () {}
    }
  },

  async openLevel (location) {
    const folder = join(location, 'records')
    // what is sealed cannot be compressed
    const level = new ClassicLevel<Uint8Array, Uint8Array>(folder, { keyEncoding: 'view', valueEncoding: 'view', compression: false })
    await level.open().catch(async error => {
      if (!isDamage(error)) {
        throw named(error)
      }
      // level's own repair keeps every table and log entry whose checksum holds
      await ClassicLevel.repair(folder).catch(cause => { throw named(cause) })
      await level.open().catch(cause => { throw named(cause) })
    })
    return level
  },

  async destroyLevel (location) {
    await rm(join(location, 'records'), { recursive: true, force: true })
  },

  named
}
