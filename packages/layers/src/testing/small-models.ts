import { HostArray } from '@capas/core';
import { add, batchNormalization, dense, input } from '../layers/index.ts';
import { type Functional, model } from '../models/functional.ts';
import { type Sequential, sequential } from '../models/sequential.ts';

/** Ten samples of two numbers; for tests. */
export const x: HostArray = new HostArray(
  Float32Array.from({ length: 20 }, (_, i) => Math.sin(i)),
  [10, 2],
);
/** Their targets: the sum of the two. */
export const y: HostArray = new HostArray(
  Float32Array.from({ length: 10 }, (_, i) => Math.sin(2 * i) + Math.sin(2 * i + 1)),
  [10, 1],
);
/** Their classes: 0, 1, 2, 0, … */
export const classes: HostArray = new HostArray(
  Int32Array.from({ length: 10 }, (_, i) => i % 3),
  [10],
);

/** A dense layer from two numbers to one, all weights 0, named `net`. */
export const linear = (): Sequential =>
  sequential([dense({ units: 1, kernelInitializer: 'zeros', inputShape: [2], name: 'out' })], { name: 'net' });

/** Batch normalization and a softmax over three classes. */
export const classifier = (): Sequential =>
  sequential([batchNormalization({ inputShape: [2] }), dense({ units: 3, activation: 'softmax' })], { name: 'net' });

/** Two inputs `a` and `b`, two outputs `sum` and `diff`, each with a weight of its own. */
export function forked(): Functional {
  const [a, b] = [input({ shape: [2], name: 'a' }), input({ shape: [2], name: 'b' })];
  const joined = add()([a, b]);
  const head = (name: string) => dense({ units: 1, kernelInitializer: 'ones', useBias: false, name })(joined);
  return model({ inputs: [a, b], outputs: [head('sum'), head('diff')], name: 'net' });
}
