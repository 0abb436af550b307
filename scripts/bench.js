// `npm run bench [-- name…] [--quick]`: benchmarks beside their baselines; writes bench/results.json.
import { findNode } from './node.js'
import { buildIfStale, install, run } from './prepare.js'

install()
buildIfStale()
process.exit(run(findNode(), ['dist/bench/index.js', ...process.argv.slice(2)], { stdio: 'inherit' }) ? 0 : 1)
