import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolve } from './convolution.ts';
import { applyEpilogue, epilogueFlops, epilogueType } from './epilogue.ts';
import { depthwiseGeometry, WINDOW_ATTRIBUTES } from './geometry.ts';

const NAME = 'depthwiseConv';

/**
 * Each channel of `x` `[batch, height, width, channels]` convolved with its own filters: `w` is
 * `[height, width, channels, multiplier]`, and channel `c` of `x` makes the channels `c · multiplier …` of the result.
 *
 * `epilogue` is an expression of the element of the sum and of those of the extra inputs: see `epilogue.ts`.
 *
 * Bit-equal to tfjs's `DepthwiseConv2dNative` on its cpu backend: products are added in float32, by taps.
 */
export const depthwiseConv: Primitive = definePrimitive({
  name: NAME,
  arity: [2, Number.POSITIVE_INFINITY],
  attributes: { ...WINDOW_ATTRIBUTES, epilogue: 'expression?' },
  infer: ([x, w, ...extras], { epilogue, ...attrs }) => {
    requireDType(NAME, 'x', x!, 'float32');
    requireDType(NAME, 'w', w!, 'float32');
    const { outShape } = depthwiseGeometry(NAME, x!.shape, w!.shape, attrs);
    return [epilogueType(NAME, { shape: outShape, dtype: 'float32' }, extras, epilogue)];
  },
  evaluate: ([x, w, ...extras], { epilogue, ...attrs }, [type]) => {
    const sums = convolve(depthwiseGeometry(NAME, x!.type.shape, w!.type.shape, attrs), x!.data, w!.data);
    return [applyEpilogue({ type: type!, data: sums }, extras, epilogue)];
  },
  flops: ([x, w], { epilogue, ...attrs }, [type]) =>
    2 * depthwiseGeometry(NAME, x!.shape, w!.shape, attrs).products + epilogueFlops(type!, epilogue),
});
