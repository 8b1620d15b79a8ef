import { ops, toTensor, useBackend } from '@capas/core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../cpu.ts';

await useBackend(cpu({ prefer: ['wasm'] }));

const view = new DataView(new ArrayBuffer(4));
function fromBits(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/** Floats of every sign and exponent, denormal ones and specials too; every 40,009th of all there are. */
const everywhere = Float32Array.from({ length: Math.floor(2 ** 32 / 40_009) }, (_, i) => fromBits(i * 40_009));
const specials = [
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  1,
  -1,
  1e-45,
  -1e-45,
  1.1754944e-38,
  3.4028235e38,
  88.72284,
  -103.97,
];
const inputs = Float32Array.from([
  ...specials,
  ...everywhere,
  ...Float32Array.from({ length: 50_001 }, (_, i) => i / 500 - 50),
]);

/** The distance to `expected` in units in the last place that float32 has there. */
function unitsOff(actual: number, expected: number): number {
  const nearest = Math.fround(expected);
  if (Object.is(actual, nearest) || actual === nearest || (Number.isNaN(actual) && Number.isNaN(nearest))) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(nearest)) return Infinity;
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(nearest) || 2 ** -126)));
  return Math.abs(actual - expected) / 2 ** (exponent - 23);
}

describe('elementary functions on vectors', () => {
  it.each([
    ['exp', ops.exp, Math.exp, 1.5],
    ['log', ops.log, Math.log, 1.5],
    ['log1p', ops.log1p, Math.log1p, 2],
    ['sigmoid', ops.sigmoid, (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))), 3],
    ['softplus', ops.softplus, (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 3],
    ['tanh', ops.tanh, Math.tanh, 2],
  ] as const)('%s is right to a few units in the last place, everywhere', async (_, op, reference, allowed) => {
    const x = toTensor(inputs);
    const y = op(x);
    const values = await y.data();
    let [worst, at] = [0, 0];
    values.forEach((value, i) => {
      const off = unitsOff(value, reference(inputs[i]!));
      if (off > worst) [worst, at] = [off, inputs[i]!];
    });
    expect(worst, `at ${at}`).toBeLessThanOrEqual(allowed);
    x.dispose();
    y.dispose();
  });
});
