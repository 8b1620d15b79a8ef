import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Bound } from '../backend/executor.ts';
import { jsExecutor } from '../compile/js-executor.ts';
import { parse } from '../program/parse.ts';
import { chromeTrace } from './chrome-trace.ts';
import { Profile } from './profile.ts';

const program = parse(`program(%0 "x": float32[10,20], %1 "w": float32[20,5]) {
  %2: float32[10,5] = dot(%0, %1) {transposeA=false, transposeB=false}  # net/dense/BatchMatMul
  %3: float32[50] = reshape(%2) {shape=[50]}  # net/dense/Reshape
  %4: float32[50] = map(%3) { relu(a) }  # net/dense/Relu
  %5: float32[50] = map(%4) { neg(a) }  # gradient of net/dense/Neg
  %6: float32[50] = map(%5) { exp(a) }
  return %6
}`);
const bound: Bound = { flopsPerSecond: 10e9, bytesPerSecond: 4e9 };

/** Four steps of 3 microseconds, of which 2.5 are those of instructions. */
const profileWith = (given?: Bound): Profile =>
  new Profile(
    'net',
    { plan: jsExecutor.plan!(program), executor: jsExecutor },
    { steps: 4, milliseconds: 0.012, nanoseconds: Float64Array.of(2000, 0, 4000, 3000, 1000) },
    given,
  );

test('an instruction has its place, time and rates; all of one step', () => {
  const { instructions, milliseconds, instructionMilliseconds, steps, device } = profileWith(bound);
  expect([steps, milliseconds, device]).toEqual([4, 0.003, 'js, 1 thread']);
  expect(instructionMilliseconds).toBeCloseTo(0.0025, 12);
  expect(instructions.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  const [dot, reshape, , neg] = instructions;
  expect(dot).toEqual({
    index: 0,
    primitive: 'dot',
    origin: 'net/dense/BatchMatMul',
    layer: 'net/dense',
    kernel: 'BatchMatMul',
    isGradient: false,
    shape: 'float32[10,5]',
    flops: 2000,
    bytes: 1400,
    milliseconds: 0.0005,
    share: expect.closeTo(0.2, 12),
    gflops: expect.closeTo(4, 12), // 2000 in 500 ns
    gigabytes: expect.closeTo(2.8, 12),
    ofBound: expect.closeTo(0.7, 12), // memory needs 350 ns, the operations 200
  });
  expect(reshape).toMatchObject({ milliseconds: 0, share: 0, gflops: 0, ofBound: 0 });
  expect(neg).toMatchObject({ layer: 'net/dense', isGradient: true });
});

test('groups add up to the instructions', () => {
  const { layers, primitives, instructions, instructionMilliseconds } = profileWith(bound);
  expect(layers.map(({ name, count }) => [name, count])).toEqual([
    ['net/dense', 4],
    ['', 1],
  ]);
  expect(layers[0]!.gradientMilliseconds).toBeCloseTo(0.00075, 12);
  expect(primitives.map(({ name, count }) => [name, count])).toEqual([
    ['map', 3],
    ['dot', 1],
    ['reshape', 1],
  ]);
  for (const groups of [layers, primitives]) {
    const sum = (of: (row: (typeof groups)[number]) => number) => groups.reduce((total, row) => total + of(row), 0);
    expect(sum(({ milliseconds }) => milliseconds)).toBeCloseTo(instructionMilliseconds, 12);
    expect(sum(({ share }) => share)).toBeCloseTo(1, 12);
    expect(sum(({ flops }) => flops)).toBe(instructions.reduce((total, { flops }) => total + flops, 0));
    expect(sum(({ milliseconds, ofBound }) => milliseconds * ofBound!)).toBeCloseTo(
      instructions.reduce((total, row) => total + row.milliseconds * row.ofBound!, 0),
      12,
    );
  }
});

test('as text: tables, the slowest first', () => {
  expect(profileWith(bound).toString({ top: 3 })).toMatchInlineSnapshot(`
    "net: 0.0030 ms a step, 0.0005 of it between instructions (4 steps, js, 1 thread)
    the bound here: 10.0 Gflop/s, 4.0 GB/s of memory

    share      ms  forward  gradient  Gflop/s  GB/s  of bound  layer
      90%  0.0023   0.0015    0.0008      0.9   1.2       24%  net/dense
      10%  0.0003   0.0003    0.0000      0.2   1.6       40%  (no layer)

    share      ms  count  Gflop/s  GB/s  of bound  primitive
      80%  0.0020      3      0.1   0.6       15%  map
      20%  0.0005      1      4.0   2.8       70%  dot

    share      ms  Gflop/s  GB/s  of bound  instruction
      40%  0.0010      0.1   0.4       10%  #2 map float32[50]  net/dense/Relu
      30%  0.0008      0.1   0.5       13%  #3 map float32[50]  gradient of net/dense/Neg
      20%  0.0005      4.0   2.8       70%  #0 dot float32[10,5]  net/dense/BatchMatMul
    and 1 more"
  `);
  expect(profileWith().toString()).not.toContain('bound');
  const printed: string[] = [];
  profileWith().print({ top: 1, print: (text) => printed.push(text) });
  expect(printed).toEqual([profileWith().toString({ top: 1 })]);
});

test('as a trace for Chrome: an event for each instruction that took time, one after another', () => {
  const { traceEvents } = JSON.parse(chromeTrace([profileWith(bound), profileWith()]));
  const events = traceEvents.filter(({ pid }: { pid: number }) => pid === 1);
  expect(events.slice(0, 2)).toEqual([
    { ph: 'M', pid: 1, tid: 1, name: 'process_name', args: { name: 'net' } },
    { ph: 'M', pid: 1, tid: 1, name: 'thread_name', args: { name: 'js, 1 thread' } },
  ]);
  const instructions = events.slice(2) as { name: string; cat: string; ts: number; dur: number; ph: string }[];
  expect(instructions.map(({ ph, cat, name, ts, dur }) => [ph, cat, name, ts, dur])).toEqual([
    ['X', 'dot', 'net/dense/BatchMatMul', 0, 0.5],
    ['X', 'map', 'net/dense/Relu', 0.5, 1],
    ['X', 'map', 'gradient of net/dense/Neg', 1.5, 0.75],
    ['X', 'map', 'map', 2.25, 0.25],
  ]);
  expect(instructions[0]).toMatchObject({ args: { flops: 2000, bytes: 1400, shape: 'float32[10,5]' } });
  expect(traceEvents.filter(({ pid }: { pid: number }) => pid === 2)).toHaveLength(events.length);
});

test('nothing measured is nothing divided by', () => {
  const times = { steps: 0, milliseconds: 0, nanoseconds: new Float64Array(5) };
  const profile = new Profile('net', { plan: jsExecutor.plan!(program), executor: jsExecutor }, times, bound);
  expect(profile.instructions.every(({ share, gflops, ofBound }) => share === 0 && gflops === 0 && ofBound === 0)).toBe(
    true,
  );
  expect(profile.toString()).not.toMatch(/NaN|Infinity/);
});

test('is saved as a whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'capas-profile-'));
  try {
    const file = join(folder, 'trace.json');
    const profile = profileWith(bound);
    await profile.save(file);
    expect(await readFile(file, 'utf8')).toBe(profile.chromeTrace());
    await expect(profile.save(join(folder, 'missing', 'trace.json'))).rejects.toThrow('ENOENT');
    await expect(profile.save(folder)).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['trace.json']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
