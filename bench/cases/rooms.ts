import { runSteady } from '../support/steady-case.ts'
import type { BenchCase } from '../bench-case.ts'

export default {
  name: 'rooms',
  title: 'ten processes in one room, 50 texts of 200 bytes a second in all',
  run: async options => runSteady('rooms', options, { members: 10, seconds: options.quick ? 5 : 20, median: 20, p99: 150, stemless: true })
} satisfies BenchCase
