import { ArgumentError, type TensorLike } from '@capas/core';
import { standsForTensor } from '../../layer-inputs.ts';
import { isSymbolic } from '../../symbolic-tensor.ts';
import type { BoundingBoxes } from '../../utils/bounding-boxes/boxes.ts';

/** Images with what belongs to them. Keras's spelling of the keys is understood too, and given back. */
export interface LabeledImages<T> {
  readonly images: T;
  /** What is seen on each image: `[n, classes]`. */
  readonly labels?: T;
  readonly boundingBoxes?: BoundingBoxes<T>;
  /** The class of each pixel: `[n, h, w, 1]`. */
  readonly segmentationMasks?: T;
  readonly bounding_boxes?: BoundingBoxes<T>;
  readonly segmentation_masks?: T;
}

/** What {@link LabeledImages} are inside a layer: the boxes stand under `'boundingBoxes.boxes'` and `'….labels'`. */
export type FlatImages<T> = Readonly<Record<string, T>>;

/** Whether inputs hold records inside a record, as labeled images with boxes do. */
export const isNested = (inputs: unknown): inputs is LabeledImages<TensorLike> =>
  isRecord(inputs) && Object.values(inputs).some(isRecord);

/** Labeled images without records inside. */
export function flattenImages<T>(data: LabeledImages<T>, who: string): FlatImages<T> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => {
      if (!isRecord(value)) return [[key, value as T]];
      if (value.boxes === undefined || value.labels === undefined)
        throw new ArgumentError(who, key, 'a record of `boxes` and `labels`', value);
      return Object.entries(filled(value as unknown as BoundingBoxes<T>)).map(([inner, leaf]) => [
        `${key}.${inner}`,
        leaf,
      ]);
    }),
  );
}

/** The reverse of {@link flattenImages}. */
export function nestImages<T>(flat: FlatImages<T>): LabeledImages<T> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(flat)) {
    const [outer, inner] = key.split('.') as [string, string | undefined];
    if (inner === undefined) result[outer] = value;
    else result[outer] = { ...(result[outer] as object), [inner]: value };
  }
  return result as unknown as LabeledImages<T>;
}

/** What a key of {@link FlatImages} stands for, in either spelling. */
export function roleOf(key: string): 'images' | 'labels' | 'boxes' | 'boxLabels' | 'masks' | undefined {
  if (key === 'images' || key === 'labels') return key;
  if (key === 'segmentationMasks' || key === 'segmentation_masks') return 'masks';
  if (/^(boundingBoxes|bounding_boxes)\.boxes$/.test(key)) return 'boxes';
  return /^(boundingBoxes|bounding_boxes)\.labels$/.test(key) ? 'boxLabels' : undefined;
}

/** Lists of different length for each image are filled up with boxes of zeros and the label −1. */
function filled<T>({ boxes, labels, ...others }: BoundingBoxes<T>): BoundingBoxes<T> {
  if (!isListOfLists(boxes) || !isListOfLists(labels) || !Array.isArray(boxes[0]?.[0]))
    return { ...others, boxes, labels };
  const most = Math.max(...boxes.map(({ length }) => length));
  const fill = (list: readonly unknown[], filling: unknown): unknown[] => [
    ...list,
    ...new Array<unknown>(most - list.length).fill(filling),
  ];
  return {
    boxes: boxes.map((list) => fill(list, [0, 0, 0, 0])) as T,
    labels: labels.map((list) => fill(list, -1)) as T,
  };
}

const isListOfLists = (value: unknown): value is readonly (readonly unknown[])[] =>
  Array.isArray(value) && value.length > 0 && value.every(Array.isArray);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  value.constructor === Object &&
  !standsForTensor(value) &&
  !isSymbolic(value);
