import { cpu } from '@capas/backend-cpu';
import { HostArray, memory, ops, type Shape, scope, setSeed, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { model } from '../../models/functional.ts';
import { Sequential } from '../../models/sequential.ts';
import type { SymbolicTensor } from '../../symbolic-tensor.ts';
import { input } from '../core/input-layer.ts';
import { pipeline } from '../core/pipeline.ts';
import * as layers from '../index.ts';
import type { LabeledImages } from './labeled-images.ts';

beforeAll(() => useBackend(cpu({ prefer: ['wasm'] })));

const training = { training: true };

const pixels = (shape: Shape): Tensor =>
  ops.reshape(
    Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (i * 89) % 256),
    shape,
  );

const numbers = (x: unknown): number[] => [...(x as Tensor).dataSync()];

describe('labeled images', () => {
  const given = () => ({
    images: pixels([2, 4, 6, 3]),
    labels: [5, 6],
    bounding_boxes: {
      boxes: [
        [
          [0, 1, 2, 3],
          [4, 0, 6, 4],
        ],
        [[1, 1, 3, 3]],
      ],
      labels: [[7, 8], [9]],
    },
    segmentation_masks: ops.ones([2, 4, 6, 1]),
  });

  test("keep their keys, also in Keras's spelling; lists of boxes are filled up", () => {
    scope(() => {
      const layer = layers.resizing({ height: 8, width: 12, boundingBoxFormat: 'xyxy' });
      const changed = layer.apply(given());
      expect(Object.keys(changed)).toEqual(['images', 'labels', 'bounding_boxes', 'segmentation_masks']);
      expect(changed.images.shape).toEqual([2, 8, 12, 3]);
      expect(changed.segmentation_masks!.shape).toEqual([2, 8, 12, 1]);
      expect(numbers(changed.labels)).toEqual([5, 6]);
      expect(numbers(changed.bounding_boxes!.boxes)).toEqual([0, 2, 4, 6, 8, 0, 12, 8, 2, 2, 6, 6, 0, 0, 0, 0]);
      expect(numbers(changed.bounding_boxes!.labels)).toEqual([7, 8, 9, -1]);
      // a layer is a function of them too
      expect(layer(given()).images.shape).toEqual([2, 8, 12, 3]);
    });
  });

  test('stay as they are outside of training', () => {
    scope(() => {
      const layer = layers.randomRotation({ factor: 0.4, boundingBoxFormat: 'xyxy' });
      const { images } = given();
      const same = layer.apply({ images, labels: [5, 6] }, { training: false });
      expect(numbers(same.images)).toEqual(numbers(images));
      layer.dispose();
    });
  });

  test('of one image need no batch axis', () => {
    scope(() => {
      const layer = layers.randomFlip({ mode: 'horizontal', boundingBoxFormat: 'relXyxy', seed: 1 });
      const image = pixels([2, 4, 1]);
      const one = { images: image, boundingBoxes: { boxes: [[0, 0, 0.25, 1]], labels: [3] }, segmentationMasks: image };
      const seen = new Set<string>();
      for (let i = 0; i < 12; i++) {
        const { images, boundingBoxes, segmentationMasks } = layer.apply(one, training);
        expect(images.shape).toEqual([2, 4, 1]);
        expect(numbers(segmentationMasks)).toEqual(numbers(images));
        const isFlipped = numbers(images)[0] !== numbers(image)[0];
        expect(numbers(boundingBoxes!.boxes)).toEqual(isFlipped ? [0.75, 0, 1, 1] : [0, 0, 0.25, 1]);
        seen.add(String(isFlipped));
      }
      expect(seen.size).toBe(2);
      layer.dispose();
    });
  });

  test('go through a pipeline', () => {
    scope(() => {
      const steps = [
        layers.resizing({ height: 8, width: 12, boundingBoxFormat: 'xyxy' }),
        layers.maxNumBoundingBoxes({ maxNumber: 1 }),
      ];
      const changed = pipeline(steps).apply(given());
      expect(numbers(changed.bounding_boxes!.boxes)).toEqual([0, 2, 4, 6, 2, 2, 6, 6]);
    });
  });

  test('are inputs and outputs of a model', () => {
    scope(() => {
      const images = input({ shape: [4, 6, 3] });
      const boxes = input({ shape: [2, 4] });
      const labels = input({ shape: [2] });
      const layer = layers.centerCrop({ height: 2, width: 2, boundingBoxFormat: 'xyxy' });
      const crop = layer as unknown as { apply(data: LabeledImages<SymbolicTensor>): LabeledImages<SymbolicTensor> };
      const cropped = crop.apply({ images, boundingBoxes: { boxes, labels } });
      const outputs = [cropped.images, cropped.boundingBoxes!.boxes, cropped.boundingBoxes!.labels];
      expect(outputs.map(({ shape }) => shape)).toEqual([
        [null, 2, 2, 3],
        [null, 2, 4],
        [null, 2],
      ]);
      const data = [
        pixels([1, 4, 6, 3]),
        ops.array([
          [
            [1, 0, 4, 4],
            [0, 0, 1, 1],
          ],
        ]),
        ops.array([[1, 2]]),
      ];
      const cropper = model({ inputs: [images, boxes, labels], outputs });
      const shapes = [
        [5, 4, 6, 3],
        [5, 2, 4],
        [5, 2],
      ];
      expect(cropper.computeOutputShape(shapes)).toEqual([[5, 2, 2, 3], ...shapes.slice(1)]);
      const [, found, kept] = cropper.apply(data) as unknown as Tensor[];
      // columns 2 and 3, rows 1 and 2
      expect(numbers(found)).toEqual([0, 0, 2, 2, 0, 0, 0, 0]);
      expect(numbers(kept)).toEqual([1, -1]);
    });
  });

  test('leave nothing in memory', () => {
    const before = memory().tensors;
    const layer = layers.randomZoom({ heightFactor: 0.2, boundingBoxFormat: 'xywh' });
    const boundingBoxes = { boxes: [[[0, 1, 2, 3]]], labels: [[1]] };
    const images = new HostArray(new Uint8Array(24), [1, 4, 6, 1]);
    const changed = layer.apply({ images, boundingBoxes }, training);
    for (const tensor of [changed.images, ...Object.values(changed.boundingBoxes!)]) tensor.dispose();
    layer.dispose();
    expect(memory().tensors).toBe(before);
  });
});

