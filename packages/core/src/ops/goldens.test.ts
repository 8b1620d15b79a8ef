import { beforeAll, describe, expect, test } from 'vitest';
import { runOpCase } from '../testing/golden-ops.ts';
import { goldensDir, readGoldens } from '../testing/goldens.ts';
import { startJsBackend } from '../testing/js-backend.ts';

const dir = await goldensDir();
if (!dir) console.warn('ops/goldens.test.ts: SKIPPED: no folder of goldens (CAPAS_GOLDENS_DIR or ../shared/goldens).');

beforeAll(startJsBackend);

for (const name of ['ops', 'ops-image']) {
  describe.skipIf(!dir)(`goldens ${name}`, async () => {
    if (!dir) return;
    const group = await readGoldens(name, dir);
    test.each(group.cases.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
      const { outcome, worst, detail } = runOpCase(golden, group);
      if (golden.advisory) return;
      expect(outcome, `${detail} (${worst} times the tolerance)`).toBe('passed');
    });
  });
}
