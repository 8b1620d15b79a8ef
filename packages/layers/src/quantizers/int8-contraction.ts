import { ops, type PartialShape, type Tensor } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { Weight } from '../weight.ts';
import { AbsMaxQuantizer } from './abs-max-quantizer.ts';
import { addInt8Weight, type Int8Weight, toInt8Weight } from './int8-weight.ts';
import { getQuantizationConfig, type QuantizationConfig } from './quantization-config.ts';

/** A product of inputs and a kernel that sums over some axes of both. */
export interface Contraction {
  readonly inputAxes: readonly number[];
  readonly kernelAxes: readonly number[];
  product(inputs: Tensor, kernel: Tensor): Tensor;
  /** The gradient of the inputs. */
  backward(dy: Tensor, kernel: Tensor): Tensor;
  /** A scale of the inputs, with 1 at the summed axes, as it is broadcast to the product. */
  alignInputs(scale: Tensor): Tensor;
  /** The same of the kernel: what is kept as its scale. */
  alignKernel(scale: Tensor): Tensor;
  /** That scale as it is broadcast to the kernel. */
  spread(scale: Tensor): Tensor;
}

/**
 * A product with a kernel of int8: `(q(x) · kernel) / (scale of x · scale of kernel)`, where `q` makes whole numbers of the inputs of each
 * call. The gradient is that of the product with `kernel / scale`.
 *
 * Sums of products of whole numbers are exact in float32 up to 2²⁴, and to its precision above.
 *
 * @see Keras 3, `_int8_call` of `keras/src/layers/core/dense.py` and `einsum_dense.py`
 */
export class Int8Contraction {
  readonly #weight: Int8Weight;
  readonly #contraction: Contraction;
  readonly #quantization: QuantizationConfig;

  constructor(weight: Int8Weight, contraction: Contraction, quantization: QuantizationConfig) {
    this.#weight = weight;
    this.#contraction = contraction;
    this.#quantization = quantization;
  }

  /** In the place of a kernel of float32. */
  static of(layer: Layer, kernel: Weight, contraction: Contraction, quantization: QuantizationConfig): Int8Contraction {
    const quantizer = quantization.weightQuantizer ?? new AbsMaxQuantizer({ axis: contraction.kernelAxes });
    const weight = toInt8Weight(layer, kernel, (value) => {
      const { values, scale } = quantizer.call(value);
      return { values, scale: contraction.alignKernel(scale) };
    });
    return new Int8Contraction(weight, contraction, quantization);
  }

  /** With a kernel that a file will fill, in a layer whose policy is that of a quantized one. For use in `build`. */
  static empty(
    layer: Layer & { readonly config: { readonly quantizationConfig?: unknown } },
    shapes: { readonly shape: PartialShape; readonly scaleShape: PartialShape },
    contraction: Contraction,
  ): Int8Contraction {
    const quantization = getQuantizationConfig(layer.config.quantizationConfig);
    layer.quantizationConfig = quantization;
    return new Int8Contraction(addInt8Weight(layer, { name: 'kernel', ...shapes }), contraction, quantization);
  }

  /** The whole numbers. */
  get kernel(): Weight {
    return this.#weight.values;
  }

  get scale(): Weight {
    return this.#weight.scale;
  }

  /** The weights in the order of files. */
  ordered(bias: Weight | undefined): readonly Weight[] {
    return [this.kernel, ...(bias ? [bias] : []), this.scale];
  }

  apply(inputs: Tensor): Tensor {
    const contraction = this.#contraction;
    const { activationQuantizer: quantizer } = this.#quantization;
    const kernel = this.kernel.value;
    const scale = this.scale.value;
    return ops.customGradient((x) => {
      const back = (dy: Tensor): Tensor => contraction.backward(dy, ops.divide(kernel, contraction.spread(scale)));
      if (!quantizer) return [ops.divide(contraction.product(x!, kernel), scale), back];
      const quantized = quantizer.call(x!, contraction.inputAxes);
      const product = contraction.product(quantized.values, kernel);
      return [ops.divide(product, ops.multiply(scale, contraction.alignInputs(quantized.scale))), back];
    })(inputs);
  }
}
