import { cpu } from '@capas/backend-cpu';
import { memory, ops, scope, setSeed, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Dropout, dropout } from './dropout.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const draw = (layer: Dropout, shape: readonly number[]): number[] =>
  scope(() => [...layer.apply(ops.ones(shape), { training: true }).dataSync()]);

describe('Dropout', () => {
  test.each([{ rate: 0.5 }, { rate: 0 }, { rate: 0.25, seed: 3 }])('keeps the layer contract: %o', (config) => {
    checkLayer(Dropout, { config, inputShape: [2, 3], outputShape: [2, 3] });
  });

  test('while training, drops a share and scales the rest', () => {
    const values = draw(dropout({ rate: 0.25, seed: 1 }), [100, 100]);
    // what stays is 1 / (1 - 0.25)
    expect(new Set(values.map((value) => value.toFixed(4)))).toEqual(new Set(['0.0000', '1.3333']));
    const dropped = values.filter((value) => value === 0).length;
    expect(dropped).toBeGreaterThan(2300);
    expect(dropped).toBeLessThan(2700);
  });

  test('otherwise changes nothing', () => {
    scope(() => {
      expect(
        dropout({ rate: 0.9 })
          .apply([[1, 2]])
          .arraySync(),
      ).toEqual([[1, 2]]);
    });
  });

  test('rate 1 drops all', () => {
    expect(draw(dropout({ rate: 1 }), [2, 2])).toEqual([0, 0, 0, 0]);
  });

  test('an axis of size 1 in noiseShape shares its decision', () => {
    const values = draw(dropout({ rate: 0.5, noiseShape: [null, 1], seed: 4 }), [8, 3]);
    for (let row = 0; row < 8; row++) expect(new Set(values.slice(row * 3, row * 3 + 3)).size).toBe(1);
    expect(new Set(values).size).toBe(2);
  });

  test('each call draws anew, the same sequence for the same seed', () => {
    const sequence = (): number[][] => {
      const layer = dropout({ rate: 0.5, seed: 7 });
      const both = [draw(layer, [4, 4]), draw(layer, [4, 4])];
      layer.dispose();
      return both;
    };
    const [first, second] = sequence();
    expect(first).not.toEqual(second);
    expect(sequence()).toEqual([first, second]);
  });

  test('without a seed, setSeed decides', () => {
    const once = (): number[] => {
      setSeed(5);
      return draw(dropout({ rate: 0.5 }), [4, 4]);
    };
    expect(once()).toEqual(once());
  });

  test('dispose frees the state of its seed', () => {
    const { tensors } = memory();
    const layer = dropout({ rate: 0.5 });
    draw(layer, [2, 2]);
    expect(memory().tensors).toBe(tensors + 1);
    layer.dispose();
    expect(memory().tensors).toBe(tensors);
  });

  test.each([-0.1, 1.5, Number.NaN])('refuses rate = %s', (rate) => {
    expect(() => dropout({ rate })).toThrow(`Dropout: \`rate\` must be a number from 0 to 1. Received: ${rate}.`);
  });
});
