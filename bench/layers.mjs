/**
 * Times of single layers, forward and backward: Capas beside Keras and PyTorch, in turns in one run on the same cores; see
 * README.md. The layers stand in `layer-tasks.mjs`.
 *
 *     node bench/layers.mjs [--only conv2d] [--backends native,wasm] [--peers torch] [--rounds 3] [--json FILE] [--python PATH]
 *
 * `--python` may name several interpreters, separated by commas: each peer takes the first that has it.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bestOf, measureMachine } from './bound.mjs';
import { layerTasks } from './layer-tasks.mjs';
import { findPython } from './python/find-python.mjs';
import { beside, figure, share, table } from './report.mjs';
import { runSide } from './run-side.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const capas = (task) => ({ file: path('layers-capas.mjs'), task });
const python = (module, file, env = {}) => ({ file: path(`python/${file}`), isPython: true, module, env });

const backends = {
  native: capas({ backend: 'native' }),
  wasm: capas({ backend: 'wasm' }),
  'wasm-threads': capas({ backend: 'wasm', hasThreads: true }),
};
const peers = {
  'keras-tensorflow': python('tensorflow', 'keras_layers.py', { KERAS_BACKEND: 'tensorflow' }),
  torch: python('torch', 'torch_layers.py'),
};

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(layerTasks).join() },
    backends: { type: 'string', default: 'native' },
    peers: { type: 'string', default: Object.keys(peers).join() },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
    cores: { type: 'string', default: '2' },
    python: { type: 'string' },
    json: { type: 'string' },
  },
});
const list = (text) => text.split(',').filter((name) => name !== '');
const interpreters = list(options.python ?? findPython() ?? '');
const cores = Number(options.cores);

/** The first interpreter that has the module of a peer. */
const interpreterOf = ({ module }) =>
  interpreters.find((one) => spawnSync(one, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0);

const sides = [
  ...list(options.backends).map((name) => ({ name, side: backends[name] })),
  ...list(options.peers).map((name) => ({ name, side: peers[name], python: interpreterOf(peers[name]) })),
].filter(({ side, python }) => !side.isPython || python);

/** The best results by layer and side. */
const results = {};
const machines = [];
for (let round = 0; round < Number(options.rounds); round++) {
  machines.push(measureMachine(cores));
  for (const name of list(options.only))
    for (const { name: who, side, python } of sides) {
      const { title: _, passes: __, ...layer } = layerTasks[name];
      const task = { kind: 'layer', name, ...layer, seconds: Number(options.seconds), cores };
      const result = await runSide(side, task, { python, cores });
      console.error(`${name} ${who}: ${result.error ?? `${result.ms.toFixed(2)} ms`}`);
      results[name] ??= {};
      const old = results[name][who];
      if (!old || old.error || result.ms < old.ms) results[name][who] = result;
    }
}

const machine = machines.every(Boolean) ? bestOf(machines) : undefined;
const [first] = list(options.backends);
const rows = Object.entries(results).map(([name, found]) => {
  const { title, input, passes } = layerTasks[name];
  const { ms } = found[first];
  const bytes = passes && 4 * passes * input.reduce((product, dim) => product * dim, 1);
  const ofTriad = bytes && machine && ms ? share(bytes / ms / 1e6, machine.triad.at(-1).gbs) : '–';
  const cells = sides.map(({ name: who }) =>
    found[who].error ? 'fails' : beside(found[who].ms, who === first ? undefined : ms),
  );
  return [title, ...cells, ofTriad];
});
console.log(`${cores} cores of ${cpus()[0].model}, Node ${process.version}, the best of ${options.rounds} round(s).`);
if (machine) console.log(`At best ${figure(machine.gflops)} GFLOPS; triad ${figure(machine.triad.at(-1).gbs)} GB/s.`);
const names = sides.map(({ name }) => name);
console.log(
  `\nMilliseconds forward and backward; in brackets, how many times as long as ${first}.\n\n${table(['layer', ...names, 'of the triad'], rows)}`,
);
for (const [name, found] of Object.entries(results))
  for (const [who, { error }] of Object.entries(found)) if (error) console.log(`${name}, ${who}: ${error}`);
if (options.json) writeFileSync(options.json, `${JSON.stringify({ cores, machine, results }, undefined, 2)}\n`);
