import { parseArgs } from 'node:util';
import { exitWith, tool } from './process.mjs';

/** Every pass keeps the meaning of random programs, and every executor computes it. */
const files = ['packages/core/src/passes/passes.test.ts', 'packages/backend-cpu/test/random-programs.test.ts'];

/**
 * Random programs by the thousand: `--count` of them in each test, those of `--seed`.
 *
 * @param {readonly string[]} args
 */
export async function fuzz(args) {
  const { values } = parseArgs({
    args: [...args],
    options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  });
  const { count, seed = `${Date.now() % 2 ** 31}` } = values;
  for (const [name, text] of Object.entries({ count, seed }))
    if (!/^\d{1,10}$/.test(text)) throw new TypeError(`fuzz: --${name} must be a natural number. Received: ${text}.`);
  console.log(`${count} random programs in each test. To repeat them: pnpm fuzz --count ${count} --seed ${seed}`);
  await exitWith(tool('vitest', ['run', ...files], { env: { CAPAS_RANDOM_PROGRAMS: count, CAPAS_SEED: seed } }));
}
