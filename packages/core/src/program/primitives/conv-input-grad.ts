import { definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { convolveInputGradient } from './convolution.ts';
import { applyEpilogue, epilogueFlops, epilogueType } from './epilogue.ts';
import { convGeometry, requireOutputShape, WINDOW_ATTRIBUTES } from './geometry.ts';

const NAME = 'convInputGrad';

/**
 * The gradient of `conv` with respect to its input of shape `inputShape`, from `dy` and the filter `w`; also known as the
 * transposed convolution.
 *
 * `epilogue` is an expression of the element of the gradient and of those of the extra inputs: see `epilogue.ts`.
 *
 * Bit-equal to tfjs's `Conv2DBackpropInput` and `Conv3DBackpropInputV2` on its cpu backend (which know no dilation and no
 * groups): sums in float64, by outputs, then by filters.
 */
export const convInputGrad: Primitive = definePrimitive({
  name: NAME,
  arity: [2, Number.POSITIVE_INFINITY],
  attributes: { inputShape: 'integers', ...WINDOW_ATTRIBUTES, groups: 'integer?', epilogue: 'expression?' },
  infer: ([dy, w, ...extras], { inputShape, epilogue, ...attrs }) => {
    requireDType(NAME, 'dy', dy!, 'float32');
    requireDType(NAME, 'w', w!, 'float32');
    requireOutputShape(NAME, dy!.shape, convGeometry(NAME, inputShape, w!.shape, attrs).outShape);
    return [epilogueType(NAME, { shape: inputShape, dtype: 'float32' }, extras, epilogue)];
  },
  evaluate: ([dy, w, ...extras], { inputShape, epilogue, ...attrs }, [type]) => {
    const sums = convolveInputGradient(convGeometry(NAME, inputShape, w!.type.shape, attrs), dy!.data, w!.data);
    return [applyEpilogue({ type: type!, data: sums }, extras, epilogue)];
  },
  flops: ([, w], { inputShape, epilogue, ...attrs }, [type]) =>
    2 * convGeometry(NAME, inputShape, w!.shape, attrs).products + epilogueFlops(type!, epilogue),
});
