import { type HostArray, ready, StateError, type Variable } from '@capas/core';
import type { Layer } from '../../layer.ts';
import type { Bidirectional } from '../../layers/rnn/bidirectional.ts';
import type { Model } from '../../models/model.ts';
import { hostValue } from '../host-values.ts';
import { serializeLayer } from '../model-config.ts';
import { leafLayers } from './leaf-layers.ts';
import { oneDirection, writeTfjsConfig } from './write-tfjs-config.ts';

/** The most bytes of a file of weights, as tfjs cuts them: browsers keep files of this size. */
const SHARD_BYTES = 4 * 2 ** 20;

/**
 * A model as the files of a layers model of tfjs: the weights in shards of 4 MiB, then `model.json`. What `compile` chose is left out.
 *
 * @throws StateError for a model that is subclassed, and for what tfjs does not have
 */
export async function modelToTfjs(model: Model): Promise<ReadonlyMap<string, Uint8Array>> {
  if (!model.savedLayers)
    throw new StateError(`save: model '${model.name}' has no list of layers, which tfjs needs. Save it as .keras.`);
  const quantized = leafLayers(model).find((layer) => layer.quantizationConfig);
  if (quantized)
    throw new StateError(
      `save: tfjs has no layers with weights of int8, and '${quantized.name}' is quantized. Save the model as .keras.`,
    );
  const topology = writeTfjsConfig(serializeLayer(model as unknown as Layer));
  await ready();
  const named = leafLayers(model).flatMap((layer) =>
    [...layer.trainableWeights, ...layer.nonTrainableWeights].map((weight) => ({
      weight,
      name: nameIn(layer, weight),
    })),
  );
  const arrays = await Promise.all(named.map(({ weight }) => hostValue(weight)));
  const weights = named.map(({ name }, i) => ({ name, shape: arrays[i]!.shape, dtype: arrays[i]!.dtype }));
  const shards = shardsOf(joined(arrays));
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const json = {
    format: 'layers-model',
    generatedBy: 'Capas',
    convertedBy: null,
    modelTopology: { ...topology, keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' },
    weightsManifest: [{ paths, weights }],
  };
  return new Map([
    ...paths.map((path, i) => [path, shards[i]!] as const),
    ['model.json', new TextEncoder().encode(JSON.stringify(json))],
  ]);
}

/** `dense/kernel`; of a Bidirectional `bidirectional/forward_lstm/kernel`. Cells have no part in names there. */
function nameIn(layer: Layer, weight: Variable): string {
  const inside = weight.path.slice(layer.path.length + 1).split('/');
  const { forwardLayer: forward } = layer as Partial<Pick<Bidirectional, 'forwardLayer'>>;
  const direction = forward && (inside[0] === forward.name ? 'forward_' : 'backward_') + oneDirection(forward.name);
  const { className } = layer.constructor as typeof Layer;
  const name = className === 'DepthwiseConv2D' && weight.name === 'kernel' ? 'depthwise_kernel' : inside.at(-1);
  return [layer.name, ...(direction ? [direction] : []), name].join('/');
}

function joined(arrays: readonly HostArray[]): Uint8Array {
  const parts = arrays.map(({ data }) => {
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function shardsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES));
}
