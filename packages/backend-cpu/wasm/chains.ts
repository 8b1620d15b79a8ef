// Chains of steps that what optimizers do consists of, each step working on what the one before left: lanes are loaded and stored
// once. The same functions in the same order give the same bits.
import { DTYPE_FLOAT32, FN_ADD, FN_DIV, FN_MUL, FN_SQRT, FN_SUB } from './codes';
import { wordOf } from './runtime';

/** `b + (a - b) · c`: what moves towards something. */
const APPROACH: i32 = 1;
/** `a - b / (√c + d)`: a step that is divided by a root. */
const DIVIDED: i32 = 2;

/** Words of a step. */
const STEP: i32 = 6;

/** Which chain begins at a step, if there are `left` steps from it on; else 0. */
export function chainAt(step: usize, left: i32): i32 {
  if (left >= 3 && isApproach(step)) return APPROACH;
  if (left >= 4 && isDivided(step)) return DIVIDED;
  return 0;
}

/** How many steps a chain has. */
export function lengthOf(chain: i32): i32 {
  return chain == APPROACH ? 3 : chain == DIVIDED ? 4 : 1;
}

// @ts-ignore: decorator
@inline
function word(step: usize, index: i32, place: i32): i32 {
  return wordOf(step, index * STEP + place);
}

/** Whether a step is a function of float32 that writes the register of the first step. */
function calls(step: usize, index: i32, fn: i32): bool {
  return word(step, index, 0) == fn && word(step, index, 1) == DTYPE_FLOAT32 && word(step, index, 2) == word(step, 0, 2);
}

/** The other argument of a sum or product of the register that the first step writes; -1 if there is none. */
function partner(step: usize, index: i32): i32 {
  const register = word(step, 0, 2);
  const a = word(step, index, 3);
  const b = word(step, index, 4);
  return a == register ? (b == register ? -1 : b) : b == register ? a : -1;
}

function isApproach(step: usize): bool {
  if (!calls(step, 0, FN_SUB) || !calls(step, 1, FN_MUL) || !calls(step, 2, FN_ADD)) return false;
  return partner(step, 1) >= 0 && partner(step, 2) >= 0 && partner(step, 2) == word(step, 0, 4);
}

function isDivided(step: usize): bool {
  if (!calls(step, 0, FN_SQRT) || !calls(step, 1, FN_ADD) || !calls(step, 2, FN_DIV) || !calls(step, 3, FN_SUB)) return false;
  const register = word(step, 0, 2);
  if (partner(step, 1) < 0 || partner(step, 2) < 0 || partner(step, 3) < 0) return false;
  return word(step, 2, 4) == register && word(step, 3, 4) == register;
}

/** Runs a chain over lanes, rounded up to 16. `registers` says where the lanes of a register lie. */
export function runChain(chain: i32, step: usize, registers: usize, to: usize, lanes: i32): void {
  const end = to + ((<usize>((lanes + 15) & ~15)) << 2);
  if (chain == APPROACH) {
    const a = lanesOf(registers, word(step, 0, 3)) - to;
    const b = lanesOf(registers, word(step, 0, 4)) - to;
    const c = lanesOf(registers, partner(step, 1)) - to;
    for (; to < end; to += 32) {
      const b0 = v128.load(to + b);
      const b1 = v128.load(to + b + 16);
      const x0 = f32x4.mul(f32x4.sub(v128.load(to + a), b0), v128.load(to + c));
      const x1 = f32x4.mul(f32x4.sub(v128.load(to + a + 16), b1), v128.load(to + c + 16));
      v128.store(to, f32x4.add(b0, x0));
      v128.store(to, f32x4.add(b1, x1), 16);
    }
  } else {
    const a = lanesOf(registers, word(step, 3, 3)) - to;
    const b = lanesOf(registers, word(step, 2, 3)) - to;
    const c = lanesOf(registers, word(step, 0, 3)) - to;
    const d = lanesOf(registers, partner(step, 1)) - to;
    for (; to < end; to += 32) {
      const x0 = f32x4.add(f32x4.sqrt(v128.load(to + c)), v128.load(to + d));
      const x1 = f32x4.add(f32x4.sqrt(v128.load(to + c + 16)), v128.load(to + d + 16));
      const y0 = f32x4.sub(v128.load(to + a), f32x4.div(v128.load(to + b), x0));
      const y1 = f32x4.sub(v128.load(to + a + 16), f32x4.div(v128.load(to + b + 16), x1));
      v128.store(to, y0);
      v128.store(to, y1, 16);
    }
  }
}

// @ts-ignore: decorator
@inline
function lanesOf(registers: usize, register: i32): usize {
  return <usize>wordOf(registers, register);
}
