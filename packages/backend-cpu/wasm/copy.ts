// Instructions that only move elements: `copy`, `fill`, `dynamicSlice`.
import { transpose } from './pack';
import { isMeasuring, next, nextSlot, product, shareEnd, shareStart, wordOf, words } from './runtime';

/** Copies bytes; short stretches without a call. */
// @ts-ignore: decorator
@inline
export function copyBytes(to: usize, from: usize, bytes: usize): void {
  if (bytes > 512) {
    memory.copy(to, from, bytes);
    return;
  }
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i + 4 <= bytes; i += 4) store<u32>(to + i, load<u32>(from + i));
  for (; i < bytes; i++) store<u8>(to + i, load<u8>(from + i));
}

export function copy(): void {
  const size = next();
  const rank = next();
  const dims = words(rank);
  const source = nextSlot() + <usize>(next() * size);
  const sourceStrides = words(rank);
  const target = nextSlot() + <usize>(next() * size);
  const targetStrides = words(rank);
  if (isMeasuring()) return;
  const last = rank - 1;
  // planes that are turned go by squares of elements
  const isTurned =
    size == 4 &&
    rank > 1 &&
    wordOf(sourceStrides, last - 1) == 1 &&
    wordOf(targetStrides, last) == 1 &&
    wordOf(dims, last) > 1;
  const outer = isTurned ? last - 1 : last;
  const count = product(dims, outer);
  const grain = isTurned ? 1 : max(1, 1024 / max(1, wordOf(dims, last)));
  const end = shareEnd(count, grain);
  for (let row = shareStart(count, grain); row < end; row++) {
    let from = 0;
    let to = 0;
    let rest = row;
    for (let axis = outer - 1; axis >= 0; axis--) {
      const dim = wordOf(dims, axis);
      const place = rest % dim;
      rest /= dim;
      from += place * wordOf(sourceStrides, axis);
      to += place * wordOf(targetStrides, axis);
    }
    const s = source + <usize>(from * size);
    const t = target + <usize>(to * size);
    if (isTurned) {
      const sourceRow = <usize>(wordOf(sourceStrides, last) * 4);
      const targetRow = <usize>(wordOf(targetStrides, last - 1) * 4);
      transpose(s, sourceRow, wordOf(dims, last), wordOf(dims, last - 1), t, targetRow);
    } else copyRow(t, wordOf(targetStrides, last), s, wordOf(sourceStrides, last), wordOf(dims, last), size);
  }
}

function copyRow(to: usize, toStride: i32, from: usize, fromStride: i32, count: i32, size: i32): void {
  if (toStride == 1 && fromStride == 1) {
    copyBytes(to, from, <usize>(count * size));
  } else if (size == 4) {
    const toStep = <usize>(toStride * 4);
    const fromStep = <usize>(fromStride * 4);
    for (let i = 0; i < count; i++, to += toStep, from += fromStep) store<u32>(to, load<u32>(from));
  } else {
    for (let i = 0; i < count; i++, to += <usize>toStride, from += <usize>fromStride) store<u8>(to, load<u8>(from));
  }
}

export function fill(): void {
  const size = next();
  const count = next();
  const bits = next();
  const out = nextSlot();
  if (isMeasuring()) return;
  const from = shareStart(count, 1024);
  fillElements(out + <usize>(from * size), shareEnd(count, 1024) - from, size, bits);
}

/** `count` elements of so many bytes with the same bits. */
export function fillElements(to: usize, count: i32, size: i32, bits: i32): void {
  if (size == 1 || bits == 0) {
    memory.fill(to, <u8>bits, <usize>(count * size));
    return;
  }
  const end = to + ((<usize>count) << 2);
  const value = i32x4.splat(bits);
  for (; to + 16 <= end; to += 16) v128.store(to, value);
  for (; to < end; to += 4) store<i32>(to, bits);
}

export function dynamicSlice(): void {
  const size = next();
  const outer = next();
  const axisSize = next();
  const inner = next();
  const count = next();
  const start = nextSlot();
  const source = nextSlot();
  const target = nextSlot();
  if (isMeasuring()) return;
  const first = max(0, min(load<i32>(start), axisSize - count));
  const bytes = <usize>(count * inner * size);
  const end = shareEnd(outer, 1);
  for (let i = shareStart(outer, 1); i < end; i++) {
    copyBytes(target + <usize>i * bytes, source + <usize>((i * axisSize + first) * inner * size), bytes);
  }
}
