/// <reference types="vite/client" />
// What a page does, bundled as that of a user is. It sends what it found to the server that it came from.
import { cpu } from '@capas/backend-cpu';
import { type ActiveBackend, useBackend } from '@capas/core';
import { loadModel } from '@capas/layers';
import wasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { MODEL_NAMES, type ModelName, predict, type Trained, train } from './training.ts';

/** What the page sends. */
export interface Found {
  readonly backend: ActiveBackend;
  readonly isIsolated: boolean;
  readonly trained: Readonly<Record<string, Trained>>;
  /** The predictions of the model that was opened from IndexedDB. */
  readonly opened: readonly number[];
}

const send = (found: Found | { readonly error: string }): Promise<Response> =>
  fetch('found', { method: 'POST', body: JSON.stringify(found) });

addEventListener('error', ({ message }) => send({ error: message }));
addEventListener('unhandledrejection', ({ reason }) => send({ error: String(reason?.stack ?? reason) }));

const backend = await useBackend(cpu({ prefer: ['wasm'], threads: 2, wasmPath: wasm }));

const trained: Partial<Record<ModelName, Trained>> = {};
for (const name of MODEL_NAMES) {
  const { net, ...found } = await train(name);
  trained[name] = found;
  if (name === 'cnn') await net.save('indexeddb://cnn');
  net.dispose();
}

using opened = await loadModel('indexeddb://cnn');
await send({ backend, isIsolated: crossOriginIsolated, trained, opened: await predict(opened, 'cnn') });
