/**
 * Trains an MLP on MNIST here and in Python Keras, from the same weights and with the same order of batches, and prints the loss
 * of each epoch on both sides: they differ by less than 0.1 %. With `relu` they do not: see
 * `docs/decisions/0011-long-runs.md`.
 *
 *     node tools/keras/long-run.mjs --data mnist.npz [--epochs 5] [--batch-size 32] [--activation tanh] [--backend native] [--python PATH]
 *
 * Needs a built project.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpu } from '@capas/backend-cpu';
import { HostArray, useBackend } from '@capas/core';
import { loadModel } from '@capas/layers';
import { findKeras } from './judge.mjs';

const CLOSE = 1e-3;

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    epochs: { type: 'string', default: '5' },
    'batch-size': { type: 'string', default: '32' },
    activation: { type: 'string', default: 'tanh' },
    backend: { type: 'string', default: 'native' },
    python: { type: 'string' },
  },
});
if (!options.data) throw new TypeError('long-run: --data must name a file mnist.npz.');
const { python, problem } = findKeras(options.python);
if (!python) throw new Error(`long-run: there is no Keras here: ${problem}`);

const folder = mkdtempSync(join(tmpdir(), 'capas-long-run-'));
try {
  const script = join(import.meta.dirname, 'long-run.py');
  execFileSync(python, [script, folder, options.data, options.epochs, options['batch-size'], options.activation], {
    stdio: 'inherit',
  });
  const read = (/** @type {string} */ name) => new Uint8Array(readFileSync(join(folder, name)));
  const expected = JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8'));

  await useBackend(cpu({ prefer: [/** @type {'native'} */ (options.backend)] }));
  const model = await loadModel(join(folder, 'start.keras'));
  const labels = new Int32Array(read('y.bin').buffer);
  const x = new HostArray(read('x.bin'), [labels.length, 28, 28]);
  const epochs = Number(options.epochs);
  const { history } = await model.fit(x, labels, {
    batchSize: Number(options['batch-size']),
    epochs,
    shuffle: false,
    verbose: 0,
  });

  let worst = 0;
  console.log(
    '| epoch | loss here | loss in Keras | difference | accuracy here | in Keras |\n|---|---|---|---|---|---|',
  );
  const { loss: losses = [], accuracy = [] } = history;
  for (const [epoch, loss] of expected.loss.entries()) {
    const ours = losses[epoch] ?? Number.NaN;
    const difference = Math.abs(ours - loss) / loss;
    worst = Math.max(worst, difference);
    const accuracies = [accuracy[epoch] ?? Number.NaN, expected.accuracy[epoch]].map((value) => value.toFixed(5));
    const cells = [epoch + 1, ours.toFixed(6), loss.toFixed(6), difference.toExponential(1), ...accuracies];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(worst <= CLOSE ? `All within ${CLOSE}.` : `Too far apart: ${worst}, more than ${CLOSE}.`);
  if (!(worst <= CLOSE)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
