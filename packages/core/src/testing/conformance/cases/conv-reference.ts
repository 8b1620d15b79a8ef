import { type Shape, sizeOf } from '../../../tensor/shape.ts';
import { type HostTensor, indices, isWithin, offsetOf } from '../host-tensor.ts';

/** A two-dimensional convolution as a case states it, with its padding as numbers. */
export interface ConvSetting {
  readonly name: string;
  /** `[batch, height, width, channels]` */
  readonly inShape: readonly number[];
  /** `[height, width, inChannels, outChannels]`; for a depthwise one `[height, width, channels, multiplier]` */
  readonly filterShape: readonly number[];
  readonly strides: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly tolerance?: number;
}

/** What one axis of a window looks like: how many outputs, and how much padding is in front. */
export function windowAxis(
  size: number,
  filter: number,
  stride: number,
  dilation: number,
  pad: 'same' | 'valid' | number,
): { readonly out: number; readonly before: number } {
  const reach = (filter - 1) * dilation + 1;
  if (pad === 'same') {
    const out = Math.ceil(size / stride);
    return { out, before: Math.floor(Math.max(0, (out - 1) * stride + reach - size) / 2) };
  }
  const before = pad === 'valid' ? 0 : pad;
  return { out: Math.floor((size + 2 * before - reach) / stride) + 1, before };
}

/** What {@link convGeometry} knows. */
export interface ConvReference {
  readonly outShape: Shape;
  inputAt(y: number, x: number, tapY: number, tapX: number): readonly [number, number];
}

/** The output shape of a setting and, for an output index and a filter tap, which input position they connect. */
export function convGeometry(setting: ConvSetting, depthwise = false): ConvReference {
  const { inShape, filterShape, strides, dilations = [1, 1], pad } = setting;
  const rows = windowAxis(inShape[1]!, filterShape[0]!, strides[0], dilations[0], pad);
  const columns = windowAxis(inShape[2]!, filterShape[1]!, strides[1], dilations[1], pad);
  const channels = depthwise ? filterShape[2]! * filterShape[3]! : filterShape[3]!;
  return {
    outShape: [inShape[0]!, rows.out, columns.out, channels] as const,
    inputAt: (y: number, x: number, tapY: number, tapX: number): readonly [number, number] => [
      y * strides[0] + tapY * dilations[0] - rows.before,
      x * strides[1] + tapX * dilations[1] - columns.before,
    ],
  };
}

/** Every product `(output, input, filter)` of indices that the convolution sums. */
export function* convTerms(setting: ConvSetting, depthwise = false): Generator<[number[], number[], number[]]> {
  const { outShape, inputAt } = convGeometry(setting, depthwise);
  const [height, width, inChannels, last] = setting.filterShape as readonly [number, number, number, number];
  for (const output of indices(outShape)) {
    const [batch, y, x, channel] = output as [number, number, number, number];
    for (let tapY = 0; tapY < height; tapY++)
      for (let tapX = 0; tapX < width; tapX++) {
        const [row, column] = inputAt(y, x, tapY, tapX);
        if (!isWithin(setting.inShape.slice(1, 3), [row, column])) continue;
        if (depthwise) {
          const source = Math.floor(channel / last);
          yield [output, [batch, row, column, source], [tapY, tapX, source, channel % last]];
        } else {
          for (let source = 0; source < inChannels; source++)
            yield [output, [batch, row, column, source], [tapY, tapX, source, channel]];
        }
      }
  }
}

/** A tensor as the sum of values that arrive one by one, each at an index. */
export function accumulate(shape: Shape, terms: Iterable<readonly [readonly number[], number]>): HostTensor {
  const values = new Array<number>(sizeOf(shape)).fill(0);
  for (const [index, value] of terms) values[offsetOf(shape, index)]! += value;
  return { shape, dtype: 'float32', values };
}

/** Turns each product of indices into a term for {@link accumulate}. */
export function* convSum(
  terms: Iterable<[number[], number[], number[]]>,
  term: (output: number[], input: number[], filter: number[]) => readonly [readonly number[], number],
): Generator<readonly [readonly number[], number]> {
  for (const [output, input, filter] of terms) yield term(output, input, filter);
}
