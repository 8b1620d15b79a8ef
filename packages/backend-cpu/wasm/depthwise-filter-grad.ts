// The gradient of a convolution of each channel with its own filters, with respect to these: one pass over the images.
import { inFours, multiplier, outChannels, readDepthwise } from './depthwise';
import { ci, dilationH, dilationW, h, kh, kw, n, oh, ow, padLeft, padTop, strideH, strideW, w } from './geometry';
import { isMeasuring, nextSlot, shareEnd, shareStart, take, takeShared } from './runtime';
import { barrier } from './threads';
import { multiplyAdd } from './tiles';

/** The rows of all outputs are summed in at most so many parts, whatever the number of threads. */
const PARTS: i32 = 16;

/** Pixels of the output whose products are summed in float32; all else in float64. */
const BLOCK_PIXELS: i32 = 64;

export function depthwiseFilterGrad(): void {
  readDepthwise();
  const x = nextSlot();
  const dy = nextSlot();
  const out = nextSlot();
  const parts = max(1, min(PARTS, n * oh));
  const fours = kh * kw * inFours;
  const sums = takeShared(<usize>(parts * fours) << 3);
  const block = take(<usize>fours << 2);
  if (isMeasuring()) return;
  if (inFours > 0) {
    const end = shareEnd(parts, 1);
    for (let part = shareStart(parts, 1); part < end; part++) {
      const from = <i32>((<i64>(n * oh) * part) / parts);
      const to = <i32>((<i64>(n * oh) * (part + 1)) / parts);
      sumPart(x, dy, block, sums + (<usize>(part * fours) << 3), from, to);
    }
    barrier();
    const last = shareEnd(kh * kw, 1);
    for (let tap = shareStart(kh * kw, 1); tap < last; tap++) {
      addParts(sums + (<usize>(tap * inFours) << 3), parts, out + (<usize>(tap * outChannels) << 2));
    }
  }
  if (inFours < outChannels) {
    const end = shareEnd(kh * kw, 1);
    for (let tap = shareStart(kh * kw, 1); tap < end; tap++) {
      const to = out + (<usize>(tap * outChannels) << 2);
      for (let channel = inFours; channel < outChannels; channel++) sumOne(x, dy, to, tap / kw, tap % kw, channel);
    }
  }
  barrier();
}

/** The sums of all parts, of the channels that go in fours. */
function addParts(sums: usize, parts: i32, to: usize): void {
  const stride = <usize>(kh * kw * inFours) << 3;
  for (let c = 0; c < inFours; c += 4, sums += 32, to += 16) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let part = 0, at = sums; part < parts; part++, at += stride) {
      low = f64x2.add(low, v128.load(at));
      high = f64x2.add(high, v128.load(at, 16));
    }
    v128.store(to, v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
  }
}

/** Sums rows of the outputs, of all taps and of the channels that go in fours. */
function sumPart(x: usize, dy: usize, block: usize, sums: usize, from: i32, to: i32): void {
  const bytes = <usize>(kh * kw * inFours) << 2;
  const rows = max(1, BLOCK_PIXELS / max(1, ow));
  memory.fill(sums, 0, bytes << 1);
  for (let row = from; row < to; ) {
    memory.fill(block, 0, bytes);
    for (const end = min(to, row + rows); row < end; row++) {
      const gradient = dy + (<usize>(row * ow * outChannels) << 2);
      const top = (row % oh) * strideH - padTop;
      for (let ky = 0; ky < kh; ky++) {
        const y = top + ky * dilationH;
        if (y < 0 || y >= h) continue;
        sumRow(x + (<usize>(((row / oh) * h + y) * w * ci) << 2), gradient, block + (<usize>(ky * kw * inFours) << 2));
      }
    }
    for (let i: usize = 0; i < bytes; i += 16) {
      const value = v128.load(block + i);
      const at = sums + (i << 1);
      v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(value)));
      const upper = f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3));
      v128.store(at, f64x2.add(v128.load(at, 16), upper), 16);
    }
  }
}

/** Adds the products of a row of the output and one of the input: taps in threes where all of them lie inside, else one by one. */
function sumRow(x: usize, dy: usize, sums: usize): void {
  for (let kx = 0; kx < kw; ) {
    const start = firstColumn(kx);
    const end = endColumn(kx);
    if (kx + 3 <= kw) {
      const common = min(end, endColumn(kx + 2));
      if (start < common) {
        addColumns(3, x, dy, sums, kx, start, common);
        for (let i = 0; i < 3; i++) {
          addColumns(1, x, dy, sums, kx + i, firstColumn(kx + i), start);
          addColumns(1, x, dy, sums, kx + i, common, endColumn(kx + i));
        }
        kx += 3;
        continue;
      }
    }
    addColumns(1, x, dy, sums, kx++, start, end);
  }
}

