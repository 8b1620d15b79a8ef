import { parseArgs } from 'node:util';
import { exitWith, tool } from './process.mjs';

/** What is tried by the thousand: the tests, and where they read the count. */
const targets = {
  /** Every pass keeps the meaning of random programs, and every executor computes it. */
  programs: {
    files: ['packages/core/src/passes/passes.test.ts', 'packages/backend-cpu/test/random-programs.test.ts'],
    variable: 'CAPAS_RANDOM_PROGRAMS',
  },
  /** Model files with faults in them are refused with an error of ours. */
  files: { files: ['packages/layers/test/files/mutated-files.test.ts'], variable: 'CAPAS_MUTATED_FILES' },
};

/**
 * Random programs, or files with faults, by the thousand: `--count` of them in each test, those of `--seed`.
 *
 * @param {keyof typeof targets} target
 * @param {readonly string[]} args
 */
export async function fuzz(target, args) {
  const { files, variable } = targets[target];
  const { values } = parseArgs({
    args: [...args],
    options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  });
  const { count, seed = `${Date.now() % 2 ** 31}` } = values;
  for (const [name, text] of Object.entries({ count, seed }))
    if (!/^\d{1,10}$/.test(text)) throw new TypeError(`fuzz: --${name} must be a natural number. Received: ${text}.`);
  const command = target === 'programs' ? 'fuzz' : `fuzz:${target}`;
  console.log(`${count} ${target} in each test. To repeat them: pnpm ${command} --count ${count} --seed ${seed}`);
  await exitWith(tool('vitest', ['run', ...files], { env: { [variable]: count, CAPAS_SEED: seed } }));
}
