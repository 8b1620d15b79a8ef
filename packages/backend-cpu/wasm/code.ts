// The code of an instruction: functions of registers, each of which holds a chunk of lanes.
import { findAdam, isOfAdam } from './adam';
import { chainAt, lengthOf, runChain } from './chains';
import { FN_CONSTANT } from './codes';
import { applyFunction } from './lanes';
import { BLOCK, CHUNK, CHUNK_BYTES } from './operands';
import { isMeasuring, next, setWord, take, wordOf, words } from './runtime';

/** Words of a step: function, dtype of the arguments, target, arguments. */
const STEP: i32 = 6;

let count: i32 = 0;
let steps: usize = 0;
let firstStep: i32 = 0;
/** For each register where its lanes lie now, and where those lie that a step writes. */
let registers: usize = 0;
let buffers: usize = 0;
/** For each step the memory that it writes instead of its register's buffer, else 0. */
let targets: usize = 0;
/** For each step the chain that begins there, or 0, or `LEFT_OUT`. */
let chains: usize = 0;
const LEFT_OUT: i32 = -1;

/** Reads the code that comes next, and computes its constants. */
export function readCode(): void {
  const registerCount = next();
  count = next();
  steps = words(count * STEP);
  registers = take((<usize>registerCount) << 2);
  buffers = take(<usize>registerCount * CHUNK_BYTES);
  targets = take((<usize>count) << 2);
  chains = take((<usize>count) << 2);
  firstStep = 0;
  if (isMeasuring()) return;
  for (let i = 0; i < count; i++) setWord(targets, i, 0);
  while (firstStep < count && field(firstStep, 0) == FN_CONSTANT) {
    const buffer = bufferOf(field(firstStep, 2));
    const value = i32x4.splat(field(firstStep, 3));
    for (let i: usize = 0; i < (<usize>CHUNK) << 2; i += 16) v128.store(buffer + i, value);
    setRegister(field(firstStep, 2), buffer);
    firstStep++;
  }
  for (let i = firstStep; i < count; i++) setWord(chains, i, chainAt(steps + ((<usize>(i * STEP)) << 2), count - i));
}

/** Whether there is nothing to compute. */
export function isEmptyCode(): bool {
  return count == 0;
}

// @ts-ignore: decorator
@inline
function field(step: i32, place: i32): i32 {
  return wordOf(steps, step * STEP + place);
}

// @ts-ignore: decorator
@inline
function bufferOf(register: i32): usize {
  return buffers + <usize>register * CHUNK_BYTES;
}

/** Where the lanes of a register lie. */
export function registerOf(register: i32): usize {
  return <usize>wordOf(registers, register);
}

export function setRegister(register: i32, lanes: usize): void {
  setWord(registers, register, <i32>lanes);
}

/** Copies the lanes of a register from where they lie to memory of its own. */
export function saveRegister(register: i32, lanes: i32): void {
  memory.copy(bufferOf(register), registerOf(register), (<usize>lanes) << 2);
  setRegister(register, bufferOf(register));
}

/** Runs the code on `lanes` lanes, from the lane `start` on of memory that steps write themselves. */
export function runCode(lanes: i32, start: i32): void {
  // memory must not be written beyond its end
  const isWhole = lanes % BLOCK == 0;
  for (let step = firstStep; step < count; step++) {
    const first = step;
    const chain = wordOf(chains, first);
    if (chain == LEFT_OUT) continue;
    // only the last step of a chain stores lanes
    step += lengthOf(chain) - 1;
    const register = field(step, 2);
    const target = <usize>wordOf(targets, step);
    const to = target && isWhole ? target + ((<usize>start) << 2) : bufferOf(register);
    if (chain) runChain(chain, steps + ((<usize>(first * STEP)) << 2), registers, to, lanes);
    else {
      const a = registerOf(field(step, 3));
      const b = registerOf(field(step, 4));
      const c = registerOf(field(step, 5));
      applyFunction(field(step, 0), field(step, 1), to, a, b, c, lanes);
    }
    setRegister(register, to);
  }
}

/** Whether the code ends with a step of Adam whose weights the step `last` makes. */
export function endsWithAdam(last: i32): bool {
  return findAdam(steps, firstStep, count, last);
}

/** Leaves what was found of Adam to who runs it. */
export function leaveOutAdam(): void {
  const all = count;
  for (let step = firstStep; step < all; step++) setWord(chains, step, isOfAdam(step) ? LEFT_OUT : 0);
  // where there is nothing else, nothing runs
  while (count > firstStep && isOfAdam(count - 1)) count--;
}

/** The step that writes a register last; -1 if none does. */
export function lastStepOf(register: i32): i32 {
  for (let step = count - 1; step >= 0; step--) if (field(step, 2) == register) return step;
  return -1;
}

/** Whether a step after `step` reads a register. */
export function isReadAfter(step: i32, register: i32): bool {
  for (let later = step + 1; later < count; later++) {
    if (field(later, 3) == register || field(later, 4) == register || field(later, 5) == register) return true;
  }
  return false;
}

/** Makes a step write to memory. */
export function setTarget(step: i32, address: usize): void {
  setWord(targets, step, <i32>address);
}

/** Whether a step is a constant's. */
export function isConstant(step: i32): bool {
  return step < firstStep;
}
