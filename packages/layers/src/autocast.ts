import { isNarrowFloat, type NarrowFloat, ops, type Tensor } from '@capas/core';
import { isTensor } from './layer-inputs.ts';
import { attachMask, maskOf } from './masking.ts';
import type { Weight } from './weight.ts';

/** A call of a layer, in which weights are read as numbers of a format. */
interface AutocastScope {
  /** `undefined`: as they are. */
  readonly format: NarrowFloat | undefined;
  readonly outer: AutocastScope | undefined;
  /** The weights that were read, so that each is rounded once: in a recurrent layer before its steps, not in each. */
  readonly rounded: Map<Weight, Tensor>;
}

/** The innermost call. */
const innermost: { scope: AutocastScope | undefined } = { scope: undefined };

/** The format in which the layer that is being called computes, if it is not float32. */
export const autocastFormat = (): NarrowFloat | undefined => innermost.scope?.format;

/** Runs `fn`, in which weights are read rounded to `format`. */
export function withAutocast<T>(format: NarrowFloat | undefined, fn: () => T): T {
  const outer = innermost.scope;
  if (!format && !outer) return fn();
  innermost.scope = { format, outer, rounded: new Map() };
  try {
    return fn();
  } finally {
    innermost.scope = outer;
  }
}

/** The value of a weight as the call that goes on reads it. */
export function autocastWeight(weight: Weight): Tensor {
  const { scope } = innermost;
  const format = scope?.format;
  if (!format || weight.dtype !== 'float32') return weight.held;
  for (let known: AutocastScope | undefined = scope; known?.format === format; known = known.outer) {
    const rounded = known.rounded.get(weight);
    if (rounded && !rounded.isDisposed) return rounded;
  }
  const rounded = ops.cast(weight.held, format);
  scope.rounded.set(weight, rounded);
  return rounded;
}

/** Forgets what was read of a weight that gets another value. */
export function forgetWeight(weight: Weight): void {
  for (let { scope } = innermost; scope; scope = scope.outer) scope.rounded.delete(weight);
}

/** Reads weights before a loop, so that they are rounded there and not in each of its steps. */
export function readBeforeLoop(weights: readonly Weight[]): void {
  if (autocastFormat()) for (const weight of weights) void weight.value;
}

/** The formats that tensors are known to be rounded to; `'float32'` where a layer that computes in it made them. */
const precisions = new WeakMap<Tensor, NarrowFloat | 'float32'>();

/** Notes that a layer computed the tensor in float32: the layer around it does not round it. */
export const keepPrecision = (tensor: Tensor): void => {
  if (tensor.dtype === 'float32') precisions.set(tensor, 'float32');
};

/** Whether a layer that computes in float32 made the tensor. */
export const isFullPrecision = (tensor: Tensor): boolean => precisions.get(tensor) === 'float32';

/** A tensor of floats rounded to a format, with its mask; others as they are. */
export function roundTensor(tensor: Tensor, format: NarrowFloat): Tensor {
  if (tensor.dtype !== 'float32' || precisions.get(tensor) === format) return tensor;
  const rounded = ops.cast(tensor, format);
  attachMask(rounded, maskOf(tensor));
  precisions.set(rounded, format);
  return rounded;
}

/** The options of a call with tensors of floats rounded, in lists too. */
export function roundOptions<Options extends object>(options: Options, format: NarrowFloat): Options {
  const round = (value: unknown): unknown => {
    if (isTensor(value)) return roundTensor(value, format);
    return Array.isArray(value) ? value.map(round) : value;
  };
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, round(value)])) as Options;
}

/** A dtype as a format of 16 bits, if it is one. */
export const narrowOf = (dtype: string): NarrowFloat | undefined => (isNarrowFloat(dtype) ? dtype : undefined);
