import type { ConformanceCase } from '../conformance-case.ts';
import { at, randomFloats } from '../host-tensor.ts';
import { accumulate, type ConvSetting, convGeometry, convSum, convTerms } from './conv-reference.ts';

/** The kernels of one kind of convolution. */
interface ConvolutionKernels {
  readonly forward: string;
  readonly filterGradient: string;
  readonly inputGradient: string;
  readonly depthwise: boolean;
}

/** For each setting a case of the convolution and one of each of its gradients. */
export function convolutionCases(
  { forward, filterGradient, inputGradient, depthwise }: ConvolutionKernels,
  settings: readonly ConvSetting[],
): ConformanceCase[] {
  return settings.flatMap((setting) => {
    const { name, inShape, filterShape, strides, dilations = [1, 1], pad } = setting;
    const { outShape } = convGeometry(setting, depthwise);
    const x = randomFloats(inShape, 1);
    const filter = randomFloats(filterShape, 2);
    const dy = randomFloats(outShape, 3);
    const common = { strides, pad, dataFormat: 'NHWC', dilations };
    const terms = () => convTerms(setting, depthwise);
    return [
      {
        kernel: forward,
        name,
        inputs: { x, filter },
        attrs: common,
        expected: () =>
          accumulate(
            outShape,
            convSum(terms(), (o, i, f) => [o, at(x, i) * at(filter, f)]),
          ),
      },
      {
        kernel: filterGradient,
        name,
        inputs: { x, dy },
        attrs: { ...common, filterShape },
        tolerance: setting.tolerance ?? 1e-5,
        expected: () =>
          accumulate(
            filterShape,
            convSum(terms(), (o, i, f) => [f, at(x, i) * at(dy, o)]),
          ),
      },
      {
        kernel: inputGradient,
        name,
        inputs: { dy, filter },
        attrs: { ...common, inputShape: inShape },
        expected: () =>
          accumulate(
            inShape,
            convSum(terms(), (o, i, f) => [i, at(filter, f) * at(dy, o)]),
          ),
      },
    ];
  });
}
