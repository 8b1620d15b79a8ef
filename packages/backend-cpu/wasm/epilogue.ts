// What is computed of each element of a product before it is stored: a bias, an activation, a mask.
import { DTYPE_FLOAT32 } from './codes';
import { isEmptyCode, isReadAfter, lastStepOf, readCode, registerOf, runCode, setRegister, setTarget } from './code';
import { CHUNK, loadLanes, setOperand, storeLanes, takeOperands } from './operands';
import { isMeasuring, next, setWord, take, words } from './runtime';

let extraCount: i32 = 0;
let extras: usize = 0;
let dims: usize = 0;
let result: i32 = 0;
let isNone: bool = true;
let out: usize = 0;

/** Reads the epilogue of a product of `rows` rows and `columns` columns at `address`. */
export function readEpilogue(rows: i32, columns: i32, address: usize): void {
  out = address;
  extraCount = next();
  extras = takeOperands(extraCount);
  dims = take(8);
  if (!isMeasuring()) {
    setWord(dims, 0, rows);
    setWord(dims, 1, columns);
  }
  for (let i = 0; i < extraCount; i++) {
    const index = next();
    const dtype = next();
    setOperand(extras, i + 0, index, dtype, 2, dims, words(2));
  }
  result = next();
  readCode();
  isNone = isEmptyCode() && extraCount == 0;
  if (isMeasuring() || isNone) return;
  const step = lastStepOf(result);
  if (step >= 0 && !isReadAfter(step, 0)) setTarget(step, address);
}

/** Applies it to the elements `from` … `to - 1` of the product, row-major. */
export function applyEpilogue(from: i32, to: i32): void {
  if (isNone) return;
  for (let start = from; start < to; start += CHUNK) {
    const lanes = min(CHUNK, to - start);
    setRegister(0, out + ((<usize>start) << 2));
    for (let i = 0; i < extraCount; i++) setRegister(i + 1, loadLanes(extras, i, 2, dims, start, lanes));
    runCode(lanes, start);
    const lane = registerOf(result);
    if (lane != out + ((<usize>start) << 2)) storeLanes(out, start, lane, lanes, DTYPE_FLOAT32);
  }
}
