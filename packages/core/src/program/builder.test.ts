import { expect, test } from 'vitest';
import { ProgramBuilder } from './builder.ts';
import { print } from './print.ts';
import { verify } from './verify.ts';

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

test('every shorthand writes its instruction', () => {
  const builder = new ProgramBuilder();
  const x = builder.input('x', float(2, 3));
  const y = builder.dot(x, x, { transposeB: true });
  const z = builder.broadcast(builder.reshape(builder.reduce('max', y, [1]), [2, 1]), [2, 3]);
  const all = builder.concat([z, builder.map('relu', x)], 0);
  const program = builder.build([builder.transpose(builder.slice(all, [1, 0], [2, 3]), [1, 0])]);
  verify(program);
  expect(print(program)).toBe(`program(%0 "x": float32[2,3]) {
  %1: float32[2,2] = dot(%0, %0) {transposeA=false, transposeB=true}
  %2: float32[2] = reduce(%1) {kind="max", axes=[1]}
  %3: float32[2,1] = reshape(%2) {shape=[2, 1]}
  %4: float32[2,3] = broadcast(%3) {shape=[2, 3]}
  %5: float32[2,3] = map(%0) { relu(a) }
  %6: float32[4,3] = concat(%4, %5) {axis=0}
  %7: float32[2,3] = slice(%6) {begin=[1, 0], size=[2, 3], strides=[1, 1]}
  %8: float32[3,2] = transpose(%7) {perm=[1, 0]}
  return %8
}`);
});

test('an instruction has the origin that is set, or its own', () => {
  const builder = new ProgramBuilder();
  const x = builder.input('x', float(2));
  builder.origin = 'a';
  builder.map('neg', x);
  builder.emit('reverse', [x], { axes: [0] }, 'b');
  builder.origin = undefined;
  builder.map('abs', x);
  expect(builder.build([]).instructions.map(({ origin }) => origin)).toEqual(['a', 'b', undefined]);
});

test('the built program does not change when the builder goes on', () => {
  const builder = new ProgramBuilder();
  const x = builder.input('x', float(2));
  const program = builder.build([x]);
  builder.map('neg', x);
  expect(program.instructions).toEqual([]);
  expect(program.types.size).toBe(1);
});

test('what does not exist is refused where it is named', () => {
  const builder = new ProgramBuilder();
  const x = builder.input('x', float(2));
  expect(() => builder.map('neg', 7)).toThrow("Unknown value: '%7'");
  expect(() => builder.emit('tile', [x])).toThrow("Unknown primitive: 'tile'");
  expect(() => builder.update(x, x)).toThrow("Unknown state: '%0'");
  expect(() => builder.build([3])).toThrow("Unknown value: '%3'");
  expect(() => builder.reduce('sum', x, [1])).toThrow('reduce: `axes`');
});
