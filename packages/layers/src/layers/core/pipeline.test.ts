import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { rescaling } from '../preprocessing/rescaling.ts';
import { dropout } from '../regularization/dropout.ts';
import { identity } from './identity.ts';
import { masking } from './masking.ts';
import { pipeline } from './pipeline.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('applies layers one after the other, and hands masks on', () => {
  scope(() => {
    const output = pipeline([rescaling({ scale: 2 }), masking(), identity()]).apply(toTensor([[[1], [0]]]));
    expect(output.arraySync()).toEqual([[[2], [0]]]);
    expect(maskOf(output)!.arraySync()).toEqual([[1, 0]]);
  });
});

test('it is in training unless told otherwise', () => {
  scope(() => {
    const layer = pipeline({ layers: [dropout({ rate: 1 })] });
    expect(layer.apply([[1, 2]]).arraySync()).toEqual([[0, 0]]);
    expect(layer.apply([[1, 2]], { training: false }).arraySync()).toEqual([[1, 2]]);
  });
});

test('refuses what is no list of layers', () => {
  expect(() => pipeline({ layers: ['dense'] as never })).toThrow('Pipeline: `layers` must be a list of layers.');
});
