import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../cli.ts';
import { bidirectional, dense, lstm } from '../layers/index.ts';
import { sequential } from '../models/sequential.ts';
import { loadModel } from '../saving/load-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-cli-'));
const at = (name: string): string => join(folder, name);
const inspect = (name: string): Promise<string> => commands.inspect!([at(name)], {});
const convert = (from: string, to: string, format?: string): Promise<string> =>
  commands.convert!([at(from), at(to)], { format });

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
  const recurrent = bidirectional({ layer: lstm({ units: 2, name: 'lstm' }), inputShape: [3, 2], name: 'both' });
  const model = sequential([recurrent, dense({ units: 1, name: 'top' })], { name: 'net' });
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  await model.save(at('net.keras'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('convert', () => {
  test('goes through every format and back without changing a weight', async () => {
    expect(await convert('net.keras', 'net.h5')).toMatch(/net\.keras → .*net\.h5: 2 layers, 85 parameters\.$/);
    await convert('net.h5', 'tfjs', 'tfjs');
    await convert('tfjs', 'again.keras');
    await convert('net.keras', 'net.safetensors');
    await convert('net.keras', 'net.bin', 'safetensors');
    await convert('net.keras', 'net.weights.h5');
    const values = async (name: string) =>
      (await loadModel(at(name))).getWeights().map((w) => Array.from(w.dataSync()));
    expect(await values('again.keras')).toEqual(await values('net.keras'));
    const model = await loadModel(at('net.keras'));
    for (const name of ['net.safetensors', 'net.bin', 'net.weights.h5']) {
      for (const weight of model.weights) weight.assign(weight.value.mul(0));
      await model.loadWeights(at(name));
      expect(model.getWeights().map((w) => Array.from(w.dataSync()))).toEqual(await values('net.keras'));
    }
    await expect(convert('net.keras', 'x.zip', 'zip')).rejects.toThrow(
      "`format` must be one of 'keras', 'h5', 'tfjs', 'safetensors', 'onnx'",
    );
  });

  test('writes what a model computes as ONNX', async () => {
    expect(await convert('net.keras', 'net.onnx')).toMatch(/net\.onnx: 2 layers, 85 parameters\.$/);
    await convert('net.keras', 'graph', 'onnx');
    expect(readFileSync(at('graph'))).toEqual(readFileSync(at('net.onnx')));
    expect(readFileSync(at('net.onnx')).includes('net/top/kernel')).toBe(true);
  });
});

describe('inspect', () => {
  test('shows layers, how it was compiled, arrays and files of a .keras archive', async () => {
    const text = await inspect('net.keras');
    expect(text).toMatch(/^.*net\.keras: [\d,]+ bytes\na model of Keras 3\.\S+, saved \d{4}-\d\d-\d\d@/);
    for (const line of [
      "Sequential 'net'  [null,3,2]",
      "  Bidirectional 'both'  [null,3,2]",
      "    LSTM 'forward_lstm'",
      "  Dense 'top'  [null,4]",
      'compiled with Adam, loss mse, metrics mae',
      '  layers/dense/vars/0  float32 [4, 1]',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/\nfiles\n {2}metadata\.json {2}\d+ bytes\n/);
  });

  test('shows the other formats', async () => {
    expect(await inspect('net.h5')).toContain('a model in the HDF5 format of Keras 2, written by Keras 3.15.1');
    expect(await inspect('net.weights.h5')).toContain('weights of Keras in an HDF5 file');
    expect(await inspect('net.safetensors')).toContain('\n8 arrays, 85 numbers\n  ');
    const tfjs = await inspect('tfjs');
    expect(tfjs).toContain("a layers model of tfjs, written by Capas\nSequential 'net'");
    expect(tfjs).toContain('  both/forward_lstm/kernel  float32 [2, 8]');
    expect(tfjs).toContain('\nfiles\n  group1-shard1of1.bin');
  });

  test('a file of another kind is refused, and a damaged one', async () => {
    writeFileSync(at('note.txt'), 'not one of these');
    await expect(inspect('note.txt')).rejects.toThrow('this is no file of a model or of weights that is known here');
    writeFileSync(at('x.json'), '{"a": 1}');
    await expect(inspect('x.json')).rejects.toThrow('this JSON is no config of a model');
  });
});
