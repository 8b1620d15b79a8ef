import type { ConformanceCase } from '../conformance-case.ts';
import { at, build, floats, type HostTensor, indices, ints, randomFloats } from '../host-tensor.ts';
import { accumulate } from './conv-reference.ts';

interface Resize {
  readonly name: string;
  readonly inShape: readonly [number, number, number, number];
  readonly size: readonly [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const resizes: readonly Resize[] = [
  { name: 'doubled', inShape: [2, 3, 4, 2], size: [6, 8], alignCorners: false, halfPixelCenters: false },
  { name: 'halved', inShape: [1, 6, 8, 1], size: [3, 4], alignCorners: false, halfPixelCenters: false },
  { name: 'odd sizes', inShape: [1, 5, 4, 3], size: [7, 3], alignCorners: false, halfPixelCenters: false },
  { name: 'corners aligned', inShape: [1, 3, 4, 2], size: [5, 7], alignCorners: true, halfPixelCenters: false },
  { name: 'half pixel centers', inShape: [1, 3, 4, 2], size: [6, 6], alignCorners: false, halfPixelCenters: true },
  { name: 'the same size', inShape: [1, 3, 3, 1], size: [3, 3], alignCorners: false, halfPixelCenters: false },
];

/** Where an output position lies on the input axis. */
function source(position: number, inSize: number, outSize: number, { alignCorners, halfPixelCenters }: Resize): number {
  const scale = alignCorners && outSize > 1 ? (inSize - 1) / (outSize - 1) : inSize / outSize;
  return halfPixelCenters ? (position + 0.5) * scale - 0.5 : position * scale;
}

/** The two input positions to mix, and how much of each. */
function mix(position: number, inSize: number, outSize: number, resize: Resize): (readonly [number, number])[] {
  const place = source(position, inSize, outSize, resize);
  const low = Math.floor(place);
  const clamp = (i: number): number => Math.min(Math.max(i, 0), inSize - 1);
  const rest = place - low;
  return [
    [clamp(low), 1 - rest],
    [clamp(Math.ceil(place)), low === Math.ceil(place) ? 0 : rest],
  ];
}

function nearest(position: number, inSize: number, outSize: number, resize: Resize): number {
  const { alignCorners, halfPixelCenters } = resize;
  const scale = alignCorners && outSize > 1 ? (inSize - 1) / (outSize - 1) : inSize / outSize;
  const place = halfPixelCenters ? (position + 0.5) * scale : position * scale;
  return Math.min(inSize - 1, Math.max(0, alignCorners ? Math.round(place) : Math.floor(place)));
}

function* bilinearTerms(resize: Resize): Generator<readonly [number[], number[], number]> {
  const { inShape, size } = resize;
  for (const output of indices([inShape[0], ...size, inShape[3]])) {
    const [batch, y, x, channel] = output as [number, number, number, number];
    for (const [row, ofRow] of mix(y, inShape[1], size[0], resize))
      for (const [column, ofColumn] of mix(x, inShape[2], size[1], resize))
        yield [output, [batch, row, column, channel], ofRow * ofColumn];
  }
}

const resizeCases = (resize: Resize): ConformanceCase[] => {
  const { name, inShape, size, alignCorners, halfPixelCenters } = resize;
  const outShape = [inShape[0], ...size, inShape[3]];
  const images = randomFloats(inShape, 1);
  const dy = randomFloats(outShape, 2);
  const attrs = { alignCorners, halfPixelCenters, size };
  const nearestOf = ([batch, y, x, channel]: readonly number[]): number[] => [
    batch!,
    nearest(y!, inShape[1], size[0], resize),
    nearest(x!, inShape[2], size[1], resize),
    channel!,
  ];
  const cases: ConformanceCase[] = [
    {
      kernel: 'ResizeBilinear',
      name,
      inputs: { images },
      attrs,
      expected: accumulate(
        outShape,
        Array.from(bilinearTerms(resize), ([o, i, share]) => [o, at(images, i) * share] as const),
      ),
    },
    {
      kernel: 'ResizeNearestNeighbor',
      name,
      inputs: { images },
      attrs,
      expected: build(outShape, (index) => at(images, nearestOf(index))),
    },
  ];
  if (halfPixelCenters) return cases; // tfjs's gradient kernels know no half pixel centers
  return [
    ...cases,
    {
      kernel: 'ResizeBilinearGrad',
      name,
      inputs: { images, dy },
      attrs: { alignCorners },
      expected: accumulate(
        inShape,
        Array.from(bilinearTerms(resize), ([o, i, share]) => [i, at(dy, o) * share] as const),
      ),
    },
    {
      kernel: 'ResizeNearestNeighborGrad',
      name,
      inputs: { images, dy },
      attrs: { alignCorners },
      expected: accumulate(
        inShape,
        Array.from(indices(outShape), (index) => [nearestOf(index), at(dy, index)] as const),
      ),
    },
  ];
};

const square = floats([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);

const crop = (
  name: string,
  box: readonly number[],
  cropSize: readonly [number, number],
  method: 'bilinear' | 'nearest',
  expected: readonly number[],
): ConformanceCase => ({
  kernel: 'CropAndResize',
  name,
  inputs: { image: square, boxes: floats([1, 4], box), boxInd: ints([1], [0]) },
  attrs: { method, extrapolationValue: -1, cropSize },
  expected: floats([1, ...cropSize, 1], expected),
});

const transform = (
  name: string,
  matrix: readonly number[],
  interpolation: 'nearest' | 'bilinear',
  fillMode: string,
  expected: readonly number[],
): ConformanceCase => ({
  kernel: 'Transform',
  name,
  inputs: { image: square, transforms: floats([1, 8], matrix) },
  attrs: { interpolation, fillMode, fillValue: 0, outputShape: [3, 3] },
  expected: floats([1, 3, 3, 1], expected),
});

const boxes = floats([4, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 2, 1, 3, 0, 2.05, 1, 3.05]);
const scores = floats([4], [0.9, 0.75, 0.6, 0.95]);

const localNorm = (x: HostTensor, radius: number, bias: number, alpha: number, beta: number): HostTensor =>
  build(x.shape, (index) => {
    const channel = index.at(-1)!;
    let squares = 0;
    for (let c = Math.max(0, channel - radius); c <= Math.min(x.shape.at(-1)! - 1, channel + radius); c++)
      squares += at(x, index.with(-1, c)) ** 2;
    return at(x, index) * (bias + alpha * squares) ** -beta;
  });

/** What `dy` becomes on its way through {@link localNorm}. */
const localNormGradient = (
  x: HostTensor,
  dy: HostTensor,
  radius: number,
  bias: number,
  alpha: number,
  beta: number,
): HostTensor => {
  const channels = x.shape.at(-1)!;
  const norm = (index: readonly number[]): number => {
    const channel = index.at(-1)!;
    let squares = 0;
    for (let c = Math.max(0, channel - radius); c <= Math.min(channels - 1, channel + radius); c++)
      squares += at(x, index.with(-1, c)) ** 2;
    return bias + alpha * squares;
  };
  return build(x.shape, (index) => {
    const channel = index.at(-1)!;
    let total = at(dy, index) * norm(index) ** -beta;
    for (let c = Math.max(0, channel - radius); c <= Math.min(channels - 1, channel + radius); c++) {
      const other = index.with(-1, c);
      total -= at(dy, other) * at(x, other) * norm(other) ** (-beta - 1) * 2 * alpha * beta * at(x, index);
    }
    return total;
  });
};

const rotated = (name: string, radians: number, center: number, expected: readonly number[]): ConformanceCase => ({
  kernel: 'RotateWithOffset',
  name,
  inputs: { image: square },
  attrs: { radians, fillValue: -1, center },
  expected: floats([1, 3, 3, 1], expected),
});

/** Kernels for images. */
export const imageCases: readonly ConformanceCase[] = [
  ...resizes.flatMap(resizeCases),
  crop('the whole image, smaller', [0, 0, 1, 1], [2, 2], 'bilinear', [1, 3, 7, 9]),
  crop('between the pixels', [0, 0, 1, 1], [5, 1], 'bilinear', [2, 3.5, 5, 6.5, 8]),
  crop('nearest', [0, 0, 1, 1], [2, 2], 'nearest', [1, 3, 7, 9]),
  crop('beyond the edge', [0, 0, 2, 1], [2, 2], 'bilinear', [1, 3, -1, -1]),
  {
    kernel: 'FlipLeftRight',
    name: 'a square',
    inputs: { image: square },
    expected: floats([1, 3, 3, 1], [3, 2, 1, 6, 5, 4, 9, 8, 7]),
  },
  transform('nothing changes', [1, 0, 0, 0, 1, 0, 0, 0], 'nearest', 'constant', [1, 2, 3, 4, 5, 6, 7, 8, 9]),
  transform(
    'moved right, filled with a constant',
    [1, 0, -1, 0, 1, 0, 0, 0],
    'nearest',
    'constant',
    [0, 1, 2, 0, 4, 5, 0, 7, 8],
  ),
  transform(
    'moved right, the edge repeated',
    [1, 0, -1, 0, 1, 0, 0, 0],
    'nearest',
    'nearest',
    [1, 1, 2, 4, 4, 5, 7, 7, 8],
  ),
  transform(
    'moved half a pixel',
    [1, 0, -0.5, 0, 1, 0, 0, 0],
    'bilinear',
    'nearest',
    [1, 1.5, 2.5, 4, 4.5, 5.5, 7, 7.5, 8.5],
  ),
  {
    kernel: 'NonMaxSuppressionV3',
    name: 'the best of each cluster',
    inputs: { boxes, scores },
    attrs: { maxOutputSize: 4, iouThreshold: 0.5, scoreThreshold: 0 },
    expected: ints([2], [3, 0]),
  },
  {
    kernel: 'NonMaxSuppressionV3',
    name: 'only good scores',
    inputs: { boxes, scores },
    attrs: { maxOutputSize: 4, iouThreshold: 0.99, scoreThreshold: 0.8 },
    expected: ints([2], [3, 0]),
  },
  {
    kernel: 'LRN',
    name: 'two neighbours',
    inputs: { x: randomFloats([1, 2, 3, 6], 1) },
    attrs: { depthRadius: 2, bias: 1.5, alpha: 0.3, beta: 0.75 },
    expected: localNorm(randomFloats([1, 2, 3, 6], 1), 2, 1.5, 0.3, 0.75),
  },
  {
    kernel: 'NonMaxSuppressionV4',
    name: 'padded',
    inputs: { boxes, scores },
    attrs: { maxOutputSize: 4, iouThreshold: 0.5, scoreThreshold: 0, padToMaxOutputSize: true },
    expected: [ints([4], [3, 0, 0, 0]), ints([], [2])],
  },
  {
    kernel: 'NonMaxSuppressionV5',
    name: 'with scores',
    inputs: { boxes, scores },
    attrs: { maxOutputSize: 4, iouThreshold: 0.5, scoreThreshold: 0, softNmsSigma: 0 },
    expected: [ints([2], [3, 0]), floats([2], [0.95, 0.9])],
  },
  rotated('not at all', 0, 0.5, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
  // About the corner of the image at (3, 3): what was left of it is right of it now, outside.
  rotated('half a turn about a corner', Math.PI, 1, [-1, -1, -1, -1, -1, -1, -1, -1, -1]),
  {
    kernel: 'LRNGrad',
    name: 'two neighbours',
    inputs: {
      x: randomFloats([1, 2, 3, 6], 1),
      y: localNorm(randomFloats([1, 2, 3, 6], 1), 2, 1.5, 0.3, 0.75),
      dy: randomFloats([1, 2, 3, 6], 2),
    },
    attrs: { depthRadius: 2, bias: 1.5, alpha: 0.3, beta: 0.75 },
    expected: localNormGradient(randomFloats([1, 2, 3, 6], 1), randomFloats([1, 2, 3, 6], 2), 2, 1.5, 0.3, 0.75),
  },
];
