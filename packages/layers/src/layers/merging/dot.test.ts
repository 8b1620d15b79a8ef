import { cpu } from '@capas/backend-cpu';
import { ops, scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { dot } from './dot.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('products summed over an axis; normalized, the cosine', () => {
  scope(() => {
    const [a, b] = [toTensor([[3, 4]]), toTensor([[4, 3]])];
    expect(dot({ axes: 1 }).apply([a, b]).arraySync()).toEqual([[24]]);
    // 24 / (5 · 5)
    expect(dot({ axes: 1, normalize: true }).apply([a, b]).dataSync()[0]).toBeCloseTo(0.96, 6);
    // called on inputs: along the last axes
    expect(dot([a, b]).arraySync()).toEqual([[24]]);
  });
});

test('refuses the batch axis, other sizes, and three inputs', () => {
  expect(() => dot({ axes: [0, 1] })).toThrow('Dot: `axes` must be an axis behind the batch axis, or two of them.');
  scope(() => {
    const [a, b] = [ops.ones([2, 3]), ops.ones([2, 4])];
    expect(() => dot({ axes: 1, name: 'd' }).apply([a, b])).toThrow(
      "Layer 'd': the sizes along the axes 1 and 1 must be equal. Received: inputs of shapes [2, 3] and [2, 4].",
    );
    expect(() => dot({ axes: 1, name: 'd' }).apply([a, a, a])).toThrow(
      "Layer 'd' joins exactly 2 inputs. Received: 3.",
    );
    expect(() => dot({ axes: 2, name: 'd' }).apply([a, a])).toThrow("Layer 'd': there is no axis 2 to sum over");
  });
});
