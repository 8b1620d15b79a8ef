import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { foldScales } from './fold-scales.ts';
import { expectClose } from './testing/expect-close.ts';

const WINDOW = 'strides=[1, 1], dilations=[1, 1], pads=[[1, 1], [1, 1]]';

/** A normalization after a product; `dims` is its shape, `columns` of it the last. */
const normalized = (w: string, product: string, dims: string, columns: number): string => `
  program(%0 "x": float32[8,32,32,3]) state(%1 "w": weight float32[${w}], %2 "bias": weight float32[${columns}],
    %3 "variance": weight float32[${columns}], %4 "beta": weight float32[${columns}]) {
    %5: float32[${columns}] = map(%3) { rsqrt(add(square(a), 1)) }
    %6: float32[1,1,1,${columns}] = reshape(%5) {shape=[1, 1, 1, ${columns}]}
    ${product}
    %11: float32[${dims}] = map(%10, %2) { add(a, b) }
    %12: float32[${dims}] = map(%11, %6) { mul(a, b) }
    %13: float32[${dims}] = map(%12, %4) { add(a, b) }
    return %13
  }`;

describe('it fires', () => {
  test.each([
    [
      'images',
      '3,3,3,4',
      `%10: float32[8,32,32,4] = conv(%0, %1) {${WINDOW}}`,
      '8,32,32,4',
      4,
      'float32[3,3,3,4] = map(%1, %5) { mul(a, b) }',
    ],
    [
      'groups of images',
      '3,3,1,3',
      `%10: float32[8,32,32,3] = conv(%0, %1) {${WINDOW}, groups=3}`,
      '8,32,32,3',
      3,
      'float32[3,3,1,3] = map(%1, %5) { mul(a, b) }',
    ],
    [
      'each channel by itself',
      '3,3,3,2',
      `%10: float32[8,32,32,6] = depthwiseConv(%0, %1) {${WINDOW}}`,
      '8,32,32,6',
      6,
      'float32[3,3,3,2] = map(%1, %14) { mul(a, b) }',
    ],
    [
      'a product',
      '3,4',
      `%7: float32[8192,3] = reshape(%0) {shape=[8192, 3]}
       %8: float32[8192,4] = dot(%7, %1) {transposeA=false, transposeB=false}
       %10: float32[8,32,32,4] = reshape(%8) {shape=[8, 32, 32, 4]}`,
      '8,32,32,4',
      4,
      'float32[3,4] = map(%1, %5) { mul(a, b) }',
    ],
    [
      'a product with transposed weights',
      '4,3',
      `%7: float32[8192,3] = reshape(%0) {shape=[8192, 3]}
       %8: float32[8192,4] = dot(%7, %1) {transposeA=false, transposeB=true}
       %10: float32[8,32,32,4] = reshape(%8) {shape=[8, 32, 32, 4]}`,
      '8,32,32,4',
      4,
      'float32[4,3] = map(%1, %14) { mul(a, b) }',
    ],
  ])('after %s', (_, w, product, dims, columns, scaled) => {
    const before = parse(normalized(w, product, dims, columns));
    const after = foldScales.run(before);
    const text = print(after);
    expect(text).toContain(scaled);
    expect(text).toContain(`float32[1,1,1,${columns}] = map(%2, %6) { mul(a, b) }`);
    expect(text.match(/mul/g)).toHaveLength(2);
    expectClose(before, after);
    expect(foldScales.run(after)).toBe(after);
  });

  test('without a bias', () => {
    const before =
      parse(`program(%0 "x": float32[64,128]) state(%1 "w": weight float32[128,256], %2 "s": weight float32[256]) {
      %3: float32[64,256] = dot(%0, %1) {transposeA=false, transposeB=false}
      %4: float32[64,256] = map(%2, %3) { mul(a, b) }
      return %4
    }`);
    expect(foldScales.run(before)).toBe(before);
    const wide = parse(print(before).replaceAll('64,', '512,'));
    const after = foldScales.run(wide);
    expect(after.instructions.map(({ primitive }) => primitive)).toEqual(['map', 'dot']);
    expectClose(wide, after);
  });
});

const scaled = (instructions: string, result = '%6', state = ''): string => `
  program(%0 "x": float32[8,32,32,3], %9 "given": float32[4]) state(%1 "w": weight float32[3,3,3,4], %2 "s": weight float32[4]${state}) {
    %5: float32[8,32,32,4] = conv(%0, %1) {${WINDOW}}
    ${instructions}
    return ${result}
  }`;

test.each([
  ['the scale comes with the batch', '%6: float32[8,32,32,4] = map(%5, %9) { mul(a, b) }', '%6'],
  [
    'the scale is that of the batch',
    `%7: float32[4] = reduce(%5) {kind="max", axes=[0, 1, 2]}
     %6: float32[8,32,32,4] = map(%5, %7) { mul(a, b) }`,
    '%6',
  ],
  [
    'something else reads the product too',
    `%6: float32[8,32,32,4] = map(%5, %2) { mul(a, b) }
     %7: float32[8,32,32,4] = map(%5) { relu(a) }`,
    '%6, %7',
  ],
  [
    'an activation stands between',
    `%7: float32[8,32,32,4] = map(%5) { relu(a) }
     %6: float32[8,32,32,4] = map(%7, %2) { mul(a, b) }`,
    '%6',
  ],
  [
    'what was added is no row',
    `%7: float32[8,32,32,1] = slice(%0) {begin=[0, 0, 0, 0], size=[8, 32, 32, 1], strides=[1, 1, 1, 1]}
     %8: float32[8,32,32,4] = map(%5, %7) { add(a, b) }
     %6: float32[8,32,32,4] = map(%8, %2) { mul(a, b) }`,
    '%6',
  ],
])('nothing changes where %s', (_, instructions, result) => {
  const before = parse(scaled(instructions, result));
  expect(foldScales.run(before)).toBe(before);
});

test('a small product is left alone', () => {
  const before = parse(scaled('%6: float32[8,32,32,4] = map(%5, %2) { mul(a, b) }').replaceAll('32,32', '8,8'));
  expect(foldScales.run(before)).toBe(before);
});
