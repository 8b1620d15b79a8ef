import { expect, test } from 'vitest';
import { float32 } from '../testing/primitive-check.ts';
import { costOf, costOfInstruction } from './cost.ts';
import { interpret } from './interpret.ts';
import { parse } from './parse.ts';

/**
 * One step of gradient descent (rate 0.5) for y = relu(x w1) w2, loss = mean((y - t)²), by hand:
 *
 * x = [1 2 / -1 1], w1 = [1 0 / 0 -1], w2 = [2 / 3], t = [1 / 1]
 * x w1 = [1 -2 / -1 -1], h = relu = [1 0 / 0 0], y = [2 / 0], y - t = [1 / -1], loss = (1 + 1) / 2 = 1
 * dy = 2 (y - t) / 2 = [1 / -1], dw2 = hᵀ dy = [1 / 0], dh = dy w2ᵀ = [2 3 / -2 -3]
 * masked where x w1 > 0: [2 0 / 0 0], dw1 = xᵀ that = [2 0 / 4 0]
 * w2' = [1.5 / 3], w1' = [0 0 / -2 -1]
 */
const STEP = parse(`program(%0 "x": float32[2,2], %1 "t": float32[2,1]) state(
    %2 "w1": weight float32[2,2] -> %17,
    %3 "w2": weight float32[2,1] -> %16,
    %4 "steps": counter int32[] -> %18
  ) {
  %5: float32[] = constant 0.5
  %6: float32[2,2] = dot(%0, %2) {transposeA=false, transposeB=false}  # hidden/BatchMatMul
  %7: float32[2,2] = map(%6) { relu(a) }  # hidden/Relu
  %8: float32[2,1] = dot(%7, %3) {transposeA=false, transposeB=false}  # output/BatchMatMul
  %9: float32[2,1] = map(%8, %1) { squaredDifference(a, b) }
  %10: float32[] = reduce(%9) {kind="mean", axes=[0, 1]}
  %11: float32[2,1] = map(%8, %1) { sub(a, b) }
  %12: float32[2,1] = dot(%7, %11) {transposeA=true, transposeB=false}
  %13: float32[2,2] = dot(%11, %3) {transposeA=false, transposeB=true}
  %14: float32[2,2] = map(%13, %6) { select(gt(b, 0), a, 0) }
  %15: float32[2,2] = dot(%0, %14) {transposeA=true, transposeB=false}
  %16: float32[2,1] = map(%3, %12, %5) { sub(a, mul(b, c)) }
  %17: float32[2,2] = map(%2, %15, %5) { sub(a, mul(b, c)) }
  %18: int32[] = map(%4) { add(a, 1) }
  return %10
}`);

const inputs = { x: Float32Array.of(1, 2, -1, 1), t: Float32Array.of(1, 1) };
const state = { w1: Float32Array.of(1, 0, 0, -1), w2: Float32Array.of(2, 3), steps: Int32Array.of(6) };

test('a training step of two layers', () => {
  const result = interpret(STEP, { inputs, state });
  expect(result.outputs).toEqual([float32([], [1])]);
  expect(result.state).toEqual({
    w1: Float32Array.of(0, 0, -2, -1),
    w2: Float32Array.of(1.5, 3),
    steps: Int32Array.of(7),
  });
  // what was given is as it was
  expect(state.w1).toEqual(Float32Array.of(1, 0, 0, -1));
});

test('the state of one run is that for the next', () => {
  const first = interpret(STEP, { inputs, state });
  const second = interpret(STEP, { inputs, state: first.state });
  // x w1' = [-4 -2 / -2 -1]: nothing passes the relu, so y = 0, loss = 1, and only the counter moves on
  expect(second.outputs).toEqual([float32([], [1])]);
  expect(second.state).toEqual({ ...first.state, steps: Int32Array.of(8) });
});

test('a state that is only read stays, and a constant of one element stands for all', () => {
  const program = parse(`program() state(%0 "w": weight float32[2]) {
  %1: float32[2] = constant 3
  %2: float32[2] = map(%0, %1) { add(a, b) }
  return %2, %1
}`);
  const w = Float32Array.of(1, 2);
  const result = interpret(program, { state: { w } });
  expect(result.outputs).toEqual([float32([2], [4, 5]), float32([2], [3, 3])]);
  expect(result.state).toEqual({ w });
});

test('what is missing or of another size is asked for', () => {
  expect(() => interpret(STEP, { inputs: { x: inputs.x }, state })).toThrow(
    'interpret: `inputs["t"]` must be a Float32Array of 2 elements. Received: undefined.',
  );
  expect(() => interpret(STEP, { inputs, state: { ...state, steps: Float32Array.of(0) } })).toThrow(
    'interpret: `state["steps"]` must be a Int32Array of 1 elements. Received: Float32Array(1).',
  );
});

test('an illegal program is refused', () => {
  expect(() => interpret({ ...STEP, outputs: [99] }, { inputs, state })).toThrow('%99 is used before it is made.');
});

test('a kernel of tfjs runs through the hook', () => {
  const program = parse(`program(%0 "x": float32[2]) {
  %1: float32[2] = call(%0) {kernel="Relu", attrsJson="{}"}
  return %1
}`);
  const runKernel = () => [float32([2], [0, 4])];
  expect(interpret(program, { inputs: { x: Float32Array.of(-1, 4) }, runKernel }).outputs).toEqual([
    float32([2], [0, 4]),
  ]);
  expect(() => interpret(program, { inputs: { x: Float32Array.of(-1, 4) } })).toThrow(
    'call: Relu is a kernel of tfjs.',
  );
});

test('the cost is that of all instructions', () => {
  const relu = STEP.instructions[1]!;
  expect(costOfInstruction(STEP, relu)).toEqual({ flops: 4, bytes: 32 });
  const rest = { ...STEP, instructions: STEP.instructions.filter((instruction) => instruction !== relu) };
  expect(costOf(STEP).flops - costOf(rest).flops).toBe(4);
  expect(costOf(STEP).bytes - costOf(rest).bytes).toBe(32);
});
