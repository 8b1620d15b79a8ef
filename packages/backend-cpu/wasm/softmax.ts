// `softmax` and its logarithm along rows.
import { expf } from './math-single';
import { isMeasuring, next, nextSlot, shareEnd, shareStart, take } from './runtime';

@external('Math', 'log')
declare function jsLog(x: f64): f64;

export function softmax(): void {
  const isLog = next() != 0;
  const rows = next();
  const length = next();
  const from = nextSlot();
  const to = nextSlot();
  const row = take((<usize>length + 4) << 2);
  if (isMeasuring()) return;
  const bytes = (<usize>length) << 2;
  const end = shareEnd(rows, 1);
  for (let i = shareStart(rows, 1); i < end; i++) {
    const source = from + <usize>i * bytes;
    const target = to + <usize>i * bytes;
    // a copy with room at its end; what fills up the last vector counts as nothing
    memory.copy(row, source, bytes);
    v128.store(row + bytes, f32x4.splat(-Infinity));
    const sum = shift(row, bytes, isLog);
    if (isLog) subtract(row, bytes, <f32>jsLog(<f64>(<f32>sum)));
    else divide(row, bytes, <f32>sum);
    memory.copy(target, row, bytes);
  }
}

/** Subtracts the maximum, and gives the sum of the exponentials, which stay in the row unless it `keeps` the differences. */
function shift(row: usize, bytes: usize, keeps: bool): f64 {
  let most = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < bytes; i += 16) most = f32x4.max(most, v128.load(row + i));
  most = f32x4.max(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
  most = f32x4.max(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const difference = f32x4.sub(v128.load(row + i), most);
    let value = expf(difference);
    v128.store(row + i, keeps ? difference : value);
    // of a row of -∞, what fills up is no number
    if (bytes - i < 16) value = withoutTail(value, (bytes - i) >> 2);
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(value));
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function withoutTail(value: v128, count: usize): v128 {
  let result = f32x4.replace_lane(value, 3, 0);
  if (count < 3) result = f32x4.replace_lane(result, 2, 0);
  if (count < 2) result = f32x4.replace_lane(result, 1, 0);
  return result;
}

function subtract(row: usize, bytes: usize, value: f32): void {
  const all = f32x4.splat(value);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(row + i, f32x4.sub(v128.load(row + i), all));
}

function divide(row: usize, bytes: usize, value: f32): void {
  const all = f32x4.splat(value);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(row + i, f32x4.div(v128.load(row + i), all));
}
