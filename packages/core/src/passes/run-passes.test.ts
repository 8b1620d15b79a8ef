import { afterEach, expect, test, vi } from 'vitest';
import { parse } from '../program/parse.ts';
import type { Pass } from './pass.ts';
import { runPasses } from './run-passes.ts';

const program = parse(`
  program(%0 "x": float32[1000]) {
    %1: float32[1000] = map(%0) { neg(a) }
    %2: float32[1000] = map(%1) { exp(a) }
    return %2
  }`);

const nothing: Pass = { name: 'nothing', run: (before) => before };
const wrong: Pass = { name: 'wrong', run: (before) => ({ ...before, instructions: before.instructions.slice(1) }) };

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('debugging shows the program and its costs before the passes and after each that changed it', () => {
  const texts: string[] = [];
  runPasses(program, { debug: (text) => texts.push(text) });
  expect(texts).toHaveLength(2);
  expect(texts[0]).toMatch(
    /^before the passes: 2 instructions, 2 kflop, 16 kB moved, 4.03 kB arena, 0 states in place\nprogram\(/,
  );
  expect(texts[1]).toMatch(/^fuse-elementwise: 1 instructions, 2 kflop, 8 kB moved, 4.03 kB arena/);
  expect(texts[1]).toContain('exp(neg(a))');
});

test.each([
  ['passes', 1],
  ['trace,passes', 1],
  ['trace', 0],
])('CAPAS_DEBUG=%s writes %i programs to the console', (value, calls) => {
  vi.stubEnv('CAPAS_DEBUG', value);
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  runPasses(program, { passes: [nothing] });
  expect(log).toHaveBeenCalledTimes(calls);
});

test('a pass that breaks a rule of programs is named', () => {
  expect(() => runPasses(program, { passes: [nothing, wrong] })).toThrow(
    /The pass 'wrong' made an illegal program.*%1 is used/s,
  );
});

test('in production the passes are trusted', () => {
  vi.stubEnv('NODE_ENV', 'production');
  expect(runPasses(program, { passes: [wrong] }).instructions).toHaveLength(1);
});
