// Prints the tables of docs/classifier.md: what the built-in classifier makes of sentences it never
// saw. `node scripts/build.js && node scripts/classifier-figures.js`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtinClassifier, LABELS } from '../dist/src/moderation/classifier/index.js'
import { figuresOf } from '../dist/test/support/classifier-figures.js'
import { root } from './node.js'

const percent = value => `${Math.round(value * 100)} %`
const quality = ({ precision, recall }) => `${percent(precision)} / ${percent(recall)}`

for (const name of ['held-out', 'fresh']) {
  const figures = await figuresOf(builtinClassifier(), JSON.parse(readFileSync(join(root, 'data', 'classifier', `${name}.json`), 'utf8')))
  console.log(`\n${name}.json, ${figures.samples} sentences, precision / recall\n`)
  console.log(`| | ${LABELS.join(' | ')} |\n|---|${'---|'.repeat(LABELS.length)}`)
  // too few of them for each language and kind
  const whole = name === 'held-out'
  for (const [language, labels] of [['all', figures.labels], ...(whole ? Object.entries(figures.languages) : [])]) {
    console.log(`| ${language} | ${LABELS.map(label => quality(labels[label])).join(' | ')} |`)
  }
  if (!whole) {
    continue
  }
  console.log('\n| harmless texts about | labelled | of | as what |\n|---|---|---|---|')
  for (const [about, { texts, labelled, labels }] of Object.entries(figures.harmless)) {
    console.log(`| ${about} | ${labelled} | ${texts} | ${LABELS.filter(label => labels[label] > 0).map(label => `${label} ${labels[label]}`).join(', ')} |`)
  }
  const { texts, labelled } = figures.riskTakenForAttack
  console.log(`\nwishes to die taken for an attack on others: ${labelled} of ${texts}`)
  console.log('\n| spelling | harmful texts found | harmless texts labelled |\n|---|---|---|')
  for (const [spelling, { recall, alarms }] of Object.entries(figures.spellings)) {
    console.log(`| ${spelling} | ${percent(recall)} | ${percent(alarms)} |`)
  }
}
