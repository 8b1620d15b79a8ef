import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Rescaling, rescaling } from './rescaling.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Rescaling', () => {
  test('keeps the layer contract', () => {
    checkLayer(Rescaling, { config: { scale: 2 }, inputShape: [2, 3], outputShape: [2, 3] });
    checkLayer(Rescaling, {
      config: { scale: [1, 2, 3], offset: [0, 1, 0] },
      inputShape: [2, 4, 3],
      inputDType: 'int32',
      outputShape: [2, 4, 3],
    });
  });

  test('computes x · scale + offset, of bytes too', () => {
    const bytes = new HostArray(Uint8Array.of(0, 51, 255), [1, 3]);
    scope(() => {
      // 0, 0.2 and 1, times 2, less 1
      const values = rescaling({ scale: 2 / 255, offset: -1 })
        .apply(bytes)
        .dataSync();
      expect([...values]).toEqual([-1, expect.closeTo(-0.6, 6), expect.closeTo(1, 6)]);
      expect(
        rescaling({ scale: [1, 10] })
          .apply(toTensor([[1, 2]]))
          .arraySync(),
      ).toEqual([[1, 20]]);
    });
  });

  test.each([
    [undefined, 'undefined'],
    ['2', "'2'"],
    [[1, Number.NaN], '[1, NaN]'],
  ])('refuses scale = %s', (scale, shown) => {
    expect(() => rescaling({ scale: scale as unknown as number })).toThrow(
      `Rescaling: \`scale\` must be a number or a list of numbers. Received: ${shown}.`,
    );
  });
});
