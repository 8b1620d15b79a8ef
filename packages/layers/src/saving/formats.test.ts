import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { readSafetensors, readSafetensorsHeader, useBackend } from '@capas/core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { batchNormalization, dense, lambda } from '../layers/index.ts';
import type { Model } from '../models/model.ts';
import { type Sequential, sequential } from '../models/sequential.ts';
import { x, y } from '../testing/small-models.ts';
import { loadModel } from './load-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-formats-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllGlobals());

const small = (): Sequential =>
  sequential([dense({ units: 3, inputShape: [2] }), batchNormalization(), dense({ units: 1 })]);

const outputs = async (model: Model): Promise<number[]> => Array.from((await model.predict(x)).dataSync());

/** A handler that keeps what is written. */
function memory() {
  const files = new Map<string, Uint8Array>();
  const write = async (bytes: Uint8Array, name: string): Promise<void> => void files.set(name, bytes);
  return { files, write };
}

describe('formats', () => {
  test('a handler gets .keras, and what `format` says', async () => {
    const model = small();
    const target = memory();
    await model.save(target);
    await model.save(target, { format: 'h5' });
    await model.saveWeights(target);
    await model.saveWeights(target, { format: 'safetensors' });
    expect([...target.files.keys()]).toEqual(['model.keras', 'model.h5', 'model.weights.h5', 'model.safetensors']);
    for (const name of ['model.keras', 'model.h5'])
      expect(await outputs(await loadModel(target.files.get(name)!))).toEqual(await outputs(model));
    for (const name of ['model.weights.h5', 'model.safetensors', 'model.keras', 'model.h5']) {
      const other = small();
      await other.loadWeights(target.files.get(name)!);
      expect(await outputs(other)).toEqual(await outputs(model));
    }
  });

  test('`format` counts more than the name', async () => {
    const path = join(folder, 'net.bin');
    const model = small();
    await model.save(path, { format: 'keras' });
    expect(await outputs(await loadModel(path))).toEqual(await outputs(model));
    await expect(model.save(path)).rejects.toThrow(
      "save: `target` must be a name that ends in '.keras', '.h5' or 'model.json'.",
    );
    await expect(model.save(path, { format: 'zip' as never })).rejects.toThrow(
      "save: `format` must be one of 'keras', 'h5', 'tfjs'. Received: 'zip'.",
    );
    await expect(model.saveWeights(path, { format: 'keras' as never })).rejects.toThrow(
      "must be 'h5' or 'safetensors'",
    );
  });

  test('a SavedModel is refused, and the message says what to do', async () => {
    const saved = join(folder, 'saved');
    mkdirSync(saved);
    writeFileSync(join(saved, 'saved_model.pb'), '');
    await expect(loadModel(saved)).rejects.toThrow(/this is a SavedModel: .* Save the model as \.keras in Python/);
  });

  test('a safetensors file is no model', async () => {
    const target = memory();
    await small().saveWeights(target, { format: 'safetensors' });
    await expect(loadModel(target.files.get('model.safetensors')!)).rejects.toThrow('it has weights and no model');
  });
});

