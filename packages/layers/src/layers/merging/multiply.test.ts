import { cpu } from '@capas/backend-cpu';
import { scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { attachMask, maskOf } from '../../masking.ts';
import { input } from '../core/input-layer.ts';
import { average } from './average.ts';
import { maximum } from './maximum.ts';
import { minimum } from './minimum.ts';
import { multiply } from './multiply.ts';
import { subtract } from './subtract.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** Three steps of one feature; the mask leaves some out. */
function masked(values: readonly number[], mask: readonly boolean[]): Tensor {
  const x = toTensor([values.map((value) => [value])]);
  attachMask(x, toTensor([[...mask]]));
  return x;
}

const pair = (): Tensor[] => [masked([2, 3, 4], [true, false, false]), masked([5, 6, 7], [true, true, false])];

test('joins element by element', () => {
  scope(() => {
    const [a, b] = [toTensor([[1, 6]]), toTensor([[3, 2]])];
    expect(multiply().apply([a, b]).arraySync()).toEqual([[3, 12]]);
    expect(average().apply([a, b]).arraySync()).toEqual([[2, 4]]);
    expect(maximum().apply([a, b]).arraySync()).toEqual([[3, 6]]);
    expect(minimum().apply([a, b]).arraySync()).toEqual([[1, 2]]);
    expect(subtract().apply([a, b]).arraySync()).toEqual([[-2, 4]]);
  });
});

test('what one has masked does not count; what all have masked has no value of its own', () => {
  scope(() => {
    const product = multiply().apply(pair());
    // 2 · 5; 1 · 6; 0
    expect(product.arraySync()).toEqual([[[10], [6], [0]]]);
    expect(maskOf(product)!.arraySync()).toEqual([[1, 1, 0]]);
    expect((maximum().apply(pair()).arraySync() as number[][][])[0]!.slice(0, 2)).toEqual([[5], [6]]);
    expect((minimum().apply(pair()).arraySync() as number[][][])[0]!.slice(0, 2)).toEqual([[2], [6]]);
  });
});

test('called on inputs, the short form gives what the layer makes of them', () => {
  scope(() => void expect(multiply([toTensor([[2]]), toTensor([[5]])]).arraySync()).toEqual([[10]]));
  expect(subtract([input({ shape: [3] }), input({ shape: [1] })], { name: 'less' }).shape).toEqual([null, 3]);
});

test('an unknown size stays unknown, and batches are not broadcast', () => {
  expect(
    multiply().computeOutputShape([
      [null, null, 2],
      [4, 3, 1],
    ]),
  ).toEqual([4, null, 2]);
  scope(() => {
    expect(() => multiply({ name: 'm' }).apply([toTensor([[1]]), toTensor([[1], [2]])])).toThrow(
      "Layer 'm': inputs of shapes [1, 1] and [2, 1] cannot be joined element by element.",
    );
    expect(() => subtract({ name: 's' }).apply([toTensor([[1]])])).toThrow(
      "Layer 's' joins exactly 2 inputs. Received: 1.",
    );
  });
});
