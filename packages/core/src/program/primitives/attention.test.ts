import { expect, test } from 'vitest';
import { evaluate, float32, floats, flopsOf } from '../../testing/primitive-check.ts';
import { parseExpression } from '../parse.ts';

test('a query that looks at all keys alike gets the mean of the values, one that looks at one gets its value', () => {
  const q = float32([1, 2, 1, 1], [0, 1000]);
  const k = float32([1, 2, 1, 1], [1, -1]);
  const v = float32([1, 2, 1, 2], [1, 2, 3, 6]);
  expect(evaluate('attention', [q, k, v])).toEqual([float32([1, 2, 1, 2], [2, 4, 1, 2])]);
});

test('each head has its own', () => {
  const q = float32([1, 1, 2, 1], [1000, -1000]);
  const k = float32([1, 2, 2, 1], [1, 1, -1, -1]);
  const v = float32([1, 2, 2, 1], [1, 2, 3, 4]);
  expect(evaluate('attention', [q, k, v])).toEqual([float32([1, 1, 2, 1], [1, 4])]);
});

test('scores go through the epilogue, with what broadcasts to them', () => {
  const q = float32([1, 1, 1, 1], [1]);
  const k = float32([1, 2, 1, 1], [5, 7]);
  const v = float32([1, 2, 1, 1], [1, 2]);
  const mask = { type: { shape: [2], dtype: 'bool' as const }, data: Uint8Array.of(1, 0) };
  const attrs = { epilogue: parseExpression('select(b, a, -1e9)') };
  expect(evaluate('attention', [q, k, v, mask], attrs)).toEqual([float32([1, 1, 1, 1], [1])]);
});

test('the gradient of half and half', () => {
  // p = [½, ½], dp = [1, 3], Σ p dp = 2, so ds = [-½, ½] before the slope doubles it
  const q = float32([1, 1, 1, 1], [0]);
  const k = float32([1, 2, 1, 1], [1, 5]);
  const v = float32([1, 2, 1, 1], [1, 3]);
  const dy = float32([1, 1, 1, 1], [1]);
  const attrs = { slope: parseExpression('mul(a, 2)') };
  expect(evaluate('attentionGrad', [q, k, v, dy], attrs)).toEqual([
    float32([1, 1, 1, 1], [4]),
    float32([1, 2, 1, 1], [0, 0]),
    float32([1, 2, 1, 1], [0.5, 0.5]),
  ]);
});

test('the gradient is the slope of the output', () => {
  const shapes = [
    [2, 3, 2, 4],
    [2, 5, 2, 4],
    [2, 5, 2, 3],
  ];
  const inputs = shapes.map((shape, i) => floats(shape, i + 1));
  const dy = floats([2, 3, 2, 3], 9);
  const epilogue = parseExpression('mul(a, 0.5)');
  const gradients = evaluate('attentionGrad', [...inputs, dy], { epilogue, slope: epilogue });
  const lossAt = (place: number, element: number, step: number) => {
    const moved = inputs.map((input, i) =>
      i === place
        ? { ...input, data: input.data.map((x, at) => (at === element ? x + step : x)) as Float32Array }
        : input,
    );
    const y = evaluate('attention', moved, { epilogue })[0]!.data as Float32Array;
    return y.reduce((sum, element, i) => sum + element * dy.data[i]!, 0);
  };
  for (const [place, gradient] of gradients.entries()) {
    for (const [element, slope] of gradient.data.entries()) {
      const difference = (lossAt(place, element, 0.05) - lossAt(place, element, -0.05)) / 0.1;
      expect(difference).toBeCloseTo(slope, 1);
    }
  }
});

test('what it computes', () => {
  const [q, k, v] = [
    [1, 2, 3, 4],
    [1, 5, 3, 4],
    [1, 5, 3, 6],
  ].map((shape) => floats(shape).type) as [never, never, never];
  // 30 scores: products with 4 and 6 dims, 5 of softmax less 2 for each of 6 rows
  expect(flopsOf('attention', [q, k, v])).toBe(30 * (2 * 10 + 5) - 12);
  const gradient = flopsOf('attentionGrad', [q, k, v, floats([1, 2, 3, 6]).type]);
  expect(gradient).toBe(30 * (2 * (3 * 4 + 2 * 6) + 5 + 3) - 12);
});

test.each([
  [
    [2, 3, 4],
    [2, 5, 2, 4],
    [2, 5, 2, 3],
  ],
  [
    [2, 3, 2, 4],
    [2, 5, 2, 5],
    [2, 5, 2, 3],
  ],
  [
    [2, 3, 2, 4],
    [2, 5, 2, 4],
    [2, 6, 2, 3],
  ],
])('refuses %j, %j, %j', (q, k, v) => {
  expect(() => evaluate('attention', [floats(q), floats(k), floats(v)])).toThrow('attention: expected [batch, queries');
});

test('refuses extras that do not broadcast to the scores', () => {
  const inputs = [floats([2, 3, 2, 4]), floats([2, 5, 2, 4]), floats([2, 5, 2, 3])];
  expect(() => evaluate('attention', [...inputs, floats([7, 1, 2, 3, 5])])).toThrow(
    'attention: an extra input must broadcast to the scores, [2, 2, 3, 5]. Received: [7, 1, 2, 3, 5].',
  );
  expect(() => evaluate('attention', inputs, { epilogue: parseExpression('lt(a, 0)') })).toThrow(
    'attention: scores stay float32. Received: bool',
  );
});
