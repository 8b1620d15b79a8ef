import { useBackend } from '@capas/core';
import { expect, it, vi } from 'vitest';
import { cpu } from '../src/index.ts';

it('a folder without the .wasm files is a reason to take JavaScript, and no more', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const backend = await useBackend(cpu({ prefer: ['wasm', 'js'], wasmPath: '/no/such/folder' }));
  expect(backend.name).toBe('js');
  expect(backend.reason).toBe(
    "wasm: '/no/such/folder/tfjs-backend-wasm-simd.wasm' was not found. `cpu({ wasmPath })` says where it is.",
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(unhandled).not.toHaveBeenCalled();
  process.off('unhandledRejection', unhandled);
  // The right folder still works afterwards.
  expect((await useBackend(cpu({ prefer: ['wasm', 'js'] }))).name).toBe('wasm');
});
