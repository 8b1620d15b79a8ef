import { beforeAll, describe, expect, test } from 'vitest';
import { runOpCase } from '../testing/golden-ops.ts';
import { goldensDir, readGoldens } from '../testing/goldens.ts';
import { startJsBackend } from '../testing/js-backend.ts';

const dir = await goldensDir();
if (!dir) console.warn('ops/goldens.test.ts: SKIPPED: no folder of goldens (CAPAS_GOLDENS_DIR or ../shared/goldens).');

beforeAll(startJsBackend);

/** Their shapes depend on values. */
const notInPrograms = ['bincount', 'nonzero'];

for (const [name, mode] of ['ops', 'ops-image'].flatMap(
  (each) =>
    [
      [each, 'eager'],
      [each, 'compiled'],
    ] as const,
)) {
  describe.skipIf(!dir)(`goldens ${name}, ${mode}`, async () => {
    if (!dir) return;
    const group = await readGoldens(name, dir);
    test.each(group.cases.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
      const { outcome, worst, detail } = runOpCase(golden, group, mode);
      if (golden.advisory) return;
      if (mode === 'compiled' && notInPrograms.includes(golden['function'] as string)) return;
      expect(outcome, `${detail} (${worst} times the tolerance)`).toBe('passed');
    });
  });
}
