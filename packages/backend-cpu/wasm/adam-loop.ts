// The step of Adam as one loop: each lane is loaded once and stored once. The functions are those of the steps, in their order, so
// the bits are the same.
import { argumentOf, factorOf, isSquared } from './adam';
import { registerOf } from './code';

/** Writes w', m' and v' of some lanes, each of which may lie where an argument lies. */
export function runAdam(toWeights: usize, toMeans: usize, toSquares: usize, lanes: i32): void {
  if (isSquared()) loop(true, toWeights, toMeans, toSquares, lanes);
  else loop(false, toWeights, toMeans, toSquares, lanes);
}

// @ts-ignore: decorator
@inline
function loop(isSquare: bool, to: usize, toMeans: usize, toSquares: usize, lanes: i32): void {
  const alpha = v128.load(registerOf(factorOf(0)));
  const p = v128.load(registerOf(factorOf(1)));
  const q = v128.load(registerOf(factorOf(2)));
  const e = v128.load(registerOf(factorOf(3)));
  const gs = registerOf(argumentOf(0)) - to;
  const ss = registerOf(argumentOf(1)) - to;
  const ms = registerOf(argumentOf(2)) - to;
  const vs = registerOf(argumentOf(3)) - to;
  const ws = registerOf(argumentOf(4)) - to;
  const means = toMeans - to;
  const squares = toSquares - to;
  const end = to + ((<usize>lanes) << 2);
  for (; to + 16 <= end; to += 16) {
    const g = v128.load(to + gs);
    const s = isSquare ? f32x4.mul(g, g) : v128.load(to + ss);
    const m = v128.load(to + ms);
    const v = v128.load(to + vs);
    const mean = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), p));
    const square = f32x4.add(v, f32x4.mul(f32x4.sub(s, v), q));
    const step = f32x4.div(f32x4.mul(mean, alpha), f32x4.add(f32x4.sqrt(square), e));
    const weight = f32x4.sub(v128.load(to + ws), step);
    v128.store(to + means, mean);
    v128.store(to + squares, square);
    v128.store(to, weight);
  }
  for (; to < end; to += 4) {
    const g = load<f32>(to + gs);
    const s = isSquare ? g * g : load<f32>(to + ss);
    const m = load<f32>(to + ms);
    const v = load<f32>(to + vs);
    const mean = m + (g - m) * f32x4.extract_lane(p, 0);
    const square = v + (s - v) * f32x4.extract_lane(q, 0);
    const step = (mean * f32x4.extract_lane(alpha, 0)) / (sqrt<f32>(square) + f32x4.extract_lane(e, 0));
    const weight = load<f32>(to + ws) - step;
    store<f32>(to + means, mean);
    store<f32>(to + squares, square);
    store<f32>(to, weight);
  }
}
