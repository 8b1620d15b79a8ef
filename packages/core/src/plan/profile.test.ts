import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { profileInstructions, profileText } from './profile.ts';

const program = parse(`program(%0 "x": float32[10,20], %1 "w": float32[20,5]) {
  %2: float32[10,5] = dot(%0, %1) {transposeA=false, transposeB=false}  # dense/BatchMatMul
  %3: float32[50] = reshape(%2) {shape=[50]}
  %4: float32[50] = map(%3) { relu(a) }
  return %4
}`);

test('each instruction has its time, operations and bytes; the slowest comes first', () => {
  const rows = profileInstructions({ program }, [500, 0, 1500]);
  expect(rows.map(({ primitive, nanoseconds }) => [primitive, nanoseconds])).toEqual([
    ['map', 1500],
    ['dot', 500],
    ['reshape', 0],
  ]);
  expect(rows[1]).toMatchObject({ index: 0, origin: 'dense/BatchMatMul', flops: 2000, bytes: 4 * (200 + 100 + 50) });
});

test('as text, with rates', () => {
  expect(profileText(profileInstructions({ program }, [500, 0, 1500]))).toBe(
    [
      ' 75.0%     0.002 ms     0.0 Gflop/s     0.3 GB/s  #2 map',
      ' 25.0%     0.001 ms     4.0 Gflop/s     2.8 GB/s  #0 dot dense/BatchMatMul',
    ].join('\n'),
  );
  expect(profileText([])).toBe('');
});
