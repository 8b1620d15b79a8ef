import { capture, run } from '../process.mjs';

/** @typedef {import('./check.mjs').Check} Check */

/** Whether there is cargo, and with it the checks of the native code. */
export const hasCargo = async () => (await run('cargo', ['--version'], capture)).code === 0;

/** Looks at the Rust sources. */
export const rustChecks = /** @type {readonly Check[]} */ ([
  { name: 'Rust: format', run: () => run('cargo', ['fmt', '--all', '--check'], capture) },
  {
    name: 'Rust: lint (clippy)',
    run: () => cargo('clippy', ['--all-targets', '--', '-D', 'warnings']),
  },
]);

/** All tests of all crates; each counts as one. */
export const rustTests = /** @type {Check} */ ({
  name: 'Rust: tests',
  run: async () => {
    const { code, output } = await cargo('test', ['--no-fail-fast']);
    const results = [...output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored/gm)];
    const sum = (/** @type {number} */ group) => results.reduce((total, result) => total + Number(result[group]), 0);
    const [passed, failed, skipped] = [sum(1), sum(2), sum(3)];
    // What could not be compiled has no tests to count.
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped, output };
  },
});

/** @param {string} command @param {readonly string[]} args */
const cargo = (command, args) => run('cargo', [command, '--workspace', '--release', '--locked', ...args], capture);
