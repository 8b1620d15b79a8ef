import * as tf from '@tensorflow/tfjs-core';
import { requireInteger } from '../check.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { axisOf, differentiable, tensor } from './support.ts';

/** `f` of each item of the first axis, the results stacked. */
export function map(f: (x: Tensor) => TensorLike, xs: TensorLike): Tensor {
  return scope(() => tf.stack(tf.unstack(tensor('map', xs)).map((x) => tensor('map', f(x)))));
}

/** `f` of each item of the first axis, the results stacked; the same as {@link map}. */
export function vectorizedMap(f: (x: Tensor) => TensorLike, elements: TensorLike): Tensor {
  return map(f, elements);
}

/** All running results of an associative `f` along `axis`: `y[i] = f(f(x[0], x[1]), …, x[i])`, in `log₂ n` steps. */
export function associativeScan(
  f: (a: Tensor, b: Tensor) => TensorLike,
  elems: TensorLike,
  options: { readonly reverse?: boolean; readonly axis?: number } = {},
): Tensor {
  return scope(() => {
    const given = tensor('associativeScan', elems);
    const axis = axisOf('associativeScan', options.axis ?? 0, given.rank);
    const n = given.shape[axis]!;
    let value = options.reverse ? tf.reverse(given, axis) : tf.clone(given);
    for (let distance = 1; distance < n; distance *= 2) {
      const part = (from: number, count: number) => {
        const begin = value.shape.map((_, i) => (i === axis ? from : 0));
        return tf.slice(
          value,
          begin,
          value.shape.map((dim, i) => (i === axis ? count : dim)),
        );
      };
      const later = tensor('associativeScan', f(part(0, n - distance), part(distance, n - distance)));
      value = tf.concat([part(0, distance), later], axis);
    }
    return options.reverse ? tf.reverse(value, axis) : value;
  });
}

/** Applies `bodyFun(i, value)` for `i` from `lower` to `upper` (excluded). */
export function foriLoop(
  lower: number,
  upper: number,
  bodyFun: (i: number, value: Tensor) => TensorLike,
  initVal: TensorLike,
): Tensor {
  requireInteger('ops.foriLoop', 'lower', lower);
  requireInteger('ops.foriLoop', 'upper', upper);
  return scope(() => {
    let value: Tensor = tf.clone(tensor('foriLoop', initVal));
    for (let i = lower; i < upper; i++) value = tensor('foriLoop', bodyFun(i, value));
    return tf.clone(value);
  });
}

/** Gives a function a derivative of its own: `f(...xs)` returns its value and the function from `dy` to the gradients of `xs`. */
export function customGradient(
  f: (...xs: Tensor[]) => readonly [Tensor, (dy: Tensor) => Tensor | Tensor[]],
): (...xs: TensorLike[]) => Tensor {
  return (...xs) =>
    scope(() => {
      const inputs = xs.map((x) => tensor('customGradient', x));
      let backward: ((dy: Tensor) => Tensor | Tensor[]) | undefined;
      return differentiable(
        inputs,
        () => {
          const [value, gradient] = f(...inputs);
          backward = gradient;
          return value;
        },
        (dy) => backward!(dy),
      );
    });
}

/** Whether a value is a tensor (or a variable, which holds one). */
export function isTensor(x: unknown): boolean {
  return x instanceof tf.Tensor || x instanceof Variable;
}
