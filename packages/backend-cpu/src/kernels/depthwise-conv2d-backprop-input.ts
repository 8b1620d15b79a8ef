import { convGeometry } from './conv-geometry.ts';
import { visitPairs, visitTaps } from './depthwise-conv2d-backprop-filter.ts';
import type { SpaceKernel } from './space.ts';

/** The gradient of a depthwise convolution with respect to its input: every tap carries `dy · filter` back. */
export const depthwiseConv2dBackpropInput: SpaceKernel = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  run: ({ space, inputs: { dy, filter }, attrs }) => {
    const g = convGeometry(
      'DepthwiseConv2dNativeBackpropInput',
      attrs.inputShape as number[],
      filter!.shape,
      attrs,
      true,
    );
    const out = space.output(g.inShape);
    const gradient = space.of(dy!).view();
    const weights = space.of(filter!).view();
    const images = space.of(out).view();
    const multiplier = g.outChannels / g.inChannels;
    images.fill(0);
    visitTaps(g, (tap, offsetY, offsetX) => {
      const weightsAt = tap * g.outChannels;
      visitPairs(g, offsetY, offsetX, (imageAt, gradientAt) => {
        for (let channel = 0, i = 0; channel < g.inChannels; channel++) {
          let sum = 0;
          for (let copy = 0; copy < multiplier; copy++, i++) sum += gradient[gradientAt + i]! * weights[weightsAt + i]!;
          images[imageAt + channel] = images[imageAt + channel]! + sum;
        }
      });
    });
    return out;
  },
};
