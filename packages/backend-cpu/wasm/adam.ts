// The step of Adam among the steps of code:
//
//     m' = m + (g - m) · p      v' = v + (s - v) · q      w' = w - m' · α / (√v' + e)
//
// `s` is g², or the sum of the squares of a gradient in parts.
import { DTYPE_FLOAT32, FN_ADD, FN_CLIP, FN_DIV, FN_MUL, FN_SELECT, FN_SQRT, FN_SQUARE, FN_SUB } from './codes';
import { wordOf } from './runtime';

/** Words of a step. */
const STEP: i32 = 6;

/** No value. */
const NONE: i32 = i32.MIN_VALUE;

let steps: usize = 0;
let first: i32 = 0;
let count: i32 = 0;

// A value is the number of the step that makes it, or `~register` of an operand or a constant.
let g: i32 = 0;
let s: i32 = 0;
let m: i32 = 0;
let v: i32 = 0;
let w: i32 = 0;
let alpha: i32 = 0;
let p: i32 = 0;
let q: i32 = 0;
let e: i32 = 0;
let newMean: i32 = 0;
let newSquare: i32 = 0;
let newWeight: i32 = 0;
/** Of steps that are found, a bit each. */
let found: i64 = 0;

// What `approach` finds besides the target.
let from: i32 = 0;
let share: i32 = 0;

/** Whether the steps from `firstStep` on end with Adam's, of which `last` makes the weights. */
export function findAdam(code: usize, firstStep: i32, stepCount: i32, last: i32): bool {
  steps = code;
  first = firstStep;
  count = stepCount;
  found = 0;
  if (count > 63 || !calls(last, FN_SUB)) return false;
  newWeight = take(last);
  w = argument(last, 3);
  const quotient = argument(last, 4);
  if (!calls(quotient, FN_DIV)) return false;
  take(quotient);
  return isDividend(argument(quotient, 3)) && isDivisor(argument(quotient, 4)) && isAlone();
}

/** `m' · α`. */
function isDividend(step: i32): bool {
  if (!calls(step, FN_MUL)) return false;
  take(step);
  newMean = argument(step, 3);
  alpha = argument(step, 4);
  g = approach(newMean);
  if (g == NONE) {
    newMean = argument(step, 4);
    alpha = argument(step, 3);
    g = approach(newMean);
  }
  m = from;
  p = share;
  return g != NONE;
}

/** `√v' + e`. */
function isDivisor(step: i32): bool {
  if (!calls(step, FN_ADD)) return false;
  take(step);
  let root = argument(step, 3);
  e = argument(step, 4);
  if (!calls(root, FN_SQRT)) {
    root = argument(step, 4);
    e = argument(step, 3);
    if (!calls(root, FN_SQRT)) return false;
  }
  take(root);
  newSquare = argument(root, 3);
  s = approach(newSquare);
  v = from;
  q = share;
  if (s == NONE) return false;
  const isSquare = calls(s, FN_SQUARE) || (calls(s, FN_MUL) && argument(s, 4) == g);
  if (isSquare && argument(s, 3) == g) {
    take(s);
    s = NONE;
  }
  return true;
}

/** What `x` is in `from + (x - from) · share`, or `NONE`. */
function approach(step: i32): i32 {
  if (!calls(step, FN_ADD)) return NONE;
  for (let i = 3; i <= 4; i++) {
    from = argument(step, i);
    const product = argument(step, 7 - i);
    if (!calls(product, FN_MUL)) continue;
    for (let k = 3; k <= 4; k++) {
      const difference = argument(product, k);
      share = argument(product, 7 - k);
      if (!calls(difference, FN_SUB) || argument(difference, 4) != from) continue;
      take(step);
      take(product);
      take(difference);
      return argument(difference, 3);
    }
  }
  return NONE;
}

/** Whether the other steps can run before: they need none of these, and leave what these need. */
function isAlone(): bool {
  for (let step = first; step < count; step++) {
    if (isOfAdam(step)) continue;
    const fn = word(step, 0);
    const end = fn == FN_SELECT || fn == FN_CLIP ? 6 : 5;
    for (let i = 3; i < end; i++) {
      const value = argument(step, i);
      if (value >= 0 && isOfAdam(value)) return false;
    }
  }
  const areThere = stays(g) && (s == NONE || stays(s)) && stays(m) && stays(v) && stays(w);
  return areThere && stays(alpha) && stays(p) && stays(q) && stays(e);
}

/** Whether a value is not one of these, and no other step takes its register. */
function stays(value: i32): bool {
  if (value >= 0 && isOfAdam(value)) return false;
  const register = registerOf(value);
  for (let step = max(first, value + 1); step < count; step++) {
    if (!isOfAdam(step) && word(step, 2) == register) return false;
  }
  return true;
}

/** Whether a step is one of those that were found. */
export function isOfAdam(step: i32): bool {
  return ((found >> step) & 1) != 0;
}

/** The register of a factor: α, p, q, e; -1 if it is computed. */
export function factorOf(index: i32): i32 {
  const value = index == 0 ? alpha : index == 1 ? p : index == 2 ? q : e;
  return value < 0 ? ~value : -1;
}

/** The register of an argument: g, s, m, v, w. Where s is g², it is that of g. */
export function argumentOf(index: i32): i32 {
  return registerOf(index == 0 || (index == 1 && s == NONE) ? g : index == 1 ? s : index == 2 ? m : index == 3 ? v : w);
}

/** Whether s is g². */
export function isSquared(): bool {
  return s == NONE;
}

/** Which result a step makes: w', m', v'; -1 if none. */
export function resultOf(step: i32): i32 {
  return step == newWeight ? 0 : step == newMean ? 1 : step == newSquare ? 2 : -1;
}

// @ts-ignore: decorator
@inline
function word(step: i32, place: i32): i32 {
  return wordOf(steps, step * STEP + place);
}

/** Whether a value is made by a step that calls a function of float32. */
function calls(value: i32, fn: i32): bool {
  return value >= 0 && word(value, 0) == fn && word(value, 1) == DTYPE_FLOAT32;
}

function take(step: i32): i32 {
  found |= (<i64>1) << step;
  return step;
}

/** The value of the argument at a place of a step. */
function argument(step: i32, place: i32): i32 {
  const register = word(step, place);
  for (let before = step - 1; before >= first; before--) if (word(before, 2) == register) return before;
  return ~register;
}

function registerOf(value: i32): i32 {
  return value < 0 ? ~value : word(value, 2);
}
