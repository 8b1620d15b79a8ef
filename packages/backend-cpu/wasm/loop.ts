// How a loop moves slots. Each thread moves those of its own table, so nobody waits.
import { next, setSlot, slot, wordOf, words } from './runtime';

/** Words of a move: slot, base, bytes. */
export const MOVE: i32 = 3;
/** Words of a carry: current, next, from, to. */
export const CARRY: i32 = 4;
/** Words of a slot of which each thread has its own: slot, offset. */
export const OWN: i32 = 2;

/** Lets the slots of which each thread has its own lie in this memory. */
export function placeOwn(own: usize, count: i32, memory: usize): void {
  for (let i = 0; i < count * OWN; i += OWN) setSlot(wordOf(own, i), memory + <usize>wordOf(own, i + 1));
}

/** The bytes that each thread has of its own, of the loop whose words come next. */
export function ownBytesOf(): usize {
  words(3);
  words(next() * MOVE);
  words(next() * CARRY);
  words(1);
  words(next() * OWN);
  return <usize>next();
}

/** Before the first run of the body. */
export function placeCarries(carries: usize, count: i32): void {
  for (let i = 0; i < count * CARRY; i += CARRY) {
    setSlot(wordOf(carries, i), slot(wordOf(carries, i + 2)));
    setSlot(wordOf(carries, i + 1), slot(wordOf(carries, i + 3)));
  }
}

/** Before each run: slots go to a step of their bases. */
export function moveSlots(moves: usize, count: i32, step: i32): void {
  for (let i = 0; i < count * MOVE; i += MOVE) {
    const offset = <usize>step * <usize>wordOf(moves, i + 2);
    setSlot(wordOf(moves, i), slot(wordOf(moves, i + 1)) + offset);
  }
}

/** After each run. A carry that is a step of what the loop gives is read there next time. */
export function exchangeCarries(carries: usize, count: i32): void {
  for (let i = 0; i < count * CARRY; i += CARRY) {
    const current = slot(wordOf(carries, i));
    setSlot(wordOf(carries, i), slot(wordOf(carries, i + 1)));
    setSlot(wordOf(carries, i + 1), current);
  }
}
