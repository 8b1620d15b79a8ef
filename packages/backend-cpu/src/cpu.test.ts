import { activeBackend, useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cpu } from './cpu.ts';
import { findLibrary } from './native/find-library.ts';

const hasLibrary = 'path' in findLibrary();

describe('cpu', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it('offers native code, then WASM, then JavaScript', () => {
    expect(cpu().map(({ name }) => name)).toEqual(['native', 'wasm', 'js']);
    expect(cpu({ prefer: ['js'] }).map(({ name }) => name)).toEqual(['js']);
  });

  it('refuses what it cannot use', () => {
    expect(() => cpu({ prefer: [] })).toThrow(
      "cpu: `prefer` must be a list that names 'native', 'wasm', 'js' or several of them",
    );
    expect(() => cpu({ prefer: ['gpu' as 'js'] })).toThrow("one of 'native', 'wasm', 'js'. Received: 'gpu'");
    expect(() => cpu({ threads: 0 })).toThrow('cpu: `threads` must be a positive integer. Received: 0.');
  });

  it('probes within 100 ms', async () => {
    const start = performance.now();
    for (const provider of cpu().filter(({ name }) => name !== 'native' || hasLibrary))
      expect(await provider.probe()).toMatchObject({ ok: true, reason: '' });
    expect(performance.now() - start).toBeLessThan(100);
  });

  it.skipIf(!hasLibrary)('starts native code', async () => {
    const { name, device, reason } = await useBackend(cpu());
    expect([name, reason]).toEqual(['native', '']);
    expect(device).toMatch(/^native code, .+, \d+ threads?$/);
    expect(tf.getBackend()).toBe('capas-native');
    expect(await tf.add([1, 2], [3, 4]).array()).toEqual([4, 6]);
  });

  it('starts WASM where there is no native code, and says why', async () => {
    vi.stubGlobal('process', Object.create(process, { arch: { value: 'mips' } }));
    const { name, reason } = await useBackend(cpu());
    expect(name).toBe('wasm');
    expect(reason).toMatch(/^native: the package @capas\/backend-cpu-.+mips.* is not installed/);
  });

  it('starts WASM and says on how many threads', async () => {
    const listeners = process.listenerCount('uncaughtException');
    const { name, device } = await useBackend(cpu({ prefer: ['wasm'] }));
    expect(name).toBe('wasm');
    expect(device).toMatch(/^WebAssembly with SIMD, \d+ threads?/);
    expect(tf.getBackend()).toBe('wasm');
    expect(process.listenerCount('uncaughtException')).toBe(listeners);
    expect(await tf.add([1, 2], [3, 4]).array()).toEqual([4, 6]);
  });

  it('starts JavaScript where that is preferred, without a greeting', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(await useBackend(cpu({ prefer: ['js', 'wasm'] }))).toMatchObject({ name: 'js' });
    expect(await tf.add([1, 2], [3, 4]).array()).toEqual([4, 6]);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('obeys CAPAS_BACKEND', async () => {
    vi.stubEnv('CAPAS_BACKEND', 'js');
    expect((await useBackend(cpu())).name).toBe('js');
    vi.stubEnv('CAPAS_BACKEND', 'wasm');
    expect((await useBackend(cpu())).name).toBe('wasm');
    vi.stubEnv('CAPAS_BACKEND', 'wams');
    await expect(useBackend(cpu())).rejects.toThrow("'wams'. Did you mean 'wasm'");
    expect(activeBackend()?.name).toBe('wasm');
  });
});
