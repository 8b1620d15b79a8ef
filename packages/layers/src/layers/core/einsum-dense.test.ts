import { cpu } from '@capas/backend-cpu';
import { ops, scope, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { randomNormal } from '../../initializers/index.ts';
import { dense } from './dense.ts';
import { einsumDense } from './einsum-dense.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('...x,xy->...y is a dense layer', () => {
  const [einsum, plain] = [
    einsumDense({ equation: '...x,xy->...y', outputShape: 2, biasAxes: 'y', activation: 'relu' }),
    dense({ units: 2, activation: 'relu', biasInitializer: randomNormal({ seed: 1 }) }),
  ];
  scope(() => {
    const x = ops.reshape(ops.arange(12, { dtype: 'float32' }), [2, 2, 3]);
    plain.apply(x);
    einsum.apply(x);
    einsum.setWeights(plain.getWeights());
    expect(einsum.apply(x).arraySync()).toEqual(plain.apply(x).arraySync());
  });
});

test('the kernel starts as its summed axes say: more of them, smaller values', () => {
  const limit = (equation: string, shape: readonly number[]): number => {
    const layer = einsumDense({
      equation,
      outputShape: [40, 40],
      kernelInitializer: { className: 'GlorotUniform', config: { seed: 1 } },
    });
    layer.ensureBuilt(shape);
    const found = scope(() => ops.max(ops.abs(layer.kernel)).dataSync()[0]!);
    layer.dispose();
    return found;
  };
  // √(6 / (10 + 40 · 40))
  expect(limit('ab,bcd->acd', [null as never, 10])).toBeCloseTo(Math.sqrt(6 / 1610), 3);
});

test('shapes that the input does not say are unknown', () => {
  const layer = einsumDense({ equation: 'abc,cd->abd', outputShape: [null, 4] });
  expect(layer.computeOutputShape([null, 3, 5])).toEqual([null, null, 4]);
  expect(einsumDense({ equation: 'ab...,bc->ac...', outputShape: 4 }).computeOutputShape([null, 3, 5])).toEqual([
    null,
    4,
    5,
  ]);
});

test.each([
  [
    { equation: 'ab->cd', outputShape: 4 },
    "`equation` must be of the form x,y->z, ...x,y->...z or x...,y->z.... Received: 'ab->cd'.",
  ],
  [{ equation: 'ab,bc->acd', outputShape: [4, 5] }, "`equation` must be one in which 'd' stands more than once."],
  [
    { equation: 'ab,bc->ac', outputShape: 4, biasAxes: 'x' },
    "`biasAxes` must be letters of the output 'ac'. Received: 'x'.",
  ],
  [{ equation: 'ab,bc->ab', outputShape: 4 }, "'b' of 'ab,bc->ab' stands for 3 in the input and 4 in `outputShape`."],
  [{ equation: 'abc,cd->abd', outputShape: [3, 4] }, "'abc,cd->abd' does not fit an input of shape [2, 3]."],
])('refuses %o', (config, message) => {
  scope(() => void expect(() => einsumDense(config).apply(ops.ones([2, 3]))).toThrow(message));
});
