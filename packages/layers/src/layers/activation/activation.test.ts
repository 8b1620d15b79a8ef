import { cpu } from '@capas/backend-cpu';
import { ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Activation, activation } from './activation.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Activation', () => {
  test.each(['relu', 'softmax', 'log_softmax', 'leakyRelu'] as const)('keeps the layer contract: %s', (name) => {
    checkLayer(Activation, { config: { activation: name }, inputShape: [2, 3], outputShape: [2, 3] });
  });

  test('applies a name, a function, or either alone', () => {
    const double = (x: Tensor): Tensor => ops.multiply(x, 2);
    scope(() => {
      // max(x, 0); 2 x
      expect(
        activation({ activation: 'relu' })
          .apply([[-1, 2]])
          .arraySync(),
      ).toEqual([[0, 2]]);
      expect(
        activation('relu')
          .apply([[-1, 2]])
          .arraySync(),
      ).toEqual([[0, 2]]);
      expect(
        activation(double)
          .apply([[-1, 2]])
          .arraySync(),
      ).toEqual([[-2, 4]]);
    });
  });

  test('refuses an unknown name', () => {
    expect(() => activation('sigmoidd' as never)).toThrow("Unknown activation: 'sigmoidd'. Did you mean 'sigmoid'");
  });
});
