// How windows slide over images: the words that convolutions and poolings share.
import { next } from './runtime';

export let n: i32 = 0;
export let h: i32 = 0;
export let w: i32 = 0;
/** Channels of the input and of the output. */
export let ci: i32 = 0;
export let co: i32 = 0;
export let kh: i32 = 0;
export let kw: i32 = 0;
export let oh: i32 = 0;
export let ow: i32 = 0;
export let strideH: i32 = 0;
export let strideW: i32 = 0;
export let dilationH: i32 = 0;
export let dilationW: i32 = 0;
export let padTop: i32 = 0;
export let padLeft: i32 = 0;

/** Reads `n h w ci kh kw`. */
export function readInput(): void {
  n = next();
  h = next();
  w = next();
  ci = next();
  kh = next();
  kw = next();
}

export function setOutputChannels(count: i32): void {
  co = count;
}

/** Reads `oh ow strideH strideW dilationH dilationW padTop padLeft`. */
export function readWindow(): void {
  oh = next();
  ow = next();
  strideH = next();
  strideW = next();
  dilationH = next();
  dilationW = next();
  padTop = next();
  padLeft = next();
}

/** The first tap of a window from `start` on that lies inside an axis. */
// @ts-ignore: decorator
@inline
export function firstTap(start: i32, dilation: i32): i32 {
  return start < 0 ? (-start + dilation - 1) / dilation : 0;
}

/** Where the taps end that lie inside an axis of `length`. */
// @ts-ignore: decorator
@inline
export function endTap(start: i32, dilation: i32, length: i32, taps: i32): i32 {
  return start >= length ? 0 : min(taps, (length - start + dilation - 1) / dilation);
}
