import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { softmax } from './softmax.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('sums to 1 along its axis, or axes', () => {
  scope(() => {
    const x = toTensor([[0, Math.log(3)]]);
    expect(softmax().apply(x).dataSync()[1]).toBeCloseTo(0.75, 6);
    const both = softmax({ axis: [1, 2] }).apply(ops.zeros([1, 2, 2]));
    expect([...both.dataSync()].map((value) => value.toFixed(5))).toEqual(['0.25000', '0.25000', '0.25000', '0.25000']);
  });
});

test('what is masked is 0 and does not count, also where all is masked', () => {
  scope(() => {
    const mask = toTensor([
      [true, false, true],
      [false, false, false],
    ]);
    expect(
      softmax()
        .apply(ops.zeros([2, 3]), { mask })
        .arraySync(),
    ).toEqual([
      [0.5, 0, 0.5],
      [0, 0, 0],
    ]);
  });
});

test('refuses a mask that does not fit, and an axis that is none', () => {
  scope(() => {
    expect(() => softmax({ name: 's' }).apply(ops.zeros([2, 3]), { mask: ops.ones([2, 2]) })).toThrow(
      "Layer 's': the mask must be broadcast to the input [2, 3]. Received: a mask of shape [2, 2].",
    );
  });
  expect(() => softmax({ axis: 0.5 })).toThrow(
    'Softmax: `axis` must be an integer or a list of integers. Received: 0.5.',
  );
});
