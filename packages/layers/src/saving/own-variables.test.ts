import { cpu } from '@capas/backend-cpu';
import { HostArray, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { input } from '../layers/core/input-layer.ts';
import { dense, stringLookup, textVectorization } from '../layers/index.ts';
import { model } from '../models/functional.ts';
import { readArchive } from './archive.ts';
import { loadModel } from './load-model.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('a vocabulary and how rare its terms are come back from a file', async () => {
  const texts = new HostArray(['the cat', 'a dog, the cat', 'dog'], [3, 1], 'string');
  const text = textVectorization({ outputMode: 'tfIdf', maxTokens: 9, padToMaxTokens: true });
  text.adapt(texts);
  const word = stringLookup({ outputMode: 'tfIdf', vocabulary: ['a', 'b'], idfWeights: [1, 2] });
  const inputs = [input({ shape: [1], dtype: 'string' }), input({ shape: [1], dtype: 'string' })];
  const outputs = [dense({ units: 2 })(text(inputs[0]!)), word(inputs[1]!)];
  const net = model({ inputs, outputs });
  const words = new HostArray(['a', 'b', 'c'], [3, 1], 'string');
  const run = (of: typeof net): number[][] =>
    scope(() => (of.apply([texts, words]) as unknown as Tensor[]).map((tensor) => [...tensor.dataSync()]));
  const written: { bytes?: Uint8Array } = {};
  await net.save({ write: async (bytes) => void Object.assign(written, { bytes }) });
  using copy = await loadModel({ read: async () => written.bytes! });
  expect(run(copy as typeof net)).toEqual(run(net));
  // Python Keras looks for the files of both layers; the other vocabulary stands in the config
  const assets = [...readArchive('a file', written.bytes!).keys()].filter((name) => name.startsWith('assets/'));
  expect(assets.map((name) => name.replace(/_\d+/, '')).sort()).toEqual([
    'assets/layers/text_vectorization/_lookup_layer/vocabulary.txt',
    'assets/layers/text_vectorization/vocabulary.txt',
  ]);
  net.dispose();
});
