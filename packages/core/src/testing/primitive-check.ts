import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { costOf } from '../program/cost.ts';
import { withRuns } from '../program/interpret.ts';
import { type EvaluationHooks, type HostValue, inferTypes, type Primitive } from '../program/primitive.ts';
import { primitives } from '../program/primitives/index.ts';
import type { InstructionAttributes, ValueType } from '../program/program.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/** The outputs of a primitive, with the types that it infers. */
export function evaluate(
  name: string,
  inputs: readonly HostValue[],
  attrs: InstructionAttributes = {},
  hooks: EvaluationHooks = {},
): HostValue[] {
  const primitive = primitives[name]!;
  const types = inferTypes(
    primitive,
    inputs.map(({ type }) => type),
    attrs,
  );
  const results = primitive.evaluate(inputs, attrs, types, withRuns(hooks));
  return results.map((data, i) => ({ type: types[i]!, data }));
}

/** The arithmetic operations that a primitive counts. */
export function flopsOf(name: string, inputs: readonly ValueType[], attrs: InstructionAttributes = {}): number {
  const primitive: Primitive = primitives[name]!;
  return primitive.cost(inputs, attrs, inferTypes(primitive, inputs, attrs), costOf).flops;
}

/** The outputs of a kernel of tfjs on the active backend. */
export function jsKernel(name: string, inputs: Readonly<Record<string, HostValue>>, attrs: object = {}): HostValue[] {
  const tensors = Object.entries(inputs).map(([key, { type, data }]) => [
    key,
    // tfjs has no uint8
    tensor(data.slice(), [...type.shape], type.dtype as 'float32'),
  ]);
  const named = Object.fromEntries(tensors) as NamedTensorMap;
  const results = [engine().runKernel<Tensor | Tensor[]>(name, named, attrs as NamedAttrMap)].flat();
  const values = results.map((result): HostValue => {
    const type = { shape: result.shape, dtype: result.dtype as 'float32' };
    return { type, data: result.dataSync<'float32'>().slice() };
  });
  for (const x of [...results, ...Object.values(named)]) x.dispose();
  return values;
}

/** float32 elements from -2 to 2 with all their bits in use, so that another order of additions shows. */
export function floats(shape: Shape, seed = 1): HostValue {
  return {
    type: { shape, dtype: 'float32' },
    data: Float32Array.from(hashes(shape, seed), (bits) => bits / 2 ** 30 - 2),
  };
}

/** float32 elements that are integers from `low` up to, not including, `high`: sums of them are exact, and there are ties. */
export function wholes(shape: Shape, low: number, high: number, seed = 1): HostValue {
  return { type: { shape, dtype: 'float32' }, data: Float32Array.from(integers(shape, low, high, seed).data) };
}

/** int32 elements from `low` up to, not including, `high`. */
export function integers(shape: Shape, low: number, high: number, seed = 1): HostValue {
  const data = Int32Array.from(hashes(shape, seed), (bits) => low + (bits % (high - low)));
  return { type: { shape, dtype: 'int32' }, data };
}

/** Given elements. */
export const float32 = (shape: Shape, data: readonly number[]): HostValue => ({
  type: { shape, dtype: 'float32' },
  data: Float32Array.from(data),
});

/** Given elements. */
export const int32 = (shape: Shape, data: readonly number[]): HostValue => ({
  type: { shape, dtype: 'int32' },
  data: Int32Array.from(data),
});

/** Given elements, 0 or 1. */
export const bool = (shape: Shape, data: readonly number[]): HostValue => ({
  type: { shape, dtype: 'bool' },
  data: Uint8Array.from(data),
});

/** `Σ a b`. */
export function innerProduct(a: HostValue, b: HostValue): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

/** 32 bits for each element, by the finalizer of MurmurHash3. */
function hashes(shape: Shape, seed: number): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => {
    let bits = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
  });
}
