// Convolutions of each channel with its own filters. With one filter to a channel, four channels go together.
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

let multiplier: i32 = 0;
/** Channels of the result. */
let outChannels: i32 = 0;
/** Channels that go in fours. */
let inFours: i32 = 0;

/** The taps of a pixel: where each reads an image, and where it reads the filter, in bytes. */
let places: usize = 0;
let weights: usize = 0;

function readDepthwise(): void {
  readInput();
  multiplier = next();
  readWindow();
  outChannels = ci * multiplier;
  inFours = multiplier == 1 ? ci & ~3 : 0;
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

/** `Σ image · filter` over the taps, for the channels that go in fours. */
function sumFours(image: usize, filter: usize, to: usize, count: i32): void {
  for (let c: usize = 0; c < <usize>inFours << 2; c += 16) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < count; i++) {
      const product = f32x4.mul(v128.load(image + placeOf(i) + c), v128.load(filter + weightOf(i) + c));
      sum = f32x4.add(sum, product);
    }
    v128.store(to + c, sum);
  }
}

export function depthwiseConv(): void {
  readDepthwise();
  const x = nextSlot();
  const filter = nextSlot();
  const out = nextSlot();
  readEpilogue(n * oh * ow, outChannels, out);
  if (isMeasuring()) return;
  const end = shareEnd(n * oh, 1);
  for (let row = shareStart(n * oh, 1); row < end; row++) {
    const image = x + (<usize>((row / oh) * h * w * ci) << 2);
    for (let column = 0; column < ow; column++) {
      const count = listInputs(row % oh, column);
      const to = out + (<usize>((row * ow + column) * outChannels) << 2);
      sumFours(image, filter, to, count);
      for (let channel = inFours; channel < outChannels; channel++) {
        const from = image + (<usize>(channel / multiplier) << 2);
        const weight = filter + (<usize>channel << 2);
        let sum: f32 = 0;
        for (let i = 0; i < count; i++) sum += load<f32>(from + placeOf(i)) * load<f32>(weight + weightOf(i));
        store<f32>(to + (<usize>channel << 2), sum);
      }
    }
    const line = ow * outChannels;
    applyEpilogue(row * line, (row + 1) * line);
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
  const dy = nextSlot();
  const filter = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  const end = shareEnd(n * h, 1);
  for (let row = shareStart(n * h, 1); row < end; row++) {
    const image = dy + (<usize>((row / h) * oh * ow * outChannels) << 2);
    for (let column = 0; column < w; column++) {
      const count = listOutputs(row % h, column);
      const to = out + (<usize>((row * w + column) * ci) << 2);
      sumFours(image, filter, to, count);
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

export function depthwiseFilterGrad(): void {
  readDepthwise();
  const x = nextSlot();
  const dy = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  const end = shareEnd(kh * kw, 1);
  for (let tap = shareStart(kh * kw, 1); tap < end; tap++) {
    const ky = tap / kw;
    const kx = tap % kw;
    const to = out + (<usize>(tap * outChannels) << 2);
    for (let c = 0; c < inFours; c += 4) sumPixels(x, dy, to, ky, kx, c);
    for (let channel = inFours; channel < outChannels; channel++) sumPixelsOf(x, dy, to, ky, kx, channel);
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

/** Of four channels: the sums of lines in float32, their sum in float64. */
function sumPixels(x: usize, dy: usize, to: usize, ky: i32, kx: i32, c: i32): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const start = firstColumn(kx);
  const end = endColumn(kx);
  const xStep = <usize>(strideW * ci) << 2;
  const dyStep = <usize>outChannels << 2;
  for (let row = 0; row < n * oh; row++) {
    const y = (row % oh) * strideH - padTop + ky * dilationH;
    if (y < 0 || y >= h) continue;
    const left = start * strideW - padLeft + kx * dilationW;
    let from = x + (<usize>((((row / oh) * h + y) * w + left) * ci + c) << 2);
    let at = dy + (<usize>((row * ow + start) * outChannels + c) << 2);
    let sum = f32x4.splat(0);
    for (let column = start; column < end; column++, from += xStep, at += dyStep) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(from), v128.load(at)));
    }
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(sum, sum, 2, 3, 2, 3)));
  }
  const result = v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  v128.store(to + (<usize>c << 2), result);
}

function sumPixelsOf(x: usize, dy: usize, to: usize, ky: i32, kx: i32, channel: i32): void {
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
