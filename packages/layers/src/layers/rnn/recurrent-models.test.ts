import { cpu } from '@capas/backend-cpu';
import { HostArray, setSeed, useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sequential } from '../../models/sequential.ts';
import { dense, embedding, flatten, input } from '../index.ts';
import { bidirectional } from './bidirectional.ts';
import { convLstm2d } from './conv-lstm2d.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { timeDistributed } from './time-distributed.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

/** Numbers that look random, the same ones each time. */
const noise = (i: number): number => (Math.sin(12.9898 * i) * 43758.5453) % 1;

/** Texts of up to eight words; the class is whether word 7 stands in them. Shorter texts end in zeros. */
function texts(): { x: HostArray; y: HostArray } {
  const [count, length] = [32, 8];
  const data = new Int32Array(count * length);
  const labels = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const words = 3 + (i % 6);
    for (let t = 0; t < words; t++) data[i * length + t] = 1 + Math.floor(Math.abs(noise(i * 31 + t)) * 6);
    if (i % 2) data[i * length + (i % words)] = 7;
    labels[i] = i % 2;
  }
  return { x: new HostArray(data, [count, length]), y: new HostArray(labels, [count, 1]) };
}

/** Films of four 6 × 6 images in which a point moves to the right or to the left; the class is where to. */
function films(): { x: HostArray; y: HostArray } {
  const [count, steps, size] = [16, 4, 6];
  const data = new Float32Array(count * steps * size * size);
  const labels = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const right = i % 2;
    for (let t = 0; t < steps; t++) {
      const column = right ? t + (i % 3) : size - 1 - t - (i % 3);
      data[((i * steps + t) * size + (i % size)) * size + column] = 1;
    }
    labels[i] = right;
  }
  return { x: new HostArray(data, [count, steps, size, size, 1]), y: new HostArray(labels, [count, 1]) };
}

describe.each(['js', 'wasm', ...(native ? (['native'] as const) : [])] as const)(
  'recurrent models train on %s',
  (backend) => {
    beforeAll(() => useBackend(cpu({ prefer: [backend] })));
    afterAll(() => setSeed(0));

    const compiled = backend !== 'js';
    const settings = {
      loss: 'binaryCrossentropy',
      metrics: ['accuracy'],
      ...(compiled && { jitCompile: true }),
    } as const;

    test('a text model: embedding with mask, LSTM, GRU in both directions', async () => {
      setSeed(3);
      const net = sequential([
        input({ shape: [8], dtype: 'int32' }),
        embedding({ inputDim: 8, outputDim: 8, maskZero: true }),
        lstm({ units: 8, returnSequences: true, dropout: 0.1 }),
        bidirectional({ layer: gru({ units: 6 }) }),
        dense({ units: 1, activation: 'sigmoid' }),
      ]);
      net.compile({ optimizer: { className: 'Adam', config: { learningRate: 0.05 } }, ...settings });
      const { x, y } = texts();
      const { history } = await net.fit(x, y, { epochs: 5, batchSize: 16, verbose: 0 });
      expect(history.loss!.at(-1)).toBeLessThan(0.5 * history.loss![0]!);
      net.dispose();
    });

    test('a film model: ConvLSTM2D, dense layers for each step', async () => {
      setSeed(3);
      const net = sequential([
        input({ shape: [4, 6, 6, 1] }),
        convLstm2d({ filters: 4, kernelSize: 3, padding: 'same', returnSequences: true }),
        timeDistributed({ layer: flatten() }),
        lstm({ units: 8 }),
        dense({ units: 1, activation: 'sigmoid' }),
      ]);
      net.compile({ optimizer: { className: 'Adam', config: { learningRate: 0.05 } }, ...settings });
      const { x, y } = films();
      const { history } = await net.fit(x, y, { epochs: 4, batchSize: 8, verbose: 0 });
      expect(history.loss!.at(-1)).toBeLessThan(0.5 * history.loss![0]!);
      net.dispose();
    });
  },
);
