import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { maskOf } from '../../masking.ts';
import { masking } from './masking.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('masks the steps whose features are all the value, and sets them to 0', () => {
  scope(() => {
    const output = masking({ maskValue: -1 }).apply(
      toTensor([
        [
          [-1, -1],
          [-1, 2],
        ],
      ]),
    );
    expect(output.arraySync()).toEqual([
      [
        [0, 0],
        [-1, 2],
      ],
    ]);
    expect(maskOf(output)!.arraySync()).toEqual([[0, 1]]);
  });
});

test('the value may differ from feature to feature', () => {
  scope(() => {
    const output = masking({ maskValue: [1, 2] }).apply([
      [
        [1, 2],
        [2, 1],
      ],
    ]);
    expect(maskOf(output)!.arraySync()).toEqual([[0, 1]]);
  });
});

test('refuses a value that is no number', () => {
  expect(() => masking({ maskValue: 'zero' as never })).toThrow(
    "Masking: `maskValue` must be a number. Received: 'zero'.",
  );
});
