import { HostArray, type Tensor } from '@capas/core';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Model } from '../../models/model.ts';
import type { ExportOptions } from '../export-model.ts';

/** What a model is called with: arrays for its inputs, in their order or by their names. */
export type Inputs = HostArray | readonly HostArray[] | Readonly<Record<string, HostArray>>;

/** The bytes of a model as a file of ONNX. */
export async function exported(model: Model, options: ExportOptions = {}): Promise<Uint8Array> {
  let bytes = new Uint8Array();
  const target = {
    write: async (written: Uint8Array) => {
      bytes = Uint8Array.from(written);
    },
  };
  await model.export(target, options);
  return bytes;
}

/** What ONNX Runtime makes of a file: the outputs by their names, in order. */
export async function runExported(bytes: Uint8Array, inputs: Inputs): Promise<Readonly<Record<string, OrtTensor>>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    const given = inputs instanceof HostArray ? [inputs] : inputs;
    const feeds = session.inputMetadata.map((metadata, i) => {
      const array = Array.isArray(given) ? given[i] : (given as Readonly<Record<string, HostArray>>)[metadata.name];
      const { type } = metadata as InferenceSession.TensorValueMetadata;
      const { data, shape } = (array as HostArray).astype(type as 'float32');
      return [metadata.name, new OrtTensor(type as 'float32', data as Float32Array, [...shape])];
    });
    return await session.run(Object.fromEntries(feeds));
  } finally {
    await session.release();
  }
}

/** How far ONNX Runtime is from our `predict`: the largest difference, in units of the largest number of its output, or of 1. */
export async function distance(model: Model, bytes: Uint8Array, inputs: Inputs): Promise<number> {
  const outputs: unknown = await model.predict(inputs as HostArray);
  const list = isTensor(outputs) ? [outputs] : Object.values(outputs as Readonly<Record<string, Tensor>>);
  const received = Object.values(await runExported(bytes, inputs));
  if (String(list.map(({ shape }) => shape)) !== String(received.map(({ dims }) => dims)))
    return Number.POSITIVE_INFINITY;
  const distances = list.map((tensor, i) => farthest([...tensor.dataSync()], [...(received[i]!.data as Float32Array)]));
  for (const tensor of list) tensor.dispose();
  return Math.max(...distances);
}

const isTensor = (value: unknown): value is Tensor => Array.isArray((value as Tensor).shape);

function farthest(expected: readonly number[], received: readonly number[]): number {
  const scale = expected.reduce((most, value) => Math.max(most, Number.isFinite(value) ? Math.abs(value) : 0), 1);
  return expected.reduce((most, value, i) => {
    const other = Number(received[i]);
    if (value === other || (Number.isNaN(value) && Number.isNaN(other))) return most;
    const far = Math.abs(value - other) / scale;
    return Number.isNaN(far) ? Number.POSITIVE_INFINITY : Math.max(most, far);
  }, 0);
}
