import { ops, type PartialShape, type Tensor } from '@capas/core';
import type { Contraction } from './int8-contraction.ts';

/** A {@link Contraction} by an equation without `...`. */
export interface EinsumContraction extends Contraction {
  /** The shape of the scale of a kernel of this shape: that of the output, with 1 at the axes that the kernel does not have. */
  scaleShape(kernel: PartialShape): PartialShape;
}

/**
 * The product that an equation says. A scale has one number for each place along the letters that are in the output.
 *
 * @param equation `'abc,cde->abde'`
 * @see Keras 3, `_analyze_quantization_info` in `keras/src/layers/core/einsum_dense.py`
 */
export function einsumContraction(equation: string): EinsumContraction {
  const [ins = '', kernel = '', outs = ''] = equation.split(/,|->/);
  const summed = (letters: string): number[] =>
    [...[...letters].keys()].filter((axis) => !outs.includes(letters[axis]!));
  return {
    inputAxes: summed(ins),
    kernelAxes: summed(kernel),
    product: (x, weight) => ops.einsum(equation, x, weight),
    backward: (dy, weight) => ops.einsum(`${outs},${kernel}->${ins}`, dy, weight),
    alignInputs: (scale) => rearrange(scale, ins, outs),
    alignKernel: (scale) => rearrange(scale, kernel, outs),
    spread: (scale) => rearrange(scale, outs, kernel),
    scaleShape: (shape) => [...outs].map((letter) => (kernel.includes(letter) ? shape[kernel.indexOf(letter)]! : 1)),
  };
}

/** The axes in the order of other letters: 1 where there is none, and none where there is no letter for what has size 1. */
function rearrange(scale: Tensor, from: string, to: string): Tensor {
  const kept = [...to].filter((letter) => from.includes(letter));
  const order = [...kept, ...[...from].filter((letter) => !to.includes(letter))].map((letter) => from.indexOf(letter));
  const shape = [...to].map((letter) => (from.includes(letter) ? scale.shape[from.indexOf(letter)]! : 1));
  return ops.reshape(ops.transpose(scale, { axes: order }), shape);
}
