import { expect, test } from 'vitest';
import { ProgramBuilder } from '../program/builder.ts';
import { parse } from '../program/parse.ts';
import { disassemble } from './disassemble.ts';
import { planProgram } from './plan-program.ts';

test('x', () => {
  const p =
    parse(`program(%0 "x": float32[4,12], %1 "y": float32[4,3]) state(%2 "w": weight float32[12,8] -> %20, %3 "b": weight float32[8] -> %21) {
  %4: float32[] = constant 0.5
  %5: float32[4,8] = dot(%0, %2, %3) {transposeA=false, transposeB=false, epilogue=(relu(add(a, b)))}
  %20: float32[12,8] = map(%2, %4) { sub(a, mul(a, b)) }
  %21: float32[8] = reduce(%5) {kind="sum", axes=[0]}
  return %21
}`);
  console.log(disassemble(planProgram(p)));
});
