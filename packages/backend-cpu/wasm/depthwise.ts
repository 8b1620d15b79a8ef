// Convolutions of each channel with its own filters, and their gradients with respect to the input. With one filter to a channel,
// channels go in eights and fours, and pixels that see the same taps four at a time.
import { applyEpilogue, readEpilogue } from './epilogue';
import {
  ci,
  dilationH,
  dilationW,
  endTap,
  firstTap,
  h,
  kh,
  kw,
  n,
  oh,
  ow,
  padLeft,
  padTop,
  readInput,
  readWindow,
  strideH,
  strideW,
  w,
} from './geometry';
import { isMeasuring, next, nextSlot, shareEnd, shareStart, take } from './runtime';
import { multiplyAdd } from './tiles';

export let multiplier: i32 = 0;
/** Channels of the result. */
export let outChannels: i32 = 0;
/** Channels that go in fours. */
export let inFours: i32 = 0;

/** The taps of a pixel: where each reads an image, and where it reads the filter, in bytes. */
let places: usize = 0;
let weights: usize = 0;

export function readDepthwise(): void {
  readInput();
  multiplier = next();
  readWindow();
  outChannels = ci * multiplier;
  inFours = multiplier == 1 ? ci & ~3 : 0;
}

function takeTaps(): void {
  places = take(<usize>(kh * kw) << 2);
  weights = take(<usize>(kh * kw) << 2);
}

// @ts-ignore: decorator
@inline
function noteTap(index: i32, place: i32, ky: i32, kx: i32): void {
  store<i32>(places + (<usize>index << 2), place << 2);
  store<i32>(weights + (<usize>index << 2), ((ky * kw + kx) * outChannels) << 2);
}

// @ts-ignore: decorator
@inline
function placeOf(index: i32): usize {
  return load<usize>(places + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function weightOf(index: i32): usize {
  return load<usize>(weights + (<usize>index << 2));
}

/**
 * `Σ image · filter` over `taps`, for the channels that go in fours.
 *
 * @param pixels how many see the same taps
 * @param step bytes from what one of them sees to what the next does
 * @param toStep bytes from one of them to the next
 */
function sumFours(image: usize, filter: usize, to: usize, taps: i32, pixels: i32, step: usize, toStep: usize): void {
  for (; pixels >= 4; pixels -= 4, image += 4 * step, to += 4 * toStep) {
    sumPixels(4, image, filter, to, taps, step, toStep);
  }
  for (; pixels > 0; pixels--, image += step, to += toStep) sumPixels(1, image, filter, to, taps, step, toStep);
}

/** `count`, one or four, is known where this is inlined. */
// @ts-ignore: decorator
@inline
function sumPixels(
  count: i32,
  image: usize,
  filter: usize,
  to: usize,
  taps: i32,
  step: usize,
  toStep: usize,
): void {
  const bytes = <usize>inFours << 2;
  let c: usize = 0;
  for (; c + 32 <= bytes; c += 32) {
    let s00 = f32x4.splat(0);
    let s01 = f32x4.splat(0);
    let s10 = f32x4.splat(0);
    let s11 = f32x4.splat(0);
    let s20 = f32x4.splat(0);
    let s21 = f32x4.splat(0);
    let s30 = f32x4.splat(0);
    let s31 = f32x4.splat(0);
    for (let i = 0; i < taps; i++) {
      const weight = filter + weightOf(i) + c;
      const left = v128.load(weight);
      const right = v128.load(weight, 16);
      let from = image + placeOf(i) + c;
      s00 = multiplyAdd(v128.load(from), left, s00);
      s01 = multiplyAdd(v128.load(from, 16), right, s01);
      if (count > 1) {
        from += step;
        s10 = multiplyAdd(v128.load(from), left, s10);
        s11 = multiplyAdd(v128.load(from, 16), right, s11);
        from += step;
        s20 = multiplyAdd(v128.load(from), left, s20);
        s21 = multiplyAdd(v128.load(from, 16), right, s21);
        from += step;
        s30 = multiplyAdd(v128.load(from), left, s30);
        s31 = multiplyAdd(v128.load(from, 16), right, s31);
      }
    }
    let out = to + c;
    v128.store(out, s00);
    v128.store(out, s01, 16);
    if (count > 1) {
      out += toStep;
      v128.store(out, s10);
      v128.store(out, s11, 16);
      out += toStep;
      v128.store(out, s20);
      v128.store(out, s21, 16);
      out += toStep;
      v128.store(out, s30);
      v128.store(out, s31, 16);
    }
  }
  if (c == bytes) return;
  for (let p = 0; p < count; p++, image += step, to += toStep) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < taps; i++) {
      sum = multiplyAdd(v128.load(image + placeOf(i) + c), v128.load(filter + weightOf(i) + c), sum);
    }
    v128.store(to + c, sum);
  }
}

