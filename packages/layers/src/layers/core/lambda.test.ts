import { cpu } from '@capas/backend-cpu';
import { ops, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { model } from '../../models/functional.ts';
import { input } from './input-layer.ts';
import { lambda } from './lambda.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('computes what its function says, of one input or a list, with its arguments', () => {
  scope(() => {
    expect(
      lambda((x: Tensor) => ops.square(x))
        .apply([[1, 3]])
        .arraySync(),
    ).toEqual([[1, 9]]);
    const power = lambda({
      function: ([a, b]: readonly Tensor[], { factor }) => ops.multiply(ops.add(a!, b!), factor as number),
      arguments: { factor: 10 },
    });
    expect(power.apply([toTensor([[1]]), toTensor([[2]])]).arraySync()).toEqual([[30]]);
  });
});

test('the function hears of training', () => {
  const layer = lambda({ function: (x: Tensor, { training }) => (training ? ops.negative(x) : x) });
  scope(() => void expect(layer.apply([[1]], { training: true }).arraySync()).toEqual([[-1]]));
});

test('its shape is found by trial, given, or computed', () => {
  const half = (x: Tensor): Tensor => ops.slice(x, [0, 0], [x.shape[0]!, 2]);
  expect(lambda(half).computeOutputShape([null, 4])).toEqual([null, 2]);
  expect(lambda({ function: half, outputShape: [2] }).computeOutputShape([7, 4])).toEqual([7, 2]);
  expect(lambda({ function: half, outputShape: () => [null, 5] }).computeOutputShape([7, 4])).toEqual([null, 5]);
});

test('it stands in a functional model, with a mask of its own', () => {
  const x = input({ shape: [2] });
  const layer = lambda({ function: (y: Tensor) => y, mask: (y: Tensor) => ops.greater(y, 0) });
  const net = model({ inputs: x, outputs: layer(x) });
  scope(() => void expect(maskOf(net.apply([[1, -1]]))!.arraySync()).toEqual([[1, 0]]));
});

test('refuses what is no function', () => {
  expect(() => lambda({ function: 'relu' as never })).toThrow(
    "Lambda: `function` must be a function from tensors to tensors. Received: 'relu'.",
  );
});
