import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from './backend/session.ts';
import { handBackToScope, installTfjs, tensorsIn, withTape } from './backend/tfjs-bridge.ts';
import { collectSlices } from './gradient-slices.ts';
import { scope, type TensorTree } from './tensor/scope.ts';
import type { Tensor } from './tensor/tensor.ts';
import type { Variable } from './tensor/variable.ts';

/** A function's value and its derivatives. */
export interface ValueAndGradients {
  readonly value: Tensor;
  /** In the order of the variables; `undefined` where the value does not depend on one. */
  readonly gradients: readonly (Tensor | undefined)[];
}

/**
 * Computes `fn()` and the gradient of its value (of the sum of its elements) with respect to variables.
 *
 * Tensors in `aux.tree`, where `fn` sets it, survive the call and belong to the enclosing scope.
 *
 * @example
 * const { value, gradients } = valueAndGradients(() => ops.mean(ops.square(w.value)), [w]);
 */
export function valueAndGradients(
  fn: () => Tensor,
  variables: readonly Variable[],
  aux: { tree?: TensorTree } = {},
): ValueAndGradients {
  requireBackend('valueAndGradients');
  installTfjs();
  const values = variables.map((variable) => variable.held);
  return differentiate(fn, values, undefined, aux);
}

/**
 * The gradient of `fn(...xs)` with respect to each of `xs`, weighted by `dy` (ones by default).
 *
 * @example
 * const [dx] = gradients((x) => ops.square(x), [x]); // 2 x
 */
export function gradients(fn: (...xs: Tensor[]) => Tensor, xs: readonly Tensor[], dy?: Tensor): (Tensor | undefined)[] {
  requireBackend('gradients');
  installTfjs();
  return scope(() => [...differentiate(() => fn(...xs), xs, dy, {}).gradients]);
}

function differentiate(
  fn: () => Tensor,
  xs: readonly Tensor[],
  dy: Tensor | undefined,
  aux: { tree?: TensorTree },
): ValueAndGradients {
  if (xs.length === 0) return { value: scope(fn), gradients: [] };
  const kept: Tensor[] = [];
  const forward = (): Tensor => {
    const value = fn();
    if (aux.tree !== undefined) kept.push(...tensorsIn(aux.tree).map((tensor) => tf.keep(tensor)));
    return value;
  };
  const { result, kept: slices } = collectSlices(() =>
    withTape(() => tf.engine().gradients(forward, [...xs], dy ?? undefined, true)),
  );
  handBackToScope([...kept, ...slices]);
  return { value: result.value, gradients: result.grads };
}
