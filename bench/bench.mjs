/**
 * Times of the five course programs: Capas beside others, in turns in one run on the same cores; see README.md.
 *
 *     pnpm bench [--only mnist,cifar] [--backends native,wasm] [--peers keras-jax,torch] [--rounds 1] [--json FILE] [--python PATH]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bestOf, boundOf, measureMachine } from './bound.mjs';
import { writeData } from './data.mjs';
import { programs } from './programs.mjs';
import { findPython } from './python/find-python.mjs';
import { machineText, notesOf, othersTable, stepsTable } from './report.mjs';
import { runSide } from './run-side.mjs';
import { backends, peers } from './sides.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(programs).join() },
    backends: { type: 'string', default: 'native,wasm' },
    peers: { type: 'string', default: Object.keys(peers).join() },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
    cores: { type: 'string', default: '2' },
    python: { type: 'string' },
    json: { type: 'string' },
  },
});
const python = findPython(options.python);
const cores = Number(options.cores);
const names = chosen('only', programs);
const ours = chosen('backends', backends);
const others = chosen('peers', peers).filter((name) => python || !peers[name].isPython);
if (!python)
  console.log('No Python peers: make them with `pnpm bench:setup`, or name an interpreter: `--python PATH`.');

/** The names of an option. */
function chosen(option, known) {
  const list = options[option].split(',').filter((name) => name !== '');
  const unknown = list.find((name) => !Object.hasOwn(known, name));
  if (unknown) throw new Error(`--${option}: expected some of ${Object.keys(known).join(', ')}. Received: ${unknown}.`);
  return list;
}

/** Of two results of the same task, the faster one; a failure counts for nothing. */
const better = (old, result) => (!old || old.error || (!result.error && result.ms < old.ms) ? result : old);

/** What is measured, with which programs and rows where that is not every program and an epoch. */
const kinds = {
  fit: { sides: [...ours, ...others] },
  compile: { sides: ours.filter((name) => !name.endsWith('eager')) },
  first: { rows: { mnist: 60000 }, sides: [...ours, ...others.filter((name) => name.startsWith('keras'))] },
  predict: { rows: { mnist: 10000, cifar: 2000 }, sides: [...ours, ...others] },
  evaluate: {
    rows: { mnist: 10000, cifar: 2000 },
    sides: [...ours, ...others.filter((name) => name.startsWith('keras'))],
  },
};

const folder = mkdtempSync(join(tmpdir(), 'capas-bench-'));
/** The results by kind, program and side. */
const results = {};
const machines = [];
try {
  const data = Object.fromEntries(names.map((name) => [name, writeData(folder, name)]));
  for (let round = 0; round < Number(options.rounds); round++) {
    machines.push(measureMachine(cores));
    for (const [kind, { rows, sides }] of Object.entries(kinds))
      for (const name of names.filter((name) => !rows || Object.hasOwn(rows, name)))
        await measureAll(kind, name, data[name], sides);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Asks sides in turn; the better result of all rounds stays. */
async function measureAll(kind, program, data, sides) {
  const { batch, steps: all } = programs[program];
  for (const name of sides) {
    const { steps: share = 1, cannot, ...side } = backends[name] ?? peers[name];
    if (cannot?.includes(program)) continue;
    const steps = Math.max(2, Math.round(all * share));
    const task = {
      kind,
      program,
      data,
      batch,
      steps,
      rows: kinds[kind].rows?.[program] ?? steps * batch,
      seconds: Number(options.seconds),
      cores,
    };
    const result = await runSide(side, task, { python, cores });
    console.error(`${program} ${kind} ${name}: ${result.error ?? `${result.ms.toFixed(3)} ms`}`);
    results[kind] ??= {};
    results[kind][program] ??= {};
    results[kind][program][name] = better(results[kind][program][name], result);
  }
}

const machine = machines.every(Boolean) ? bestOf(machines) : undefined;
/** By program. */
const bounds = {};
for (const [program, { native }] of Object.entries(results.compile ?? {}))
  if (machine && native?.work) bounds[program] = boundOf(native.work, machine);

const run = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: cpus()[0].model,
  cores,
  rounds: Number(options.rounds),
};
console.log(`${cores} cores of ${run.cpu}, Node ${run.node}, the best of ${run.rounds} round(s).`);
if (machine) console.log(machineText(machine));
console.log(
  `\n${stepsTable({ results, bounds, ours, others })}\n\n${othersTable({ results, ours, others })}\n\n${notesOf(results)}`,
);
if (options.json)
  writeFileSync(options.json, `${JSON.stringify({ ...run, machine, bounds, results }, undefined, 2)}\n`);
