// What a page does not need of its libraries, taken out while it is bundled: a page must reach people
// on slow lines. Each rule says why nobody misses what it removes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './node.js'

const STAND_INS = [
  // counters for a monitoring system that no page reports to
  [/@libp2p\/gossipsub\/dist\/src\/metrics\.js$/, 'gossip-metrics.js'],
  [/@libp2p\/gossipsub\/dist\/src\/score\/scoreMetrics\.js$/, 'gossip-score-metrics.js'],
  [/@libp2p\/kad-dht\/dist\/src\/reprovider\.js$/, 'dht-reprovider.js'],
  [/@libp2p\/kad-dht\/dist\/src\/routing-table\/generated-prefix-list(-browser)?\.js$/, 'dht-prefixes.js'],
  [/@libp2p\/kad-dht\/dist\/src\/rpc\/index\.js$/, 'dht-answers.js'],
  [/libp2p\/dist\/src\/address-manager\/(dns|ip)-mappings\.js$/, 'address-mappings.js'],
  [/@libp2p\/logger\/dist\/src\/index\.js$/, 'logger.js'],
  [/@multiformats\/dns\/dist\/src\/index\.js$/, 'dns.js'],
  [/libp2p\/dist\/src\/connection-manager\/reconnect-queue\.js$/, 'reconnect-queue.js'],
  [/@libp2p\/circuit-relay-v2\/dist\/src\/server\/index\.js$/, 'relay-server.js'],
  [/src\/network\/shared-host\.ts$/, 'shared-host.js'],
  [/multiformats\/dist\/src\/bases\/base256emoji\.js$/, 'nothing.js'],
  // of each a page uses a tenth
  [/node_modules\/denque\/index\.js$/, 'queue.js'],
  [/node_modules\/netmask\/dist\/netmask\.js$/, 'netmask.js'],
  // keys of kinds that none of our nodes has
  [/@libp2p\/crypto\/dist\/src\/keys\/(ecdsa\/(ecdsa|utils)|rsa\/(der|index|index\.browser|utils)|secp256k1\/(index|index\.browser|utils))\.js$/, 'other-keys.js']
]

const LOG = /^(?:[\w.#]+\.)?#?log(?:\??\.(?:trace|error))?$/
/** Of gossip, where pages have none (see gossip-metrics.js). */
const COUNT = /^(?:this\.)?metrics\?\.\w+(?:\.\w+)?$/
const ONE_OF = /^if \(obj\.\w+ != null\) \{(?:\s*obj\.\w+ = undefined;?)+\s*\}$/
const LIMITS = /^\{\s*limits: opts\.limits\?\.\w+\$?\s*\}$/
/** What HPKE has copies of. */
const NOBLE = { 'hash/sha2.js': ['hashes', 'sha2.js'], 'hash/hmac.js': ['hashes', 'hmac.js'], 'curve/montgomery.js': ['curves', 'abstract', 'montgomery.js'] }
/** A field as compiled for engines that have none. */
const FIELD = /Object\.defineProperty\(this, "(\w+)", \{\s+enumerable: true,\s+configurable: true,\s+writable: true,\s+value: ([^]*?)\s+\}\);/g
const EFFECT = /\bawait\b|\+\+|--|[^=!<>]=[^=>]/

/**
 * Ranges of a source that go, and what stands there instead.
 *
 * @param source
 * @param generated
 */
function edits (source, generated) {
  const found = []
  const remove = (node, instead = '') => { found.push([node.getStart(source), node.getEnd(), instead]) }
  const visit = node => {
    if (generated) {
      // streaming decoders: every message here is decoded whole
      if (ts.isFunctionDeclaration(node) && node.name?.text === 'stream') {
        remove(node)
        return
      }
      if (ts.isExpressionStatement(node) && /^[\w$]+\.stream = stream;?$/.test(node.getText(source))) {
        remove(node)
        return
      }
      if (ts.isCallExpression(node) && node.expression.getText(source) === 'message' && node.arguments.length === 3) {
        remove(node.arguments[2], 'undefined')
        node.arguments.slice(0, 2).forEach(visit)
        return
      }
      // of several bodies the last would count: whoever writes here gives one
      if (ts.isIfStatement(node) && ONE_OF.test(node.getText(source))) {
        remove(node)
        return
      }
      // what is decoded is bounded as a whole; only gossip names limits of its own
      if (!source.fileName.includes('gossipsub')) {
        if (ts.isIfStatement(node) && node.expression.getText(source).startsWith('opts.limits?.')) {
          remove(node)
          return
        }
        if (ts.isObjectLiteralExpression(node) && ts.isCallExpression(node.parent) && LIMITS.test(node.getText(source))) {
          remove(node, '{}')
          return
        }
      }
    }
    // debug logs are switched on by a setting that pages do not have
    const called = ts.isExpressionStatement(node) && ts.isCallExpression(node.expression) ? node.expression.expression.getText(source) : ''
    if ((LOG.test(called.replace(/\?\./g, '.')) || (source.fileName.includes('gossipsub') && COUNT.test(called))) &&
      !node.expression.arguments.some(each => EFFECT.test(each.getText(source)))) {
      remove(node, ';')
      return
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function slim (path, text) {
  if (/node_modules\/(?:@hpke|mlkem)\//.test(path)) {
    return text.replace(FIELD, 'this.$1 = $2;')
  }
  const generated = text.includes('streamMessage')
  if (!generated && !/\blog\b/.test(text)) {
    return text
  }
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  let result = text
  for (const [start, end, instead] of edits(source, generated).sort((a, b) => b[0] - a[0])) {
    result = result.slice(0, start) + instead + result.slice(end)
  }
  return result
}

/** An esbuild plugin. */
export const slimmer = {
  name: 'slimmer',
  setup ({ onLoad, onResolve }) {
    // one algorithm instead of twenty, beside the page instead of in its way
    onResolve({ filter: /^hash-wasm$/ }, () => ({ path: join(root, 'scripts', 'stand-ins', 'argon2.js') }))
    // the same code twice
    onResolve({ filter: /^uint8arraylist$/ }, ({ importer }) => importer.includes('libp2p-yamux') ? { path: join(root, 'node_modules', 'uint8arraylist', 'dist', 'src', 'index.js') } : undefined)
    onResolve({ filter: /^\.\/src\/(?:hash|curve)\/(?:sha2|hmac|montgomery)\.js$/ }, ({ path, importer }) => importer.endsWith('@hpke/common/esm/mod.js') ? { path: join(root, 'node_modules', '@noble', ...NOBLE[path.slice('./src/'.length)]) } : undefined)
    // where the copy of the repository lies must not count: outside of namespace "file" whole paths go into the names of chunks
    onResolve({ filter: /^argon2-text$/ }, () => ({ path: 'node_modules/hash-wasm/dist/argon2.umd.min.js', namespace: 'text' }))
    onLoad({ filter: /./, namespace: 'text' }, ({ path }) => ({ contents: readFileSync(join(root, path), 'utf8'), loader: 'text' }))
    onLoad({ filter: /\.(js|ts)$/ }, ({ path }) => {
      const standIn = STAND_INS.find(([pattern]) => pattern.test(path))
      if (standIn != null) {
        return { contents: readFileSync(join(root, 'scripts', 'stand-ins', standIn[1]), 'utf8'), loader: 'js', resolveDir: join(root, 'scripts') }
      }
      if (path.includes('node_modules') || path.startsWith(join(root, 'src', 'wire'))) {
        return { contents: slim(path, readFileSync(path, 'utf8')), loader: path.endsWith('.ts') ? 'ts' : 'js' }
      }
      return undefined
    })
  }
}
