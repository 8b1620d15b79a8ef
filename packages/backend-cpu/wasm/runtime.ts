// What a thread knows while it runs instructions: its place in the stream, its slots, its scratch memory.
import { DTYPE_FLOAT32, DTYPE_INT32 } from './codes';

let at: usize = 0;
let slots: usize = 0;
let scratchTop: usize = 0;
let scratchPeak: usize = 0;
let sharedTop: usize = 0;
let sharedPeak: usize = 0;
let isDry: bool = false;
let thread: i32 = 0;
let threads: i32 = 1;

/** The next word of the stream. */
export function next(): i32 {
  const word = load<i32>(at);
  at += 4;
  return word;
}

/** Where the next word lies. */
export function here(): usize {
  return at;
}

/** Goes on at an address. */
export function jump(address: usize): void {
  at = address;
}

/** The address of the next `count` words, which are passed. */
export function words(count: i32): usize {
  const start = at;
  at += (<usize>count) << 2;
  return start;
}

export function useSlots(table: usize): void {
  slots = table;
}

/** The address of the elements of a slot. */
export function slot(index: i32): usize {
  return load<usize>(slots + ((<usize>index) << 2));
}

export function setSlot(index: i32, address: usize): void {
  store<usize>(slots + ((<usize>index) << 2), address);
}

/** The address of the elements of the slot that the next word names. */
export function nextSlot(): usize {
  const index = next();
  return isDry || index < 0 ? 0 : slot(index);
}

/** Scratch memory of this thread, aligned to 64 bytes, until the next instruction. */
export function take(bytes: usize): usize {
  const start = scratchTop;
  scratchTop += (bytes + 63) & ~63;
  if (scratchTop > scratchPeak) scratchPeak = scratchTop;
  return start;
}

/** Scratch memory that all threads see. Who takes it waits for the others before it ends. */
export function takeShared(bytes: usize): usize {
  const start = sharedTop;
  sharedTop += (bytes + 63) & ~63;
  if (sharedTop > sharedPeak) sharedPeak = sharedTop;
  return start;
}

/** Scratch memory begins anew, for another instruction. */
export function resetScratch(start: usize, shared: usize): void {
  scratchTop = start;
  sharedTop = shared;
}

export function forgetPeaks(): void {
  scratchPeak = 0;
  sharedPeak = 0;
}

/** The highest addresses that were taken. */
export function peak(): usize {
  return scratchPeak;
}

export function peakOfShared(): usize {
  return sharedPeak;
}

/** Whether instructions are only read, to see how much scratch memory they take. */
export function isMeasuring(): bool {
  return isDry;
}

export function measure(on: bool): void {
  isDry = on;
}

export function useThread(index: i32, count: i32): void {
  thread = index;
  threads = count;
}

export function threadIndex(): i32 {
  return thread;
}

export function threadCount(): i32 {
  return threads;
}

/** Where this thread's part of `total` units begins, cut at multiples of `grain`; that of the next thread is where it ends. */
export function shareStart(total: i32, grain: i32, index: i32 = thread): i32 {
  const grains = (<i64>total + grain - 1) / grain;
  const start = ((grains * index) / threads) * grain;
  return start < total ? <i32>start : total;
}

export function shareEnd(total: i32, grain: i32): i32 {
  return shareStart(total, grain, thread + 1);
}

/** Bytes of an element in memory. */
export function bytesOf(dtype: i32): i32 {
  return dtype == DTYPE_FLOAT32 || dtype == DTYPE_INT32 ? 4 : 1;
}

/** The word at a place of a list. */
// @ts-ignore: decorator
@inline
export function wordOf(list: usize, index: i32): i32 {
  return load<i32>(list + ((<usize>index) << 2));
}

// @ts-ignore: decorator
@inline
export function setWord(list: usize, index: i32, word: i32): void {
  store<i32>(list + ((<usize>index) << 2), word);
}

/** The product of words. */
export function product(list: usize, count: i32): i32 {
  let result = 1;
  for (let i = 0; i < count; i++) result *= wordOf(list, i);
  return result;
}
