import { cpu } from '@capas/backend-cpu';
import { HostArray, setSeed, type Tensor, useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clearSession, type Functional, input, layers, model, type SymbolicTensor } from '../src/index.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;
const [classes, steps, width, depth] = [5, 8, 8, 12];

/** A block of an encoder: attention and two dense layers, each normalized before and added after. */
function block(x: SymbolicTensor): SymbolicTensor {
  const normal = layers.layerNormalization()(x);
  const attended = layers.add()([x, layers.multiHeadAttention({ numHeads: 2, keyDim: 4 })([normal, normal])]);
  const wide = layers.dense({ units: 2 * width, activation: 'gelu' })(layers.layerNormalization()(attended));
  return layers.add()([attended, layers.dropout({ rate: 0.05, seed: 5 })(layers.dense({ units: width })(wide))]);
}

function encoder(): Functional {
  clearSession();
  setSeed(7);
  const ids = input({ shape: [steps], dtype: 'int32' });
  let x = layers.embedding({ inputDim: classes + 1, outputDim: width, maskZero: true })(ids);
  for (let i = 0; i < depth; i++) x = block(x);
  return model({
    inputs: ids,
    outputs: layers.dense({ units: classes, activation: 'softmax' })(layers.globalAveragePooling1d()(x)),
  });
}

/** Sequences, padded with 0, and what most of their items are. */
function data(): { readonly x: HostArray; readonly y: HostArray } {
  const [x, y] = [new Int32Array(32 * steps), new Int32Array(32)];
  for (let i = 0; i < 32; i++) {
    y[i] = i % classes;
    for (let j = 0; j < steps - (i % 3); j++) x[i * steps + j] = 1 + ((i + (j % 3 === 2 ? j : 0)) % classes);
  }
  return { x: new HostArray(x, [32, steps]), y: new HostArray(y, [32]) };
}

afterAll(() => useBackend(cpu({ prefer: ['js'] })));

describe.each(['js', 'wasm', ...(native ? (['native'] as const) : [])] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  test('an encoder of 12 layers learns, its steps compiled', async () => {
    const net = encoder();
    net.compile({
      optimizer: 'adam',
      loss: 'sparseCategoricalCrossentropy',
      jitCompile: backend === 'js' ? 'auto' : true,
    });
    const { x, y } = data();
    const { history } = await net.fit(x, y, { epochs: 3, batchSize: 16, verbose: 0, shuffle: false });
    const losses = history.loss as readonly number[];
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    const output = (await net.predict(x)) as Tensor;
    expect(output.shape).toEqual([32, classes]);
    output.dispose();
    net.dispose();
  });
});
