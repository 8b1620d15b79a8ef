import { expect, test } from 'vitest';
import type { BackendProvider } from './backend/provider.ts';
import { doctor } from './doctor.ts';

const provider = (name: string, ok: boolean, more: Partial<BackendProvider> = {}): BackendProvider => ({
  name,
  probe: async () =>
    ok ? { ok, device: `${name} device`, reason: '' } : { ok, device: '', reason: `no ${name} here` },
  load: async () => ({ engineName: name, device: '' }),
  ...more,
});

test('says what was found, what is taken, and what to do for a faster one', async () => {
  const text = await doctor([
    provider('cuda', false, { details: async () => ['NVIDIA driver: not found'] }),
    provider('native', false, { advice: 'npm install something' }),
    provider('wasm', true),
    provider('js', true),
  ]);
  expect(text.split('\n').slice(2)).toEqual([
    '  ✗ cuda: no cuda here',
    '      NVIDIA driver: not found',
    '  ✗ native: no native here',
    '  ✓ wasm: wasm device  ← taken',
    '  ✓ js: js device',
    '',
    "ready() takes 'wasm' (wasm device).",
    'For a faster one: npm install something',
  ]);
});

test('a probe that throws is a reason like any other', async () => {
  const broken = provider('cuda', true, { probe: () => Promise.reject(new Error('driver gone')) });
  const text = await doctor([broken]);
  expect(text).toContain('✗ cuda: its probe failed: driver gone');
  expect(text).toContain('No backend can be used.');
});
