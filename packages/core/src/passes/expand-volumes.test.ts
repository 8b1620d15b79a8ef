import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { expandVolumes } from './expand-volumes.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

interface Window {
  readonly input: readonly number[];
  readonly filter: readonly number[];
  readonly output: readonly number[];
  readonly attrs: string;
}

// whole numbers, and means of two, four and eight of them: sums in any order are the same
const windows: Record<string, Window> = {
  'a cube': {
    input: [2, 4, 5, 4, 3],
    filter: [2, 2, 2, 3, 2],
    output: [2, 3, 4, 3, 2],
    attrs: 'strides=[1, 1, 1], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
  'padding on both sides': {
    input: [1, 3, 4, 5, 2],
    filter: [3, 2, 3, 2, 4],
    output: [1, 3, 4, 5, 4],
    attrs: 'strides=[1, 1, 1], dilations=[1, 1, 1], pads=[[1, 1], [0, 1], [1, 1]]',
  },
  'strides that leave planes out': {
    input: [2, 7, 5, 4, 1],
    filter: [3, 2, 2, 1, 2],
    output: [2, 4, 2, 2, 2],
    attrs: 'strides=[2, 2, 2], dilations=[1, 1, 1], pads=[[1, 1], [0, 0], [0, 0]]',
  },
  'strides longer than the window': {
    input: [1, 8, 3, 3, 2],
    filter: [2, 1, 2, 2, 1],
    output: [1, 3, 3, 2, 1],
    attrs: 'strides=[3, 1, 1], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
  'strides longer than the volume': {
    input: [1, 2, 3, 3, 2],
    filter: [3, 2, 2, 2, 1],
    output: [1, 1, 2, 2, 1],
    attrs: 'strides=[4, 1, 1], dilations=[1, 1, 1], pads=[[0, 1], [0, 0], [0, 0]]',
  },
  dilation: {
    input: [1, 6, 4, 5, 2],
    filter: [2, 2, 2, 2, 3],
    output: [1, 4, 3, 3, 3],
    attrs: 'strides=[1, 1, 1], dilations=[3, 1, 2], pads=[[1, 0], [0, 0], [0, 0]]',
  },
  'dilation and strides': {
    input: [1, 9, 4, 4, 2],
    filter: [3, 2, 2, 2, 2],
    output: [1, 3, 3, 3, 2],
    attrs: 'strides=[2, 1, 1], dilations=[2, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
  'a flat window': {
    input: [2, 4, 5, 4, 3],
    filter: [1, 2, 2, 3, 2],
    output: [2, 4, 4, 3, 2],
    attrs: 'strides=[1, 1, 1], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
  'a window of one pixel of each plane': {
    input: [2, 5, 3, 4, 3],
    filter: [3, 1, 1, 3, 2],
    output: [2, 3, 3, 4, 2],
    attrs: 'strides=[2, 1, 1], dilations=[1, 1, 1], pads=[[1, 1], [0, 0], [0, 0]]',
  },
  'no images': {
    input: [0, 4, 5, 4, 3],
    filter: [2, 2, 2, 3, 2],
    output: [0, 3, 4, 3, 2],
    attrs: 'strides=[1, 1, 1], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
};

describe.each(Object.entries(windows))('a convolution with %s', (_, { input, filter, output, attrs }) => {
  test('and its gradients mean the same as those of images', () => {
    const before = parse(`
      program(%0 "x": int32[${input}], %1 "w": int32[${filter}], %2 "dy": int32[${output}]) {
        %3: float32[${input}] = map(%0) { f32(a) }
        %4: float32[${filter}] = map(%1) { f32(a) }
        %5: float32[${output}] = map(%2) { f32(a) }
        %6: float32[${output}] = conv(%3, %4) {${attrs}}
        %7: float32[${input}] = convInputGrad(%5, %4) {inputShape=[${input.join(', ')}], ${attrs}}
        %8: float32[${filter}] = convFilterGrad(%3, %5) {filterShape=[${filter.join(', ')}], ${attrs}}
        return %6, %7, %8
      }`);
    const after = expandVolumes.run(before);
    expectNoVolumes(after.instructions, after);
    expectSameMeaning(before, after);
  });
});

const pools: Record<string, Omit<Window, 'filter'>> = {
  'a cube': {
    input: [2, 4, 6, 4, 3],
    output: [2, 2, 3, 2, 3],
    attrs: 'window=[2, 2, 2], strides=[2, 2, 2], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
  'windows that overlap': {
    input: [1, 5, 4, 6, 2],
    output: [1, 5, 2, 6, 2],
    attrs: 'window=[2, 2, 2], strides=[1, 2, 1], dilations=[1, 1, 1], pads=[[1, 0], [0, 0], [0, 1]]',
  },
  'a window along the depth alone': {
    input: [1, 5, 2, 3, 2],
    output: [1, 2, 2, 3, 2],
    attrs: 'window=[2, 1, 1], strides=[2, 1, 1], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
  'no images': {
    input: [0, 4, 6, 4, 3],
    output: [0, 2, 3, 2, 3],
    attrs: 'window=[2, 2, 2], strides=[2, 2, 2], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]',
  },
};

describe.each(Object.entries(pools))('a pooling with %s', (_, { input, output, attrs }) => {
  test('and its gradient mean the same as those of images, ties too', () => {
    const before = parse(`
      program(%0 "x": int32[${input}], %1 "dy": int32[${output}]) {
        %2: float32[${input}] = map(%0) { f32(a) }
        %3: float32[${output}] = map(%1) { f32(a) }
        %4: float32[${output}] = pool(%2) {kind="max", ${attrs}}
        %5: float32[${input}] = poolGrad(%3, %2) {kind="max", ${attrs}}
        %6: float32[${output}] = pool(%2) {kind="avg", ${attrs}}
        %7: float32[${input}] = poolGrad(%3) {kind="avg", ${attrs}, inputShape=[${input.join(', ')}]}
        return %4, %5, %6, %7
      }`);
    const after = expandVolumes.run(before);
    expectNoVolumes(after.instructions, after);
    for (let seed = 1; seed < 4; seed++) expectSameMeaning(before, after, seed);
  });
});

test('the taps along the depth become channels', () => {
  const before = parse(`
    program(%0 "x": float32[2,4,5,5,3], %1 "w": float32[2,3,3,3,8]) {
      %2: float32[2,3,3,3,8] = conv(%0, %1) {strides=[1, 1, 1], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]]}
      return %2
    }`);
  expect(print(expandVolumes.run(before))).toMatchInlineSnapshot(`
    "program(%0 "x": float32[2,4,5,5,3], %1 "w": float32[2,3,3,3,8]) {
      %3: float32[2,3,5,5,3] = slice(%0) {begin=[0, 0, 0, 0, 0], size=[2, 3, 5, 5, 3], strides=[1, 1, 1, 1, 1]}
      %4: float32[2,3,5,5,3] = slice(%0) {begin=[0, 1, 0, 0, 0], size=[2, 3, 5, 5, 3], strides=[1, 1, 1, 1, 1]}
      %5: float32[2,3,5,5,6] = concat(%3, %4) {axis=4}
      %6: float32[6,5,5,6] = reshape(%5) {shape=[6, 5, 5, 6]}
      %7: float32[3,3,2,3,8] = transpose(%1) {perm=[1, 2, 0, 3, 4]}
      %8: float32[3,3,6,8] = reshape(%7) {shape=[3, 3, 6, 8]}
      %9: float32[6,3,3,8] = conv(%6, %8) {strides=[1, 1], dilations=[1, 1], pads=[[0, 0], [0, 0]]}
      %10: float32[2,3,3,3,8] = reshape(%9) {shape=[2, 3, 3, 3, 8]}
      return %10
    }"
  `);
});

test('images and groups stay as they are', () => {
  const images = parse(`
    program(%0 "x": float32[2,5,5,3], %1 "w": float32[3,3,3,8]) {
      %2: float32[2,3,3,8] = conv(%0, %1) {strides=[1, 1], dilations=[1, 1], pads=[[0, 0], [0, 0]]}
      %3: float32[2,2,2,8] = pool(%2) {kind="max", window=[2, 2], strides=[1, 1], dilations=[1, 1], pads=[[0, 0], [0, 0]]}
      return %3
    }`);
  expect(expandVolumes.run(images)).toBe(images);
  const groups = parse(`
    program(%0 "x": float32[2,4,5,5,4], %1 "w": float32[2,3,3,2,8]) {
      %2: float32[2,3,3,3,8] = conv(%0, %1) {strides=[1, 1, 1], dilations=[1, 1, 1], pads=[[0, 0], [0, 0], [0, 0]], groups=2}
      return %2
    }`);
  expect(expandVolumes.run(groups)).toBe(groups);
});

const WINDOWED = new Set(['conv', 'convInputGrad', 'convFilterGrad', 'pool', 'poolGrad']);

/** No instruction with a window has a result or an operand of rank 5. */
function expectNoVolumes(
  instructions: readonly { readonly primitive: string; readonly inputs: readonly number[] }[],
  { types }: { readonly types: ReadonlyMap<number, { readonly shape: readonly number[] }> },
): void {
  for (const { primitive, inputs } of instructions.filter((each) => WINDOWED.has(each.primitive)))
    for (const id of inputs) expect([primitive, types.get(id)!.shape.length]).toEqual([primitive, 4]);
}