describe('training', () => {
  const invert = () => layers.randomInvert({ factor: [1, 1] });

  test('is meant unless the caller or the model says otherwise', () => {
    scope(() => {
      const image = pixels([1, 2, 2, 1]);
      const negative = numbers(image).map((value) => 255 - value);
      expect(numbers(invert().apply(image))).toEqual(negative);
      expect(numbers(invert().apply(image, { training: false }))).toEqual(numbers(image));
      expect(numbers(pipeline([invert()]).apply(image))).toEqual(negative);
    });
  });

  test.each([true, false])('in a model, fit changes images and predict does not; compiled: %s', async (jitCompile) => {
    setSeed(1);
    const net = new Sequential([
      layers.randomFlip({ inputShape: [8, 8, 3] }),
      layers.randomRotation({ factor: 0.1 }),
      layers.randomContrast({ factor: 0.2, valueRange: [0, 1] }),
      layers.flatten(),
      layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' }),
    ]);
    net.compile({ optimizer: 'sgd', loss: 'meanSquaredError', jitCompile });
    const values = Float32Array.from({ length: 16 * 192 }, (_, i) => ((i * 89) % 256) / 255);
    const x = new HostArray(values, [16, 8, 8, 3]);
    const sums = Array.from({ length: 16 }, (_, i) => values.slice(i * 192, (i + 1) * 192).reduce((a, b) => a + b, 0));
    const predicted = (await net.predict(x)) as Tensor;
    numbers(predicted).forEach((value, i) => {
      expect(value).toBeCloseTo(sums[i]!, 3);
    });
    predicted.dispose();
    const history = await net.fit(x, new HostArray(Float32Array.from(sums), [16, 1]), {
      epochs: 1,
      batchSize: 8,
      verbose: 0,
    });
    // the same images would have no error
    expect((history.history.loss as number[])[0]).toBeGreaterThan(0.01);
    net.dispose();
  });
});

test('channels in front give what channels behind give', () => {
  scope(() => {
    const images = pixels([2, 6, 5, 3]);
    const toFront = (x: Tensor): Tensor => ops.transpose(x, { axes: [0, 3, 1, 2] });
    const dataFormat = 'channelsFirst';
    const pairs = [
      [layers.resizing({ height: 3, width: 4 }), layers.resizing({ height: 3, width: 4, dataFormat })],
      [
        layers.randomCrop({ height: 3, width: 4, seed: 2 }),
        layers.randomCrop({ height: 3, width: 4, seed: 2, dataFormat }),
      ],
      [layers.randomShear({ xFactor: 0.5, seed: 2 }), layers.randomShear({ xFactor: 0.5, seed: 2, dataFormat })],
      [layers.randomHue({ factor: 0.5, seed: 2 }), layers.randomHue({ factor: 0.5, seed: 2, dataFormat })],
      [layers.autoContrast(), layers.autoContrast({ dataFormat })],
      [layers.equalization(), layers.equalization({ dataFormat })],
    ] as const;
    for (const [behind, front] of pairs) {
      const wanted = toFront(behind.apply(images, training) as Tensor);
      const found = front.apply(toFront(images), training) as Tensor;
      expect(found.shape).toEqual(wanted.shape);
      expect(numbers(found)).toEqual(numbers(wanted));
      expect(front.computeOutputShape([null, 3, 6, 5])).toEqual([null, ...wanted.shape.slice(1)]);
    }
  });
});

test.each([
  [
    () => layers.randomFlip().apply([1, 2]),
    "' expects an image of rank 3 or a batch of rank 4. Received: input of shape [2].",
  ],
  [
    () =>
      layers
        .randomFlip()
        .apply({ images: ops.ones([1, 2, 2, 1]), boundingBoxes: { boxes: [[[0, 0, 1, 1]]], labels: [[1]] } }),
    'boundingBoxFormat` must be given where there are bounding boxes. Received: undefined.',
  ],
  [
    () =>
      layers
        .randomFlip()
        .apply({ images: ops.ones([1, 2, 2, 1]), boundingBoxes: { boxes: [[[0, 0, 1, 1]]] } } as never),
    '`boundingBoxes` must be a record of `boxes` and `labels`.',
  ],
  [() => layers.randomFlip().apply({ labels: [1] } as never), 'must be images, or a record with `images`'],
  [() => layers.randomFlip({ boundingBoxFormat: 'xyz' as 'xyxy' }), 'RandomFlip: `boundingBoxFormat` must be one of'],
  [() => layers.randomFlip({ dataFormat: 'last' as 'channelsLast' }), 'RandomFlip: `dataFormat` must be one of'],
])('refuses what cannot be done: %#', (make, message) => {
  expect(make).toThrow(message);
});
