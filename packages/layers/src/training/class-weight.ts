import { ArgumentError, HostArray, hostToTensor, ops, scope, type Tensor } from '@capas/core';
import type { Column } from './column.ts';

/** A weight by class label: `{ 0: 1, 1: 5 }`. Classes that are not named weigh 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * The weight of each sample by its label. Labels are integers `[n]` or `[n, 1]`, or one-hot rows `[n, classes]`.
 *
 * @see Keras 3, `keras/src/trainers/data_adapters/data_adapter_utils.py`, `class_weight_to_sample_weights`
 */
export function classWeightColumn(who: string, target: Column, classWeight: ClassWeight): Column {
  const entries = Object.entries(classWeight).map(([label, weight]) => [Number(label), weight] as const);
  if (entries.some(([label, weight]) => !Number.isInteger(label) || label < 0 || !(weight >= 0))) {
    throw new ArgumentError(
      who,
      'classWeight',
      'a record from class labels (integers from 0) to weights of at least 0',
      classWeight,
    );
  }
  if (target.sampleShape.length > 1) {
    throw new ArgumentError(who, 'classWeight', 'left out for targets of more than two dimensions', target.sampleShape);
  }
  const classes = Math.max(0, ...entries.map(([label]) => label)) + 1;
  const table = new Float32Array(classes + 1).fill(1); // the last place is for all labels beyond
  for (const [label, weight] of entries) table[label] = weight;
  const weigh = (labels: Tensor): Tensor => {
    const oneHot = labels.rank === 2 && labels.shape[1]! > 1;
    const indices = oneHot ? ops.argmax(labels, { axis: 1 }) : ops.reshape(ops.cast(labels, 'int32'), [-1]);
    return ops.take(hostToTensor(new HostArray(table)), ops.minimum(indices, ops.cast(classes, 'int32')), { axis: 0 });
  };
  const column = (source: Column): Column => ({
    argument: 'classWeight',
    length: source.length,
    sampleShape: [],
    dtype: 'float32',
    host: undefined,
    batch: (start, stop, order) => scope(() => weigh(source.batch(start, stop, order))),
    slice: (start, stop) => column(source.slice(start, stop)),
  });
  return column(target);
}
