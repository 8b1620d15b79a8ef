import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, root, run, turbo } from '../process.mjs';

const here = dirname(fileURLToPath(import.meta.url));
/** The virtual environment that is made here. */
const folder = join(root, 'out/keras-python');
const pythonIn = (/** @type {string} */ environment) =>
  join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** How long the installation may take. */
const MOST_MINUTES = 10;

/**
 * A Python that has Keras and TensorFlow: the one given, of `CAPAS_KERAS_PYTHON`, of `pnpm bench:setup`, or one that is made in
 * `out/keras-python` from PyPI, which takes some minutes and 2 GB. `undefined`, and why, if there is none.
 *
 * @param {string} [given]
 */
export function findKeras(given = process.env.CAPAS_KERAS_PYTHON) {
  const known = given ? [given] : [folder, join(root, 'out/bench-python')].map(pythonIn).filter(existsSync);
  const found = known.find((python) => spawnSync(python, ['-c', 'import keras, tensorflow, h5py']).status === 0);
  if (found) return { python: found };
  if (given) return { problem: `${given} has no keras and tensorflow` };
  const made = [
    [process.env.CAPAS_PYTHON ?? 'python3', '-m', 'venv', folder],
    [
      pythonIn(folder),
      '-m',
      'pip',
      'install',
      '--quiet',
      '--timeout',
      '15',
      '--retries',
      '1',
      '-r',
      join(here, 'requirements.txt'),
    ],
  ];
  for (const [command = '', ...args] of made) {
    const { status, stderr, error } = spawnSync(command, args, { timeout: MOST_MINUTES * 60_000, encoding: 'utf8' });
    if (status !== 0)
      return {
        problem: `${command} ${args.slice(0, 3).join(' ')}: ${(error?.message ?? stderr).trim().split('\n').at(-1)}`,
      };
  }
  return { python: pythonIn(folder) };
}

/** What whoever reads the output must not overlook. */
const notChecked = (/** @type {string} */ problem) =>
  `NOT CHECKED: whether Python Keras opens our files, and we its. There is no Keras here: ${problem}.\nName a Python that has it: npm run judge -- --python PATH, or CAPAS_KERAS_PYTHON.`;

/**
 * Python Keras opens files that we write, and we open its.
 *
 * @param {readonly string[]} args `--python PATH`, and those of `tools/keras/src/cli.ts`
 * @returns {Promise<number>} the exit code
 */
export async function judge(args) {
  const at = args.indexOf('--python');
  const { python, problem } = findKeras(at < 0 ? undefined : args[at + 1]);
  if (!python) {
    console.error(notChecked(`${problem}`));
    return 1;
  }
  const built = await turbo('build', '@capas/keras-judge');
  if (built.code !== 0) {
    console.error(built.output);
    return built.code;
  }
  const rest = at < 0 ? args : args.filter((_, i) => i !== at && i !== at + 1);
  return (await run(process.execPath, [join(here, 'dist/cli.js'), '--python', python, ...rest])).code;
}

/**
 * One model of each class of layers, and the golden models, for the check of the repository, which has built everything.
 *
 * @type {import('../check/check.mjs').Check}
 */
export const kerasCheck = {
  name: 'Python Keras opens our files, and we its',
  run: async () => {
    const { python, problem } = findKeras();
    if (!python) {
      console.log(notChecked(`${problem}`));
      return { passed: 0, failed: 0, skipped: 1, output: '' };
    }
    const { code, output } = await run(
      process.execPath,
      [join(here, 'dist/cli.js'), '--python', python, '--each', 'class'],
      capture,
    );
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
    return { passed: Number(passed ?? 0), failed: Number(failed ?? (code === 0 ? 0 : 1)), output };
  },
};
