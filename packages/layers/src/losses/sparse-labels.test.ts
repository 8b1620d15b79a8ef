import { HostArray } from '@capas/core';
import { expect, test } from 'vitest';
import { sparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.ts';
import { checkSparseLabels } from './sparse-labels.ts';

test('class numbers pass, in any kind of array', () => {
  checkSparseLabels([0, 1, 2], 3, 'Loss');
  checkSparseLabels(new Uint8Array([2, 0]), 3, 'Loss');
  checkSparseLabels(new HostArray(new Float32Array([0, 1]), [2, 1]), 3, 'Loss');
  checkSparseLabels(HostArray.from([0, 1, 2], 'float16'), 3, 'Loss');
  checkSparseLabels([-1, 0], 3, 'Loss', { ignoreClass: -1 });
});

test('a label out of range is named with its place, the loss and the number of classes', () => {
  expect(() => checkSparseLabels([0, 7, 1], 3, 'SparseCategoricalCrossentropy')).toThrow(
    'SparseCategoricalCrossentropy: `yTrue` must be class numbers, integers from 0 to 2 for the 3 classes of the prediction. Received: 7. It is label 1 of 3. Give the last layer one unit per class, or leave such samples out.',
  );
  expect(() => checkSparseLabels([1, 3, 2], 3, 'Loss')).toThrow('Labels that start at 1 need 1 subtracted.');
  expect(() => checkSparseLabels([0.5], 3, 'Loss')).toThrow('A sparse loss takes whole numbers; is this a regression?');
  expect(() => checkSparseLabels([Number.NaN], 3, 'Loss')).toThrow('Received: NaN.');
  expect(() => checkSparseLabels([-1], 3, 'Loss')).toThrow('Received: -1.');
});

test('the loss checks against the last axis of the prediction', () => {
  const labels = new HostArray(new Uint8Array([0, 9]), [2]);
  sparseCategoricalCrossentropy().checkLabels(labels, [null, 10]);
  expect(() => sparseCategoricalCrossentropy().checkLabels(labels, [null, 9])).toThrow('Received: 9.');
  sparseCategoricalCrossentropy({ ignoreClass: 9 }).checkLabels(labels, [null, 9]);
});
