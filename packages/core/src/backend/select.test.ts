import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startJsBackend } from '../testing/js-backend.ts';
import { discoverProviders } from './discover.ts';
import type { BackendProvider } from './provider.ts';
import { activeBackend, backendReport, ready, useBackend } from './select.ts';

beforeAll(() => import('@tensorflow/tfjs-backend-cpu'));
afterEach(() => vi.unstubAllEnvs());

const works = (name: string): BackendProvider => ({
  name,
  probe: async () => ({ ok: true, device: `${name} device`, reason: '' }),
  load: async () => ({ engineName: 'cpu', device: `${name} device` }),
});
const refuses = (name: string, reason: string, advice?: string): BackendProvider => ({
  ...works(name),
  probe: async () => ({ ok: false, device: '', reason }),
  ...(advice && { advice }),
});
const breaks = (name: string): BackendProvider => ({
  ...works(name),
  load: () => Promise.reject(new Error('out of luck')),
});

describe('useBackend', () => {
  test('takes the first that works and says why the others were not taken', async () => {
    const backend = await useBackend(
      [refuses('cuda', 'libcuda.so.1 was not found'), breaks('native')],
      works('wasm'),
      works('js'),
    );
    expect(backend).toEqual({
      name: 'wasm',
      device: 'wasm device',
      reason: 'cuda: libcuda.so.1 was not found; native: out of luck',
    });
    expect(activeBackend()).toBe(backend);
    expect(await ready()).toBe(backend);
    expect(tf.getBackend()).toBe('cpu');
  });

  test('lists every reason if none works, and leaves the active one as it is', async () => {
    const before = await startJsBackend();
    await expect(useBackend(refuses('cuda', 'no driver'), breaks('native'))).rejects.toThrow(
      'No backend could be started. cuda: no driver; native: out of luck. Install one: `npm install @capas/backend-cpu` works everywhere.',
    );
    await expect(useBackend()).rejects.toThrow('No backend could be started. None was given.');
    expect(activeBackend()).toBe(before);
  });
});

describe('CAPAS_BACKEND', () => {
  test('narrows the choice', async () => {
    vi.stubEnv('CAPAS_BACKEND', 'js');
    expect((await useBackend(works('wasm'), works('js'))).name).toBe('js');
  });

  test('a name that does not exist is refused with the nearest', async () => {
    vi.stubEnv('CAPAS_BACKEND', 'wsam');
    await expect(useBackend(works('wasm'), works('js'))).rejects.toThrow(
      "Unknown backend in CAPAS_BACKEND: 'wsam'. Did you mean 'wasm'?",
    );
  });

  test('one that does not work here is not replaced by another', async () => {
    vi.stubEnv('CAPAS_BACKEND', 'cuda');
    await expect(useBackend(refuses('cuda', 'no driver', 'install the driver'), works('js'))).rejects.toThrow(
      "No backend could be started. cuda: no driver. CAPAS_BACKEND allows 'cuda' only: install the driver, or leave it out for the fastest that works.",
    );
  });
});

test('the report probes all and starts none', async () => {
  const before = activeBackend();
  const throwing = { ...works('odd'), probe: () => Promise.reject(new Error('boom')) };
  expect(await backendReport(works('wasm'), refuses('cuda', 'no driver', 'install it'), throwing)).toEqual([
    { name: 'wasm', ok: true, device: 'wasm device', reason: '', advice: '' },
    { name: 'cuda', ok: false, device: '', reason: 'no driver', advice: 'install it' },
    { name: 'odd', ok: false, device: '', reason: 'its probe failed: boom', advice: '' },
  ]);
  expect(activeBackend()).toBe(before);
});

test('outside of Node the message says how to choose one', async () => {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = undefined as never;
  try {
    const notes = ['outside of Node no installed package can be looked up'];
    expect(await discoverProviders()).toEqual({ providers: [], notes });
    const message = 'Choose one: `await useBackend(cpu())`, with cpu from @capas/backend-cpu.';
    await expect(useBackend()).rejects.toThrow(message);
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});
