import { ArgumentError } from '@capas/core';
import { multiplyTensors } from './batch-mat-mul.ts';
import type { SpaceKernel, Transposes, Values } from './space.ts';

/** `activation(op(a) · op(b) + bias)`. tfjs's WASM kernel fails on matrices without a batch axis and adds a batch's bias once. */
export const fusedMatMul: SpaceKernel = {
  name: '_FusedMatMul',
  run: ({ space, inputs, attrs }) => {
    const { activation = 'linear', leakyreluAlpha = 0 } = attrs as { activation?: string; leakyreluAlpha?: number };
    const out = multiplyTensors(space, inputs.a!, inputs.b!, attrs as Transposes);
    const values = space.of(out).view();
    const columns = out.shape.at(-1)!;
    if (inputs.bias) addRepeated(values, space.array(inputs.bias));
    const slopes = inputs.preluActivationWeights && space.array(inputs.preluActivationWeights);
    activate(values, activation, leakyreluAlpha, slopes, columns);
    return out;
  },
};

/** Adds `bias` to each run of as many values. */
function addRepeated(values: Float32Array, bias: Values): void {
  for (let start = 0; start < values.length; start += bias.length)
    for (let i = 0; i < bias.length; i++) values[start + i] = values[start + i]! + bias[i]!;
}

function activate(
  values: Float32Array,
  activation: string,
  leakyreluAlpha: number,
  slopes: Values | undefined,
  columns: number,
): void {
  switch (activation) {
    case 'linear':
      return;
    case 'relu':
      for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = 0;
      return;
    case 'relu6':
      for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i]!, 0), 6);
      return;
    case 'leakyrelu':
      for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = values[i]! * leakyreluAlpha;
      return;
    case 'prelu':
      for (let i = 0; i < values.length; i++)
        if (values[i]! < 0) values[i] = values[i]! * slopes![slopes!.length === 1 ? 0 : i % columns]!;
      return;
    case 'sigmoid':
      for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]!));
      return;
    case 'elu':
      for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = Math.expm1(values[i]!);
      return;
    default:
      throw new ArgumentError('_FusedMatMul', 'activation', 'one that tfjs fuses', activation);
  }
}