function addColumns(taps: i32, x: usize, dy: usize, sums: usize, kx: i32, start: i32, end: i32): void {
  if (start >= end) return;
  const from = x + (<usize>((start * strideW - padLeft + kx * dilationW) * ci) << 2);
  const at = dy + (<usize>(start * outChannels) << 2);
  const to = sums + (<usize>(kx * inFours) << 2);
  if (taps == 3) addTaps(3, from, at, to, end - start);
  else addTaps(1, from, at, to, end - start);
}

/** `taps`, one or three, is known where this is inlined. */
// @ts-ignore: decorator
@inline
function addTaps(taps: i32, x: usize, dy: usize, sums: usize, columns: i32): void {
  const bytes = <usize>inFours << 2;
  const xStep = <usize>(strideW * ci) << 2;
  const dyStep = <usize>outChannels << 2;
  const tapStep = <usize>(dilationW * ci) << 2;
  let c: usize = 0;
  for (; c + 32 <= bytes; c += 32) {
    let to = sums + c;
    let s00 = v128.load(to);
    let s01 = v128.load(to, 16);
    let s10 = taps > 1 ? v128.load(to + bytes) : s00;
    let s11 = taps > 1 ? v128.load(to + bytes, 16) : s00;
    let s20 = taps > 1 ? v128.load(to + 2 * bytes) : s00;
    let s21 = taps > 1 ? v128.load(to + 2 * bytes, 16) : s00;
    let at = dy + c;
    let from = x + c;
    for (let column = 0; column < columns; column++, from += xStep, at += dyStep) {
      const left = v128.load(at);
      const right = v128.load(at, 16);
      s00 = multiplyAdd(v128.load(from), left, s00);
      s01 = multiplyAdd(v128.load(from, 16), right, s01);
      if (taps > 1) {
        const second = from + tapStep;
        s10 = multiplyAdd(v128.load(second), left, s10);
        s11 = multiplyAdd(v128.load(second, 16), right, s11);
        const third = second + tapStep;
        s20 = multiplyAdd(v128.load(third), left, s20);
        s21 = multiplyAdd(v128.load(third, 16), right, s21);
      }
    }
    v128.store(to, s00);
    v128.store(to, s01, 16);
    if (taps > 1) {
      to += bytes;
      v128.store(to, s10);
      v128.store(to, s11, 16);
      to += bytes;
      v128.store(to, s20);
      v128.store(to, s21, 16);
    }
  }
  if (c == bytes) return;
  for (let tap = 0; tap < taps; tap++) {
    const to = sums + <usize>tap * bytes + c;
    let sum = v128.load(to);
    let at = dy + c;
    let from = x + <usize>tap * tapStep + c;
    for (let column = 0; column < columns; column++, from += xStep, at += dyStep) {
      sum = multiplyAdd(v128.load(from), v128.load(at), sum);
    }
    v128.store(to, sum);
  }
}

/** The first column of the output for which a tap lies inside the image, and where they end. */
// @ts-ignore: decorator
@inline
function firstColumn(kx: i32): i32 {
  return max(0, (padLeft - kx * dilationW + strideW - 1) / strideW);
}

// @ts-ignore: decorator
@inline
function endColumn(kx: i32): i32 {
  const room = w - 1 + padLeft - kx * dilationW;
  return room < 0 ? 0 : min(ow, room / strideW + 1);
}

/** Of one channel, in float64. */
function sumOne(x: usize, dy: usize, to: usize, ky: i32, kx: i32, channel: i32): void {
  let sum: f64 = 0;
  const start = firstColumn(kx);
  const end = endColumn(kx);
  for (let row = 0; row < n * oh; row++) {
    const y = (row % oh) * strideH - padTop + ky * dilationH;
    if (y < 0 || y >= h) continue;
    for (let column = start; column < end; column++) {
      const left = column * strideW - padLeft + kx * dilationW;
      const from = x + (<usize>((((row / oh) * h + y) * w + left) * ci + channel / multiplier) << 2);
      const at = dy + (<usize>((row * ow + column) * outChannels + channel) << 2);
      sum += <f64>load<f32>(from) * <f64>load<f32>(at);
    }
  }
  store<f32>(to + (<usize>channel << 2), <f32>sum);
}
