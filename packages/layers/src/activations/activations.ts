import { ops, scope, type Tensor, type TensorLike, toTensor } from '@capas/core';

/** `max(x, 0) + alpha · (e^(min(x, 0) / alpha) − 1)`. @param options `alpha`: 1 unless given */
export function celu(x: TensorLike, options: { readonly alpha?: number } = {}): Tensor {
  return ops.celu(x, options);
}

/** `x` where positive, else `alpha · (e^x − 1)`. @param options `alpha`: 1 unless given */
export function elu(x: TensorLike, options: { readonly alpha?: number } = {}): Tensor {
  return ops.elu(x, options);
}

/** `e^x`. */
export function exponential(x: TensorLike): Tensor {
  return ops.exp(x);
}

/** `x · Φ(x)` with the normal distribution function `Φ`; exactly, or by its tanh approximation. @param options `approximate`: `false` unless given */
export function gelu(x: TensorLike, options: { readonly approximate?: boolean } = {}): Tensor {
  return ops.gelu(x, { approximate: false, ...options });
}

/** `a · sigmoid(b)` for the halves `a`, `b` of `x` along `axis`. @param options `axis`: -1 unless given */
export function glu(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return ops.glu(x, options);
}

/** `x` where `|x| > threshold`, else 0. @param options `threshold`: 0.5 unless given */
export function hardShrink(x: TensorLike, options: { readonly threshold?: number } = {}): Tensor {
  return ops.hardShrink(x, options);
}

/** `relu6(x + 3) / 6`. */
export function hardSigmoid(x: TensorLike): Tensor {
  return ops.hardSigmoid(x);
}

/** `x · hardSigmoid(x)`, also called hard swish. */
export function hardSilu(x: TensorLike): Tensor {
  return ops.hardSilu(x);
}

/** `x` limited to −1 … 1. */
export function hardTanh(x: TensorLike): Tensor {
  return ops.hardTanh(x);
}

/** `x` where positive, else `negativeSlope · x`. @param options `negativeSlope`: 0.2 unless given */
export function leakyRelu(x: TensorLike, options: { readonly negativeSlope?: number } = {}): Tensor {
  return ops.leakyRelu(x, options);
}

/** `x` itself. */
export function linear(x: TensorLike): Tensor {
  return toTensor(x);
}

/** `ln(sigmoid(x))`. */
export function logSigmoid(x: TensorLike): Tensor {
  return ops.logSigmoid(x);
}

/** `ln(softmax(x))` along `axis`. @param options `axis`: -1 unless given */
export function logSoftmax(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return ops.logSoftmax(x, options);
}

/** `x · tanh(softplus(x))`. */
export function mish(x: TensorLike): Tensor {
  return ops.mish(x);
}

/** Options of {@link relu}. */
export interface ReluOptions {
  /** The slope below the threshold. @defaultValue 0 */
  readonly negativeSlope?: number;
  /** Where it saturates; `null`: nowhere. @defaultValue `null` */
  readonly maxValue?: number | null;
  /** Below it the negative slope holds. @defaultValue 0 */
  readonly threshold?: number;
}

/** `x` from `threshold` to `maxValue`, `maxValue` above, `negativeSlope · (x − threshold)` below. */
export function relu(x: TensorLike, options: ReluOptions = {}): Tensor {
  const { negativeSlope = 0, maxValue = null, threshold: start = 0 } = options;
  if (start === 0 && maxValue === null) {
    return negativeSlope === 0 ? ops.relu(x) : ops.leakyRelu(x, { negativeSlope });
  }
  return scope(() => {
    const input = toTensor(x, 'float32', 'relu');
    const above = start === 0 ? ops.relu(input) : ops.threshold(input, start, 0);
    const limited = maxValue === null ? above : ops.clip(above, 0, maxValue);
    if (negativeSlope === 0) return limited;
    return ops.subtract(limited, ops.multiply(ops.relu(ops.subtract(start, input)), negativeSlope));
  });
}

/** `min(max(x, 0), 6)`. */
export function relu6(x: TensorLike): Tensor {
  return ops.relu6(x);
}

/** `1.0507 · elu(x, alpha = 1.6733)`: keeps mean 0 and variance 1 from layer to layer. */
export function selu(x: TensorLike): Tensor {
  return ops.selu(x);
}

/** `1 / (1 + e^−x)`. */
export function sigmoid(x: TensorLike): Tensor {
  return ops.sigmoid(x);
}

/** `x · sigmoid(x)`, also called swish. */
export function silu(x: TensorLike): Tensor {
  return ops.silu(x);
}

/** `x` moved towards 0 by `threshold`, and 0 within. @param options `threshold`: 0.5 unless given */
export function softShrink(x: TensorLike, options: { readonly threshold?: number } = {}): Tensor {
  return ops.softShrink(x, options);
}

/** `e^x / Σ e^x` along `axis`. @param options `axis`: -1 unless given */
export function softmax(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return ops.softmax(x, options);
}

/** `ln(1 + e^x)`. */
export function softplus(x: TensorLike): Tensor {
  return ops.softplus(x);
}

/** `x / (1 + |x|)`. */
export function softsign(x: TensorLike): Tensor {
  return ops.softsign(x);
}

/** 0 up to −1, `(x + 1)² / 4` up to 1, then `x`. */
export function sparsePlus(x: TensorLike): Tensor {
  return ops.sparsePlus(x);
}

/** `(x + 1) / 2` limited to 0 … 1. */
export function sparseSigmoid(x: TensorLike): Tensor {
  return ops.sparseSigmoid(x);
}

/** As softmax, with exact zeros: the point of the simplex nearest to `x` along `axis`. @param options `axis`: -1 unless given */
export function sparsemax(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  return ops.sparsemax(x, options);
}

/** `(x + √(x² + b)) / 2`. @param options `b`: 4 unless given */
export function squareplus(x: TensorLike, options: { readonly b?: number } = {}): Tensor {
  return ops.squareplus(x, options);
}

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return ops.tanh(x);
}

/** `x − tanh(x)`. */
export function tanhShrink(x: TensorLike): Tensor {
  return ops.tanhShrink(x);
}

/** `x` where it is above `threshold`, else `defaultValue`. */
export function threshold(x: TensorLike, threshold: number, defaultValue: number): Tensor {
  return ops.threshold(x, threshold, defaultValue);
}
