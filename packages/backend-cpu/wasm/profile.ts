// What the instructions took, as the first thread saw them: what it waits for is the instruction before that it waits to be done.

// @ts-ignore: decorator
@external('capas', 'now')
/** Milliseconds. */
declare function now(): f64;

/** Where the times are added up, by numbers of instructions; 0: nowhere. */
let times: usize = 0;
let last: i32 = -1;
let since: f64 = 0;

export function useTimes(table: usize): void {
  times = table;
  last = -1;
}

/** An instruction begins, and the one before ends; -1: there is none. */
export function note(instruction: i32): void {
  if (!times) return;
  const time = now();
  if (last >= 0) {
    const place = times + ((<usize>last) << 3);
    store<f64>(place, load<f64>(place) + time - since);
  }
  last = instruction;
  since = time;
}
