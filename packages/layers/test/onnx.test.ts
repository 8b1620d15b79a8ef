import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { goldensDir, readGoldens, resolveGolden } from '@capas/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadModel } from '../src/index.ts';
import { distance, exported, type Inputs } from '../src/saving/testing/run-exported.ts';
import { make, numbers, programs } from './support/course-models.ts';

const LIMIT = 1e-5;
const dir = await goldensDir();
if (!dir) console.warn('ONNX of the golden models: skipped, there is no folder of golden values (CAPAS_GOLDENS_DIR)');
const goldens = dir ? await readGoldens('models', dir) : undefined;

beforeAll(() => useBackend(cpu({ prefer: ['wasm'] })));

describe('in ONNX Runtime', () => {
  describe.skipIf(!goldens)('the golden model', () => {
    // it takes texts
    const { cases = [] } = goldens ?? {};
    const refused = ['text_classifier'];

    test.each(cases.filter(({ id }) => !refused.includes(id)))('$id is as in predict', async (golden) => {
      const { keras } = golden.files as { readonly keras: { readonly path: string } };
      const net = await loadModel(`${dir}/${keras.path}`);
      const { inputs } = resolveGolden(golden, goldens!) as { readonly inputs: Inputs };
      expect(await distance(net, await exported(net), inputs)).toBeLessThanOrEqual(LIMIT);
      net.dispose();
    });

    test('that begins with texts is refused, with its layer and what to do', async () => {
      const net = await loadModel(`${dir}/models/text_classifier/model.keras`);
      await expect(exported(net)).rejects.toThrow(
        "export: ONNX has no operators for texts, tables of them and hashes, as in 'text_vectorization' (TextVectorization). Export the model behind these layers, and do in front of it what they do.",
      );
      net.dispose();
    });
  });

  test.each(Object.entries(programs))('%s, trained, is as in predict, for two sizes of batches', async (_, program) => {
    const { net, x, y } = make(program, true);
    await net.fit(x, y, { epochs: 2, verbose: 0 });
    const bytes = await exported(net);
    expect(await distance(net, bytes, x)).toBeLessThanOrEqual(LIMIT);
    expect(await distance(net, bytes, numbers([1, ...program.x], program.integers.x, 5))).toBeLessThanOrEqual(LIMIT);
    net.dispose();
  });
});
