import { cpu } from '@capas/backend-cpu';
import { memory, ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  affineTransform,
  type BoundingBoxFormat,
  clipToImageSize,
  computeCiou,
  computeIou,
  convertFormat,
  crop,
  decodeDeltasToBoxes,
  encodeBoxToDeltas,
  pad,
} from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const close = (found: Tensor, wanted: readonly number[], digits = 5): void => {
  const values = [...found.dataSync()];
  expect(values.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, digits);
  });
};

describe('convertFormat', () => {
  /** The box from (10, 20) to (30, 60) in an image of 100 × 80. */
  const BOX: Readonly<Record<string, readonly number[]>> = {
    xyxy: [10, 20, 30, 60],
    yxyx: [20, 10, 60, 30],
    xywh: [10, 20, 20, 40],
    centerXywh: [20, 40, 20, 40],
    center_yxhw: [40, 20, 40, 20],
    relXyxy: [0.1, 0.25, 0.3, 0.75],
    rel_yxyx: [0.25, 0.1, 0.75, 0.3],
    relXywh: [0.1, 0.25, 0.2, 0.5],
    rel_center_xywh: [0.2, 0.5, 0.2, 0.5],
  };
  const names = Object.keys(BOX) as BoundingBoxFormat[];

  test.each(names.flatMap((from) => names.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    scope(() => {
      close(convertFormat([[...BOX[from]!]], from, to, { height: 80, width: 100 }), BOX[to]!);
    });
  });

  test('needs the size of the image for relative formats, and boxes', () => {
    expect(() => convertFormat([[1, 2, 3, 4]], 'xyxy', 'relXyxy', { width: 3 })).toThrow(
      'convertFormat: `height` must be given for relative formats. Received: undefined.',
    );
    expect(() => convertFormat([[1, 2, 3]], 'xyxy', 'xywh')).toThrow(
      'convertFormat: boxes must have 4 numbers on the last axis. Received: [1, 3].',
    );
    expect(() => convertFormat([[1, 2, 3, 4]], 'xyxy', 'xyhw' as 'xywh')).toThrow(
      'convertFormat: `target` must be one of',
    );
  });
});

describe('at the edge', () => {
  test('clipToImageSize marks what has no area left', () => {
    scope(() => {
      const boxes = [
        [-5, 2, 4, 20],
        [11, 0, 15, 5],
      ];
      const clipped = clipToImageSize({ boxes, labels: [7, 8] }, { height: 10, width: 10 });
      close(clipped.boxes, [0, 2, 4, 10, 10, 0, 10, 5]);
      close(clipped.labels, [7, -1]);
      const relative = clipToImageSize(
        { boxes: [[0.5, -0.5, 2, 1]], labels: [[1, 0]] },
        { boundingBoxFormat: 'relXyxy' },
      );
      close(relative.boxes, [0.5, 0, 1, 1]);
      // labels may be one-hot
      close(relative.labels, [1, 0]);
    });
    expect(() => clipToImageSize({ boxes: [[0, 0, 1, 1]], labels: [0] }, { height: 2 })).toThrow(
      "clipToImageSize: `width` must be given for the format 'xyxy'. Received: undefined.",
    );
  });

  test('crop and pad', () => {
    scope(() => {
      close(crop([[2, 3, 9, 9]], 4, 1, 3, 5), [1, 0, 5, 3]);
      close(pad([[2, 3, 9, 9]], 4, 1), [3, 7, 10, 13]);
    });
  });

  test('affineTransform turns boxes to the left, around the middle of pixels', () => {
    scope(() => {
      // a quarter turn of 5 × 5 pixels, whose middle is (2, 2): (x, y) comes to (y, 4 − x)
      close(affineTransform([[[0, 1, 2, 2]]], 5, 5, { angle: [90] }), [1, 2, 2, 4]);
      close(affineTransform([[[0, 1, 2, 2]]], 5, 5, { translateX: 0.5, translateY: 0.25 }), [2, 2, 4, 3]);
      close(affineTransform([[[1, 1, 3, 3]]], 5, 5, { scale: 0.5 }), [1.5, 1.5, 2.5, 2.5]);
    });
  });
});

describe('overlaps', () => {
  test('computeIou of all pairs', () => {
    scope(() => {
      const boxes = [
        [0, 0, 2, 2],
        [1, 1, 3, 3],
      ];
      // 1 of 7 in common
      close(computeIou(boxes, boxes, 'xyxy'), [1, 1 / 7, 1 / 7, 1]);
      close(computeIou(boxes, [[[5, 5, 6, 6]], [[0, 0, 2, 1]]].flat(), 'xyxy'), [0, 0.5, 0, 0]);
      close(computeIou([boxes], [[[-1, -1, -1, -1]]], 'xyxy', { useMasking: true, maskVal: -9 }), [-9, -9]);
      close(computeIou([[0, 0, 0.5, 1]], [[0, 0, 1, 1]], 'relXyxy', { imageShape: [4, 6, 3] }), [0.5]);
    });
    expect(() => computeIou([1, 2, 3, 4], [[1, 2, 3, 4]], 'xyxy')).toThrow(
      'computeIou: boxes must have rank 2 or 3. Received: [4].',
    );
  });

  test('computeCiou takes off for distance and for another aspect ratio', () => {
    scope(() => {
      close(computeCiou([[0, 0, 2, 2]], [[0, 0, 2, 2]], 'xyxy'), [1]);
      // nothing in common; centres 4 apart across, the box around both is 6 × 2
      close(computeCiou([[0, 0, 2, 2]], [[4, 0, 6, 2]], 'xyxy'), [-16 / 40]);
      // in common 2 of 4; aspect v = 4/π² (atan 2 − atan 1)²; centres ½ apart, around both 2 × 2
      const v = (4 / Math.PI ** 2) * (Math.atan(2) - Math.atan(1)) ** 2;
      close(computeCiou([[0, 0, 2, 2]], [[0, 0, 2, 1]], 'xyxy'), [0.5 - 0.25 / 8 - (v * v) / (v + 0.5)]);
    });
  });
});

test('boxes come back from their deltas', () => {
  scope(() => {
    const anchors = [
      [0, 0, 4, 2],
      [1, 1, 3, 3],
    ];
    const boxes = [
      [1, 1, 3, 5],
      [0, 0, 8, 1],
    ];
    // centre (2, 3) from (2, 1), height 4 from 2, width 2 from 4
    const [first] = encodeBoxToDeltas(anchors, boxes, 'xyxy', 'xyxy').arraySync() as number[][];
    close(ops.array(first!), [1, 0, Math.log(2), Math.log(0.5)]);
    const options = { variance: [0.1, 0.1, 0.2, 0.2], encodingFormat: 'centerXywh' } as const;
    const deltas = encodeBoxToDeltas(anchors, boxes, 'xyxy', 'xywh', options);
    close(decodeDeltasToBoxes(anchors, deltas, 'xyxy', 'xywh', options), boxes.flat());
  });
});

test('every function leaves its results in memory, and nothing else', () => {
  const before = memory().tensors;
  const boxes = [[[0, 0, 2, 2]]];
  const results = [
    convertFormat(boxes, 'xyxy', 'xywh'),
    computeIou(boxes, boxes, 'xyxy'),
    computeCiou(boxes, boxes, 'xyxy'),
    affineTransform(boxes, 4, 4, { angle: 10 }),
    ...Object.values(clipToImageSize({ boxes, labels: [[1]] }, { height: 3, width: 3 })),
  ] as Tensor[];
  expect(memory().tensors).toBe(before + 6);
  for (const result of results) result.dispose();
});
