import { HostArray, type TensorLike } from '@capas/core';
import { standsForTensor } from '../layer-inputs.ts';
import { toColumn } from '../training/column.ts';
import type { InputData } from '../training/data-adapter.ts';

/** Samples in the memory of JavaScript. */
export interface Rows {
  readonly length: number;
  /** The shape of one sample, where there is one input. */
  readonly sampleShape: readonly number[] | undefined;
  /** Those at some places. */
  take(places: Int32Array): InputData;
}

/** Samples of one or several inputs. @param who who asks, for messages */
export async function toRows(who: string, x: InputData): Promise<Rows> {
  const isList = Array.isArray(x) && x.length > 0 && x.every(standsForTensor);
  if (!isList && !isRecord(x)) {
    const array = await hostArray(who, 'x', x as TensorLike);
    return { length: array.length, sampleShape: array.shape.slice(1), take: (places) => array.take(places) };
  }
  const entries = Object.entries(x as Readonly<Record<string, TensorLike>>);
  const arrays = await Promise.all(
    entries.map(async ([key, item]) => [key, await hostArray(who, `x.${key}`, item)] as const),
  );
  return {
    length: arrays[0]?.[1].length ?? 0,
    sampleShape: undefined,
    take: (places) => {
      const taken = arrays.map(([key, array]) => [key, array.take(places)] as const);
      return isList ? taken.map(([, array]) => array) : Object.fromEntries(taken);
    },
  };
}

/** One array with the samples along its first axis. */
export async function hostArray(who: string, argument: string, value: TensorLike): Promise<HostArray> {
  const column = toColumn(who, argument, value);
  if (column.host) return column.host;
  const tensor = column.batch(0, column.length);
  try {
    return new HostArray((await tensor.data()).slice() as Float32Array, [...tensor.shape]);
  } finally {
    tensor.dispose();
  }
}

const isRecord = (x: InputData): boolean => typeof x === 'object' && x !== null && x.constructor === Object;
