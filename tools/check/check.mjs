import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kerasCheck } from '../keras/judge.mjs';
import { installCheck, packageChecks } from '../pack-test/pack-test.mjs';
import { capture, tool, turbo } from '../process.mjs';
import { hasCargo, rustChecks, rustTests } from './rust.mjs';
import { vitest } from './vitest.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped?: number, output: string }} Outcome
 * @typedef {{ name: string, run: () => Promise<{ code: number, output: string } | Outcome> }} Check
 */

/** Looks at the sources, and at nothing that is built. */
const sourceChecks = /** @type {readonly Check[]} */ ([
  { name: 'format and lint', run: () => tool('@biomejs/biome', ['check', '--error-on-warnings', '.'], capture) },
  { name: 'types, TypeScript 6', run: () => tool('typescript', ['-p', 'tsconfig.json'], { ...capture, bin: 'tsc' }) },
  { name: 'types, TypeScript 7', run: () => tool('typescript-7', ['-p', 'tsconfig.json'], capture) },
  { name: 'types of tools and configuration', run: () => tool('typescript-7', ['-p', 'tools/tsconfig.json'], capture) },
  { name: 'nothing unused (knip)', run: () => tool('knip', ['--no-progress'], { ...capture, bin: 'knip' }) },
]);

const build = /** @type {Check} */ ({ name: 'build', run: () => turbo('build') });

/**
 * Every check of the repository; prints a summary whose last line is `N passed, N failed`: each test of vitest counts as
 * one, and each other check.
 *
 * @param {readonly string[]} args `--fast` leaves out what needs packed packages or Python Keras
 * @returns {Promise<number>} the exit code
 */
export async function check(args) {
  const unknown = args.find((arg) => arg !== '--fast');
  if (unknown) {
    console.error(`check: unknown argument ${unknown}. It takes --fast, which leaves out the pack tests.`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'capas-check-'));
  const isWithRust = await hasCargo();
  if (!isWithRust)
    console.log('There is no cargo here (https://rustup.rs): the native code is neither built nor checked.');
  try {
    const reports = [
      ...(await twoAtATime([build, ...sourceChecks, ...(isWithRust ? rustChecks : [])])),
      ...(isWithRust ? [await report(rustTests)] : []),
      // Alone, so that tests have the machine to themselves.
      await report({ name: 'tests (vitest)', run: () => vitest(join(folder, 'vitest.json')) }),
    ];
    if (!args.includes('--fast')) {
      reports.push(await report(kerasCheck));
      const { checks, tarballs } = await packageChecks(join(folder, 'tarballs'));
      reports.push(...(await twoAtATime(checks)));
      for (const kind of /** @type {const} */ (['selective', 'everything'])) {
        reports.push(await report(installCheck(kind, tarballs, join(folder, kind))));
      }
    }
    return summarize(reports);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs checks in order, two at any time. */
async function twoAtATime(/** @type {readonly Check[]} */ checks) {
  const waiting = [...checks];
  const reports = /** @type {Awaited<ReturnType<typeof report>>[]} */ ([]);
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) reports.push(await report(next));
  };
  await Promise.all([worker(), worker()]);
  return reports;
}

/** Runs a check and prints how it ended, with its output where it failed. */
async function report(/** @type {Check} */ { name, run }) {
  const start = performance.now();
  const result = await run().catch((error) => ({ code: 1, output: `${error.stack ?? error}\n` }));
  const outcome =
    'code' in result ? { passed: Number(result.code === 0), failed: Number(result.code !== 0), ...result } : result;
  const seconds = (performance.now() - start) / 1000;
  console.log(`${outcome.failed > 0 ? '✗' : '✓'} ${name} (${seconds.toFixed(1)} s)`);
  if (outcome.failed > 0) console.log(outcome.output);
  return { name, ...outcome };
}

/** @param {readonly (Outcome & { name: string })[]} reports */
function summarize(reports) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    reports.reduce((total, each) => total + (each[key] ?? 0), 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  console.log('\nSummary');
  for (const each of reports) {
    const left = each.skipped ? `, ${each.skipped} skipped` : '';
    console.log(`  ${each.failed > 0 ? '✗' : '✓'} ${each.name}: ${each.passed} passed, ${each.failed} failed${left}`);
  }
  if (skipped > 0) console.log(`  ${skipped} tests were skipped, in the files named below the output of vitest.`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
