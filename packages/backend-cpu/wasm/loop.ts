// How a loop moves slots. Each thread moves those of its own table, so nobody waits.
import { setSlot, slot, wordOf } from './runtime';

/** Words of a move: slot, base, bytes. */
export const MOVE: i32 = 3;
/** Words of a carry: current, next, from, to. */
export const CARRY: i32 = 4;

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
