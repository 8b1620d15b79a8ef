import type { Shape } from '../../tensor/shape.ts';
import { type Elements, type EvaluationHooks, type HostValue, inferTypes, type Primitive } from '../primitive.ts';
import type { InstructionAttributes } from '../program.ts';

/** Infers and evaluates: the outputs with their types. */
export function runPrimitive(
  primitive: Primitive,
  inputs: readonly HostValue[],
  attrs: InstructionAttributes = {},
  hooks?: EvaluationHooks,
): HostValue[] {
  const types = inferTypes(
    primitive,
    inputs.map(({ type }) => type),
    attrs,
  );
  const results = primitive.evaluate(inputs, attrs, types, hooks);
  return types.map((type, i) => ({ type, data: results[i] as Elements }));
}

/** A value of float32. */
export const float32 = (shape: Shape, data: readonly number[]): HostValue => ({
  type: { shape, dtype: 'float32' },
  data: Float32Array.from(data),
});

/** A value of int32. */
export const int32 = (shape: Shape, data: readonly number[]): HostValue => ({
  type: { shape, dtype: 'int32' },
  data: Int32Array.from(data),
});

/** A value of bool. */
export const bool = (shape: Shape, data: readonly number[]): HostValue => ({
  type: { shape, dtype: 'bool' },
  data: Uint8Array.from(data),
});
