import { InvalidResourcesError, encodeResources, readResources, resourcesFor } from '../moderation/index.ts'
import { InvalidParametersError } from '../room/index.ts'
import { readSetting, writeSetting } from './settings.ts'
import type { Resource } from './api.ts'
import type { ResourceList } from '../moderation/index.ts'
import type { Store } from '../store/store-api.ts'

const SETTING = 'resources'
/** Lists of help lines that one reader may hold. */
export const MAX_RESOURCE_LISTS = 16
/** Help lines of all followed lists together; those of the nearest lists come first. */
export const MAX_FOLLOWED_LINES = 10_000

/** Lists of help lines that the reader was given, before the directories that are always there. */
export class ResourceShelf {
  readonly #store: Store
  #lists: ResourceList[] = []

  constructor (store: Store) {
    this.#store = store
  }

  async load (): Promise<void> {
    const held = await readSetting<ResourceList[]>(this.#store, SETTING)
    // checked again: the rules may have become stricter since it was written
    this.#lists = (Array.isArray(held) ? held : []).slice(0, MAX_RESOURCE_LISTS).flatMap(list => {
      try {
        return [readResources(encodeResources(list))]
      } catch {
        return []
      }
    })
  }

  /** After a wipe. */
  clear (): void { this.#lists = [] }

  titles (): Array<{ title: string, resources: number }> {
    return this.#lists.map(({ title, resources }) => ({ title, resources: resources.length }))
  }

  /** @param followed - lists that the reader follows, and their help lines */
  for (language?: string, followed: Array<{ title: string, resources: Iterable<ResourceList['resources'][number]> }> = []): Resource[] {
    let left = MAX_FOLLOWED_LINES
    const theirs = followed.map(({ title, resources }) => {
      const lines = [...resources].slice(0, left).map(resource => ({ ...resource, list: title }))
      left -= lines.length
      return { resources: lines }
    })
    return resourcesFor([...this.#lists, ...theirs], language).map(({ regions, ...resource }) => ({ ...resource, region: regions.join(', ') }))
  }

  /**
   * Takes a list from a file; one of the same title is replaced.
   *
   * @throws {InvalidParametersError} when the file is no list of help lines, or there are 16 already
   */
  async add (file: Uint8Array): Promise<{ title: string, resources: number }> {
    let list: ResourceList
    try {
      list = readResources(file)
    } catch (error) {
      throw error instanceof InvalidResourcesError ? new InvalidParametersError(error.message, { cause: error }) : error
    }
    const others = this.#lists.filter(({ title }) => title !== list.title)
    if (others.length >= MAX_RESOURCE_LISTS) {
      throw new InvalidParametersError(`You hold ${MAX_RESOURCE_LISTS} lists of help lines. Remove one first.`)
    }
    this.#lists = [list, ...others]
    await writeSetting(this.#store, SETTING, this.#lists)
    return { title: list.title, resources: list.resources.length }
  }

  /** @throws {InvalidParametersError} when there is no such list */
  async remove (title: string): Promise<void> {
    const others = this.#lists.filter(list => list.title !== title)
    if (others.length === this.#lists.length) {
      throw new InvalidParametersError('You hold no list of help lines of this title. Read moderation.resources for those you do.')
    }
    this.#lists = others
    await writeSetting(this.#store, SETTING, this.#lists)
  }
}
