// Maxima and means of windows, and their gradients. Padding takes no part.
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

/** The places of the elements of a window in its image, in bytes. */
let taps: usize = 0;

/** Lists the taps of a window that lie inside the image; how many there are. */
function listTaps(y: i32, x: i32): i32 {
  const top = y * strideH - padTop;
  const left = x * strideW - padLeft;
  const endY = endTap(top, dilationH, h, kh);
  const startX = firstTap(left, dilationW);
  const endX = endTap(left, dilationW, w, kw);
  let count = 0;
  for (let ky = firstTap(top, dilationH); ky < endY; ky++) {
    const row = (top + ky * dilationH) * w + left;
    for (let kx = startX; kx < endX; kx++, count++) {
      store<i32>(taps + (<usize>count << 2), ((row + kx * dilationW) * ci) << 2);
    }
  }
  return count;
}

// @ts-ignore: decorator
@inline
function tapOf(index: i32): usize {
  return load<usize>(taps + (<usize>index << 2));
}

export function pool(): void {
  const isMean = next() != 0;
  readInput();
  readWindow();
  const x = nextSlot();
  const out = nextSlot();
  taps = take(<usize>(kh * kw) << 2);
  if (isMeasuring()) return;
  const end = shareEnd(n * oh, 1);
  for (let row = shareStart(n * oh, 1); row < end; row++) {
    const image = x + (<usize>((row / oh) * h * w * ci) << 2);
    for (let column = 0; column < ow; column++) {
      const count = listTaps(row % oh, column);
      const to = out + (<usize>((row * ow + column) * ci) << 2);
      if (isMean) meanOfWindow(image, to, count);
      else maximumOfWindow(image, to, count);
    }
  }
}

function maximumOfWindow(image: usize, to: usize, count: i32): void {
  let c = 0;
  for (; c + 4 <= ci; c += 4, image += 16, to += 16) {
    let most = f32x4.splat(-Infinity);
    for (let i = 0; i < count; i++) most = f32x4.pmax(most, v128.load(image + tapOf(i)));
    v128.store(to, most);
  }
  for (; c < ci; c++, image += 4, to += 4) {
    let most: f32 = -Infinity;
    for (let i = 0; i < count; i++) {
      const value = load<f32>(image + tapOf(i));
      if (value > most) most = value;
    }
    store<f32>(to, most);
  }
}

function meanOfWindow(image: usize, to: usize, count: i32): void {
  const share = f64x2.splat(<f64>count);
  let c = 0;
  for (; c + 4 <= ci; c += 4, image += 16, to += 16) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let i = 0; i < count; i++) {
      const value = v128.load(image + tapOf(i));
      low = f64x2.add(low, f64x2.promote_low_f32x4(value));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3)));
    }
    const left = f32x4.demote_f64x2_zero(f64x2.div(low, share));
    const right = f32x4.demote_f64x2_zero(f64x2.div(high, share));
    v128.store(to, v128.shuffle<i32>(left, right, 0, 1, 4, 5));
  }
  for (; c < ci; c++, image += 4, to += 4) {
    let sum: f64 = 0;
    for (let i = 0; i < count; i++) sum += <f64>load<f32>(image + tapOf(i));
    store<f32>(to, <f32>(sum / <f64>count));
  }
}

export function poolGrad(): void {
  const isMean = next() != 0;
  readInput();
  readWindow();
  const dy = nextSlot();
  const x = nextSlot();
  const out = nextSlot();
  taps = take(<usize>(kh * kw) << 2);
  if (isMeasuring()) return;
  const imageBytes = <usize>(h * w * ci) << 2;
  const end = shareEnd(n, 1);
  for (let image = shareStart(n, 1); image < end; image++) {
    const target = out + <usize>image * imageBytes;
    const source = x + <usize>image * imageBytes;
    memory.fill(target, 0, imageBytes);
    for (let y = 0; y < oh; y++) {
      for (let column = 0; column < ow; column++) {
        const count = listTaps(y, column);
        const gradient = dy + (<usize>(((image * oh + y) * ow + column) * ci) << 2);
        if (isMean) spreadMean(target, gradient, count);
        else spreadMaximum(target, source, gradient, count);
      }
    }
  }
}

function spreadMean(target: usize, gradient: usize, count: i32): void {
  const share = f32x4.splat(<f32>count);
  let c = 0;
  for (; c + 4 <= ci; c += 4, target += 16, gradient += 16) {
    const value = f32x4.div(v128.load(gradient), share);
    for (let i = 0; i < count; i++) v128.store(target + tapOf(i), f32x4.add(v128.load(target + tapOf(i)), value));
  }
  for (; c < ci; c++, target += 4, gradient += 4) {
    const value = load<f32>(gradient) / <f32>count;
    for (let i = 0; i < count; i++) store<f32>(target + tapOf(i), load<f32>(target + tapOf(i)) + value);
  }
}

/** To the first of the largest; to none if there is nothing but -∞ and NaN. */
function spreadMaximum(target: usize, source: usize, gradient: usize, count: i32): void {
  let c = 0;
  for (; c + 4 <= ci; c += 4, target += 16, source += 16, gradient += 16) {
    let most = f32x4.splat(-Infinity);
    let places = i32x4.splat(-1);
    for (let i = 0; i < count; i++) {
      const place = tapOf(i);
      const value = v128.load(source + place);
      const isMore = f32x4.gt(value, most);
      most = v128.bitselect(value, most, isMore);
      places = v128.bitselect(i32x4.splat(<i32>place), places, isMore);
    }
    addAt(target, i32x4.extract_lane(places, 0), gradient);
    addAt(target + 4, i32x4.extract_lane(places, 1), gradient + 4);
    addAt(target + 8, i32x4.extract_lane(places, 2), gradient + 8);
    addAt(target + 12, i32x4.extract_lane(places, 3), gradient + 12);
  }
  for (; c < ci; c++, target += 4, source += 4, gradient += 4) {
    let most: f32 = -Infinity;
    let place = -1;
    for (let i = 0; i < count; i++) {
      const value = load<f32>(source + tapOf(i));
      if (value > most) {
        most = value;
        place = <i32>tapOf(i);
      }
    }
    addAt(target, place, gradient);
  }
}

// @ts-ignore: decorator
@inline
function addAt(target: usize, place: i32, gradient: usize): void {
  if (place != -1) store<f32>(target + <usize>place, load<f32>(target + <usize>place) + load<f32>(gradient));
}
