import { activeExecutor, useBackend } from '@capas/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cpu } from '../cpu.ts';
import { findLibrary } from './find-library.ts';
import { nativeProvider } from './native-provider.ts';

describe('the native provider', () => {
  afterEach(() => vi.unstubAllGlobals());
  const provider = nativeProvider({ threads: undefined });

  it('says why it cannot run', async () => {
    vi.stubGlobal('process', { ...process, versions: {} });
    expect(await provider.probe()).toEqual({ ok: false, device: '', reason: 'native code runs in Node only' });
    vi.unstubAllGlobals();
    vi.stubGlobal('process', Object.create(process, { platform: { value: 'linux' }, arch: { value: 'mips' } }));
    const { ok, reason } = await provider.probe();
    expect(ok).toBe(false);
    expect(reason).toMatch(
      /^the package @capas\/backend-cpu-linux-mips-(gnu|musl) is not installed: either there is none/,
    );
    await expect(provider.load()).rejects.toThrow(reason);
    expect(provider.advice).toMatch(/^npm install @capas\/backend-cpu-linux-mips-.+ install Rust.+ `pnpm build`\)$/);
  });

  it.skipIf('reason' in findLibrary())('starts, and says on what', async () => {
    const start = performance.now();
    expect(await provider.probe()).toEqual({
      ok: true,
      device: expect.stringMatching(/^native code, .+, \d+ threads?$/),
      reason: '',
    });
    expect(performance.now() - start).toBeLessThan(100);
    const { name, device } = await useBackend(cpu({ prefer: ['native'], threads: 1 }));
    expect([name, device]).toEqual(['native', expect.stringMatching(/^native code, .+, 1 thread$/)]);
    expect(activeExecutor()).toMatchObject({ name: 'native', threads: 1 });
  });
});