export function depthwiseConv(): void {
  readDepthwise();
  takeTaps();
  const x = nextSlot();
  const filter = nextSlot();
  const out = nextSlot();
  readEpilogue(n * oh * ow, outChannels, out);
  if (isMeasuring()) return;
  // the columns that see the whole filter
  const first = min(ow, (padLeft + strideW - 1) / strideW);
  const room = w - 1 + padLeft - (kw - 1) * dilationW;
  const last = room < 0 ? 0 : min(ow, room / strideW + 1);
  const end = shareEnd(n * oh, 1);
  for (let row = shareStart(n * oh, 1); row < end; row++) {
    const image = x + (<usize>((row / oh) * h * w * ci) << 2);
    for (let column = 0; column < ow; ) {
      const pixels = column >= first && column < last ? last - column : 1;
      convolve(image, filter, out + (<usize>((row * ow + column) * outChannels) << 2), row % oh, column, pixels);
      column += pixels;
    }
    const line = ow * outChannels;
    applyEpilogue(row * line, (row + 1) * line);
  }
}

/** Pixels of a row of the output that see the same taps. */
function convolve(image: usize, filter: usize, to: usize, y: i32, x: i32, pixels: i32): void {
  const count = listInputs(y, x);
  const step = <usize>(strideW * ci) << 2;
  const toStep = <usize>outChannels << 2;
  sumFours(image, filter, to, count, pixels, step, toStep);
  if (inFours == outChannels) return;
  for (let p = 0; p < pixels; p++, image += step, to += toStep) {
    for (let channel = inFours; channel < outChannels; channel++) {
      const from = image + (<usize>(channel / multiplier) << 2);
      const weight = filter + (<usize>channel << 2);
      let sum: f32 = 0;
      for (let i = 0; i < count; i++) sum += load<f32>(from + placeOf(i)) * load<f32>(weight + weightOf(i));
      store<f32>(to + (<usize>channel << 2), sum);
    }
  }
}

/** Lists the pixels of the input that a pixel of the output sees. */
function listInputs(y: i32, x: i32): i32 {
  const top = y * strideH - padTop;
  const left = x * strideW - padLeft;
  const endY = endTap(top, dilationH, h, kh);
  const startX = firstTap(left, dilationW);
  const endX = endTap(left, dilationW, w, kw);
  let count = 0;
  for (let ky = firstTap(top, dilationH); ky < endY; ky++) {
    const row = (top + ky * dilationH) * w + left;
    for (let kx = startX; kx < endX; kx++) noteTap(count++, (row + kx * dilationW) * ci, ky, kx);
  }
  return count;
}

export function depthwiseInputGrad(): void {
  readDepthwise();
  takeTaps();
  const dy = nextSlot();
  const filter = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  // every `strideW`-th column in between is seen through the same taps
  const first = max(0, (kw - 1) * dilationW - padLeft);
  const last = min(w, ow * strideW - padLeft);
  const end = shareEnd(n * h, 1);
  for (let row = shareStart(n * h, 1); row < end; row++) {
    const image = dy + (<usize>((row / h) * oh * ow * outChannels) << 2);
    for (let start = 0; start < min(strideW, w); start++) {
      for (let column = start; column < w; ) {
        const pixels = column >= first && column < last ? (last - column + strideW - 1) / strideW : 1;
        spread(image, filter, out + (<usize>((row * w + column) * ci) << 2), row % h, column, pixels);
        column += pixels * strideW;
      }
    }
  }
}

/** Pixels of a row of the input, `strideW` apart, that are seen through the same taps. */
function spread(image: usize, filter: usize, to: usize, y: i32, x: i32, pixels: i32): void {
  const count = listOutputs(y, x);
  const step = <usize>outChannels << 2;
  const toStep = <usize>(strideW * ci) << 2;
  sumFours(image, filter, to, count, pixels, step, toStep);
  if (inFours == ci) return;
  for (let p = 0; p < pixels; p++, image += step, to += toStep) {
    for (let channel = inFours; channel < ci; channel++) {
      const first = <usize>(channel * multiplier) << 2;
      let sum: f32 = 0;
      for (let i = 0; i < count; i++) {
        const from = image + placeOf(i) + first;
        const weight = filter + weightOf(i) + first;
        for (let m: usize = 0; m < <usize>multiplier << 2; m += 4) sum += load<f32>(from + m) * load<f32>(weight + m);
      }
      store<f32>(to + (<usize>channel << 2), sum);
    }
  }
}

/** Lists the pixels of the output that see a pixel of the input. */
function listOutputs(y: i32, x: i32): i32 {
  let count = 0;
  for (let ky = 0; ky < kh; ky++) {
    const down = y + padTop - ky * dilationH;
    if (down < 0 || down % strideH != 0 || down / strideH >= oh) continue;
    for (let kx = 0; kx < kw; kx++) {
      const right = x + padLeft - kx * dilationW;
      if (right < 0 || right % strideW != 0 || right / strideW >= ow) continue;
      noteTap(count++, ((down / strideH) * ow + right / strideW) * outChannels, ky, kx);
    }
  }
  return count;
}
