import { HostArray, ops, scope, sizeOf, type Tensor } from '@capas/core';
import { frontName, type HostFront } from '../models/host-front.ts';
import type { Model } from '../models/model.ts';
import type { Structure } from '../structure.ts';
import { type Column, toColumn } from './column.ts';
import { buildOn } from './steps.ts';

/** Data for the inputs of a model, by column, and how a batch of it is put together. */
export interface InputColumns {
  readonly columns: readonly Column[];
  readonly pack: (tensors: readonly Tensor[]) => Structure<Tensor>;
}

/** How many samples go through the front at a time. */
const AT_ONCE = 1024;

/** What the outputs of a front may take in memory, in bytes; above that they are computed batch by batch. */
const MOST_BYTES = 2 ** 28;

/**
 * Computes what stands at the start of a model and works on the host (texts to numbers) for all samples, once: what is left is
 * data as any other, and the rest of the model can be compiled. Data of models that start otherwise stays as it is.
 */
export function throughHostFront(model: Model, inputs: InputColumns): InputColumns {
  const { columns, pack } = inputs;
  const [{ length }] = columns as [Column];
  const batch = (start: number, stop: number): Structure<Tensor> =>
    pack(columns.map((column) => column.batch(start, stop)));
  if (!model.built && columns.some(({ dtype }) => dtype === 'string')) scope(() => buildOn(model, batch(0, 1)));
  const front = model.hostFront;
  if (!front || bytesOf(front, length) > MOST_BYTES) return inputs;
  const parts = front.outputs.map((): HostArray[] => []);
  for (let start = 0; start < length; start += AT_ONCE) {
    scope(() => {
      const outputs = model.callFront(batch(start, Math.min(length, start + AT_ONCE)));
      outputs.forEach((tensor, i) => {
        parts[i]!.push(ops.convertToNumpy(tensor));
      });
    });
  }
  return {
    columns: parts.map((arrays) => toColumn('model', 'x', HostArray.concat(arrays))),
    pack: (tensors) => Object.fromEntries(tensors.map((tensor, i) => [frontName(i), tensor])),
  };
}

const bytesOf = ({ outputs }: HostFront, length: number): number =>
  outputs.reduce((sum, { shape }) => sum + 4 * length * sizeOf(shape.slice(1).map((dim) => dim ?? 1)), 0);
