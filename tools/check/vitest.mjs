import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { readJson, root, tool } from '../process.mjs';

/**
 * All tests of all packages, shown as they run and counted through the JSON report.
 *
 * A file that could not be loaded has no tests to count: it counts as one that failed, and so does an error outside of
 * every test.
 *
 * @param {string} reportPath where the JSON report goes
 * @returns {Promise<import('./check.mjs').Outcome>}
 */
export async function vitest(reportPath) {
  const { code } = await tool('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath}`,
  ]);
  if (!existsSync(reportPath)) return { passed: 0, failed: 1, output: 'vitest ended without a report' };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = readJson(reportPath);
  const broken = testResults.filter(
    (/** @type {any} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  );
  const counted = numFailedTests + broken.length;
  const outside = counted === 0 && code !== 0 ? 1 : 0;
  for (const file of testResults) {
    const skipped = file.assertionResults.filter((/** @type {any} */ test) => !/passed|failed/.test(test.status));
    if (skipped.length > 0) console.log(`  ${relative(root, file.name)}: ${skipped.length} skipped`);
  }
  return {
    passed: numPassedTests,
    failed: counted + outside,
    skipped: numPendingTests + numTodoTests,
    output: [
      ...(outside ? ['an error outside of every test: see the output of vitest above'] : []),
      ...broken.map((/** @type {any} */ file) => `${relative(root, file.name)}: ${file.message}`),
    ].join('\n'),
  };
}
