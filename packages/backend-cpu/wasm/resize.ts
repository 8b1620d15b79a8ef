// `resize`: images in another size, by the rules of tfjs and TensorFlow.
import { copyBytes } from './copy';
import { isMeasuring, next, nextSlot, shareEnd, shareStart } from './runtime';

let alignCorners: bool = false;
let halfPixelCenters: bool = false;

export function resize(): void {
  const isBilinear = next() != 0;
  const n = next();
  const h = next();
  const w = next();
  const c = next();
  const oh = next();
  const ow = next();
  alignCorners = next() != 0;
  halfPixelCenters = next() != 0;
  const x = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  const pixel = <usize>c << 2;
  const end = shareEnd(n * oh, 1);
  for (let row = shareStart(n * oh, 1); row < end; row++) {
    const image = x + <usize>((row / oh) * h * w) * pixel;
    let to = out + <usize>(row * ow) * pixel;
    for (let column = 0; column < ow; column++, to += pixel) {
      if (isBilinear) mix(image, to, h, w, c, oh, ow, row % oh, column);
      else copyBytes(to, image + <usize>(nearestTap(h, oh, row % oh) * w + nearestTap(w, ow, column)) * pixel, pixel);
    }
  }
}

function position(from: i32, to: i32, index: i32): f64 {
  const scale = alignCorners && to > 1 ? <f64>(from - 1) / <f64>(to - 1) : <f64>from / <f64>to;
  return scale * (halfPixelCenters ? <f64>index + 0.5 : <f64>index);
}

function nearestTap(from: i32, to: i32, index: i32): i32 {
  const at = position(from, to, index);
  return min(from - 1, <i32>floor(alignCorners ? at + 0.5 : at));
}

function mix(image: usize, to: usize, h: i32, w: i32, c: i32, oh: i32, ow: i32, row: i32, column: i32): void {
  const shift: f64 = halfPixelCenters ? -0.5 : 0;
  const y = position(h, oh, row) + shift;
  const x = position(w, ow, column) + shift;
  const top = max(0, <i32>floor(y));
  const bottom = max(0, min(h - 1, <i32>ceil(y)));
  const left = max(0, <i32>floor(x));
  const right = max(0, min(w - 1, <i32>ceil(x)));
  const down = y - <f64>top;
  const across = x - <f64>left;
  for (let channel = 0; channel < c; channel++) {
    const upper = between(element(image, (top * w + left) * c + channel), element(image, (top * w + right) * c + channel), across);
    const lower = between(
      element(image, (bottom * w + left) * c + channel),
      element(image, (bottom * w + right) * c + channel),
      across,
    );
    store<f32>(to + (<usize>channel << 2), <f32>between(upper, lower, down));
  }
}

// @ts-ignore: decorator
@inline
function element(image: usize, index: i32): f64 {
  return <f64>load<f32>(image + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function between(a: f64, b: f64, share: f64): f64 {
  return a + (b - a) * share;
}
