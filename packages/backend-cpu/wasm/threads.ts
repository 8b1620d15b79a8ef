// Threads that run the same instructions on their shares, and wait for each other where one needs what another made.
import { threadCount, threadIndex, useThread } from './runtime';

// @ts-ignore: decorator
@external('capas', 'isLost')
/** Whether one of the other threads has ended, as far as can be known. Asked by the first thread, while it waits. */
declare function isLost(): bool;

/** How often a thread looks whether the others have come before it sleeps. */
const SPINS: i32 = 4096;

/** How long the first thread sleeps before it looks whether the others are still there, in nanoseconds. */
const PATIENCE: i64 = 100_000_000;

/** What all threads see of a run. They have a copy of everything else. */
@unmanaged
export class Control {
  /** The number of runs that were begun. */
  runs: i32;
  /** How many threads wait at the barrier, and how often all of them came. */
  waiting: i32;
  passed: i32;
  /** Another run will not come. */
  isOver: i32;
  /** The words to run, how often, and the memory for it; `stride` bytes of scratch memory are one thread's own. */
  from: usize;
  to: usize;
  repeats: i32;
  /** The table of slots, behind which each thread has a copy for itself. */
  slots: usize;
  slotBytes: usize;
  scratch: usize;
  stride: usize;
  shared: usize;
  /** Where the times of instructions are added up, or 0. */
  times: usize;
  /** The first failure: the instruction, plus 1; the index that does not lie on its axis; the length of the axis. */
  failed: i32;
  index: i32;
  length: i32;
  /** A thread ended before its time: nobody waits for anybody any more. */
  isBroken: i32;
  /** A bit for each of the threads that `serve` that has ended. */
  left: i32;
}

let address: usize = 0;
let maySleep: bool = false;

export function control(): Control {
  return changetype<Control>(address);
}

/** Makes this instance the thread `index` of `count`, with what they share at an address. */
export function joinThreads(control: usize, index: i32, count: i32, sleeps: bool): void {
  address = control;
  maySleep = sleeps;
  useThread(index, count);
}

/** Waits for the other threads. It traps where one of them is lost: what it would have made is not there. */
export function barrier(): void {
  if (threadCount() == 1) return;
  const waiting = address + offsetof<Control>('waiting');
  const passed = address + offsetof<Control>('passed');
  const before = atomic.load<i32>(passed);
  if (atomic.add<i32>(waiting, 1) == threadCount() - 1) {
    atomic.store<i32>(waiting, 0);
    atomic.add<i32>(passed, 1);
    atomic.notify(passed, -1);
  } else waitForChange(passed, before);
  if (isBroken()) unreachable();
}

/** Waits until there is another number at an address. */
export function waitForChange(at: usize, before: i32): void {
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(at) != before) return;
  const isFirst = threadIndex() == 0;
  while (atomic.load<i32>(at) == before) {
    if (maySleep) atomic.wait<i32>(at, before, isFirst ? PATIENCE : -1);
    if (isFirst && atomic.load<i32>(at) == before && isLost()) breakOff();
  }
}

/** Whether a thread was lost. */
export function isBroken(): bool {
  return atomic.load<i32>(address + offsetof<Control>('isBroken')) != 0;
}

/** Ends the work of all threads: those that wait, wait no more. */
export function breakOff(): void {
  atomic.store<i32>(address + offsetof<Control>('isBroken'), 1);
  const passed = address + offsetof<Control>('passed');
  atomic.add<i32>(passed, 1);
  atomic.notify(passed, -1);
  beginRun();
}

/** Says that this thread ends. */
export function leave(): void {
  if (!control().isOver) breakOff();
  atomic.or<i32>(address + offsetof<Control>('left'), 1 << threadIndex());
}

/** Tells the threads that wait for a run that there is one. */
export function beginRun(): void {
  const runs = address + offsetof<Control>('runs');
  atomic.add<i32>(runs, 1);
  atomic.notify(runs, -1);
}

/** Waits for a run after the run of a number; its number. */
export function waitForRun(before: i32): i32 {
  const runs = address + offsetof<Control>('runs');
  waitForChange(runs, before);
  return atomic.load<i32>(runs);
}

let running: i32 = 0;

/** Says which instruction of the program the thread is at. */
export function noteInstruction(index: i32): void {
  running = index;
}

/** Notes an index that does not lie on its axis. What several threads find, the first has found. */
export function failIndex(index: i32, length: i32): void {
  const failed = address + offsetof<Control>('failed');
  if (threadCount() == 1 ? control().failed != 0 : atomic.cmpxchg<i32>(failed, 0, running + 1) != 0) return;
  control().failed = running + 1;
  control().index = index;
  control().length = length;
}

/** A thread that is alone ends a run that failed; several go on, since others may wait for them. */
export function endsEarly(): bool {
  return threadCount() == 1 && threadIndex() == 0 && control().failed != 0;
}