describe('weights as safetensors', () => {
  test('have names that do not change from run to run', async () => {
    const path = join(folder, 'w.safetensors');
    const model = sequential([
      dense({ units: 2, inputShape: [2], name: 'first' }),
      dense({ units: 1, name: 'second' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y, { verbose: 0 });
    await model.saveWeights(path);
    const target = memory();
    await model.saveWeights(target, { format: 'safetensors' });
    expect([...readSafetensors(target.files.get('model.safetensors')!).keys()].sort()).toEqual([
      'layers/dense/bias',
      'layers/dense/kernel',
      'layers/dense_1/bias',
      'layers/dense_1/kernel',
    ]);
    const other = sequential([dense({ units: 2, inputShape: [2] }), dense({ units: 1 })]);
    await other.loadWeights(path);
    expect(await outputs(other)).toEqual(await outputs(model));
  });

  test('take half the bytes as float16 or bfloat16', async () => {
    const target = memory();
    const model = small();
    for (const dtype of ['float16', 'bfloat16'] as const) {
      await model.saveWeights(target, { format: 'safetensors', dtype });
      const bytes = target.files.get('model.safetensors')!;
      const dtypes = new Set(readSafetensorsHeader(bytes).entries.map((entry) => entry.dtype));
      expect([...dtypes]).toEqual([dtype === 'float16' ? 'F16' : 'BF16']);
      const other = small();
      await other.loadWeights(bytes);
      const [ours, theirs] = [await outputs(model), await outputs(other)];
      for (const [i, value] of theirs.entries()) expect(Math.abs(value - ours[i]!)).toBeLessThan(0.05);
    }
    await expect(model.saveWeights(target, { dtype: 'float16' })).rejects.toThrow("must be 'float32' in an HDF5 file");
  });

  test('of another model are refused by name, or left out', async () => {
    const target = memory();
    await small().saveWeights(target, { format: 'safetensors' });
    const bytes = target.files.get('model.safetensors')!;
    const other = sequential([dense({ units: 4, inputShape: [2] }), dense({ units: 1 })], { name: 'other' });
    await expect(other.loadWeights(bytes)).rejects.toThrow(
      /Model 'other' does not fit .*\n {2}'layers\/dense\/kernel' has the shape \[2, 4\]\. The file has \[2, 3\]\./,
    );
    await expect(other.loadWeights(bytes)).rejects.toThrow("The file also has 'layers/batch_normalization/");
    const before = other.layers[0]!.weights[0]!.value.dataSync();
    await other.loadWeights(bytes, { skipMismatch: true });
    expect(other.layers[0]!.weights[0]!.value.dataSync()).toEqual(before);
  });
});

/** What of IndexedDB is used, as requests that succeed later. */
function fakeIndexedDb() {
  const stores = new Map<string, Map<string, unknown>>();
  const later = (result: unknown, before = (): void => undefined) => {
    const request: { result: unknown; onsuccess?: () => void; onupgradeneeded?: () => void } = { result };
    setTimeout(() => {
      before();
      request.onupgradeneeded?.();
      request.onsuccess?.();
    });
    return request;
  };
  const transaction = (store: string) => {
    const made: { oncomplete?: () => void; objectStore: () => object } = {
      objectStore: () => ({
        get: (key: string) => later(stores.get(store)!.get(key)),
        put: (value: unknown, key: string) => later(key, () => void stores.get(store)!.set(key, value)),
      }),
    };
    setTimeout(() => made.oncomplete?.(), 20);
    return made;
  };
  const createObjectStore = (name: string) => stores.has(name) || stores.set(name, new Map());
  return { open: () => later({ createObjectStore, transaction, close: () => undefined }) };
}

describe('in the browser', () => {
  test('a model stays in IndexedDB', async () => {
    vi.stubGlobal('indexedDB', fakeIndexedDb());
    const model = small();
    await model.save('indexeddb://net');
    expect(await outputs(await loadModel('indexeddb://net'))).toEqual(await outputs(model));
    await expect(loadModel('indexeddb://other')).rejects.toThrow(
      "loadModel: nothing was saved under 'indexeddb://other' here.",
    );
    await expect(model.save('indexeddb://net', { format: 'tfjs' })).rejects.toThrow('must be no IndexedDB');
  });

  test('a model goes to the downloads, under a name with its ending', async () => {
    const names: string[] = [];
    const blobs: Blob[] = [];
    vi.stubGlobal('document', {
      createElement: () => {
        const link = { href: '', download: '', click: () => void names.push(link.download) };
        return link;
      },
    });
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => `blob:${blobs.push(blob as Blob)}`);
    vi.useFakeTimers();
    const model = small();
    await model.save('downloads://net');
    await model.save('downloads://old.h5');
    await model.saveWeights('downloads://net');
    await model.save('downloads://', { format: 'tfjs' });
    vi.runAllTimers();
    vi.useRealTimers();
    expect(names).toEqual(['net.keras', 'old.h5', 'net.weights.h5', 'group1-shard1of1.bin', 'model.json']);
    expect(await outputs(await loadModel(blobs[0]!))).toEqual(await outputs(model));
    const files = blobs.slice(3).map((blob, i) => new File([blob], names[3 + i]!));
    const [one, other] = [await outputs(await loadModel(files)), await outputs(model)];
    for (const [i, value] of one.entries()) expect(value).toBeCloseTo(other[i]!, 6);
  });

  test('and where there is none, the message says so', async () => {
    await expect(small().save('indexeddb://net')).rejects.toThrow('there is no IndexedDB here');
    await expect(small().save('downloads://net')).rejects.toThrow('there are no downloads here');
    await expect(sequential([lambda((t: never) => t)]).save('downloads://net')).rejects.toThrow('has no weights yet');
  });
});
