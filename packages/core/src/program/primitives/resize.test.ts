import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import { evaluate, float32, floats, flopsOf, integers, jsKernel } from '../../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

test('two pixels in a row made four', () => {
  const x = float32([1, 1, 2, 1], [0, 8]);
  const run = (kind: string, alignCorners: boolean, halfPixelCenters: boolean) => [
    ...evaluate('resize', [x], { kind, size: [1, 4], alignCorners, halfPixelCenters })[0]!.data,
  ];
  // places 0, 0.5, 1, 1.5 of the old pixels
  expect(run('nearest', false, false)).toEqual([0, 0, 8, 8]);
  expect(run('bilinear', false, false)).toEqual([0, 4, 8, 8]);
  // places -0.25, 0.25, 0.75, 1.25
  expect(run('bilinear', false, true)).toEqual([0, 2, 6, 8]);
  // places 0, 1/3, 2/3, 1
  expect(run('nearest', true, false)).toEqual([0, 0, 8, 8]);
  expect(run('bilinear', true, false)).toEqual([0, 8 / 3, 16 / 3, 8].map(Math.fround));
  const attrs = { kind: 'bilinear', size: [1, 4], alignCorners: false, halfPixelCenters: false };
  expect(flopsOf('resize', [x.type], attrs)).toBe(36);
});

const sizes = [
  [
    [1, 3, 4, 2],
    [6, 8],
  ],
  [
    [2, 5, 7, 3],
    [3, 4],
  ],
  [
    [2, 5, 7, 3],
    [9, 2],
  ],
  [
    [1, 4, 4, 1],
    [1, 1],
  ],
  [
    [1, 1, 1, 3],
    [3, 2],
  ],
  [
    [0, 4, 4, 1],
    [2, 2],
  ],
];
const modes = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
];

test.each(sizes)('bit-equal to the kernels of tfjs: %j to %j', (shape, size) => {
  for (const mode of modes) {
    const images = floats(shape!);
    expect(evaluate('resize', [images], { kind: 'bilinear', size: size!, ...mode })).toEqual(
      jsKernel('ResizeBilinear', { images }, { size, ...mode }),
    );
    expect(evaluate('resize', [images], { kind: 'nearest', size: size!, ...mode })).toEqual(
      jsKernel('ResizeNearestNeighbor', { images }, { size, ...mode }),
    );
  }
});

test('the nearest pixel keeps its dtype', () => {
  const x = integers([1, 2, 2, 1], -9, 9);
  const attrs = { kind: 'nearest', size: [2, 2], alignCorners: false, halfPixelCenters: false };
  expect(evaluate('resize', [x], attrs)).toEqual([x]);
});

test('what does not fit is refused', () => {
  const attrs = { kind: 'nearest', alignCorners: false, halfPixelCenters: false };
  expect(() => evaluate('resize', [floats([4, 4, 1])], { ...attrs, size: [2, 2] })).toThrow(
    'resize: expected images [batch, height, width, channels] and size [height, width], none empty, received [4, 4, 1] and size [2, 2].',
  );
  expect(() => evaluate('resize', [floats([1, 4, 4, 1])], { ...attrs, size: [0, 2] })).toThrow('size [0, 2]');
});
