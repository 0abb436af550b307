// `npm run bench [-- name…] [--quick]`: benchmarks beside their baselines; writes bench/results.json.
import { spawnSync } from 'node:child_process'
import { findNode, root, toolEnvironment } from './node.js'
import { buildIfStale, install } from './prepare.js'

install()
buildIfStale()
// the status tells wrong usage (2) from a benchmark that failed (1)
const { status } = spawnSync(findNode(), ['dist/bench/index.js', ...process.argv.slice(2)], { cwd: root, env: toolEnvironment(), stdio: 'inherit' })
process.exit(status ?? 1)
