import { runSteady } from '../support/steady-case.ts'
import type { BenchCase } from '../bench-case.ts'

export default {
  name: 'thirty',
  title: 'thirty processes in one room, 50 texts of 200 bytes a second in all',
  run: async options => options.quick ? [] : runSteady('thirty', options, { members: 30, seconds: 20, median: 200 })
} satisfies BenchCase
