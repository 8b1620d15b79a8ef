// `map`: functions of the elements of several operands.
import { factorOf, resultOf } from './adam';
import { runAdam } from './adam-loop';
import {
  endsWithAdam,
  isConstant,
  isReadAfter,
  lastStepOf,
  leaveOutAdam,
  readCode,
  registerOf,
  runCode,
  saveRegister,
  setRegister,
  setTarget,
} from './code';
import { DTYPE_FLOAT32 } from './codes';
import { addressOf, CHUNK, isDirect, isSingle, loadLanes, setOperand, storeLanes, takeOperands } from './operands';
import { bytesOf, isMeasuring, next, product, shareEnd, shareStart, slot, wordOf, words } from './runtime';

export function map(): void {
  const rank = next();
  const dims = words(rank);
  const inputCount = next();
  const operands = takeOperands(inputCount);
  for (let i = 0; i < inputCount; i++) {
    const index = next();
    const dtype = next();
    setOperand(operands, i, index, dtype, rank, dims, words(rank));
  }
  readOutputs();
  readCode();
  if (isMeasuring()) return;
  aimOutputs(operands, inputCount, 0);
  const size = product(dims, rank);
  const end = shareEnd(size, CHUNK);
  for (let start = shareStart(size, CHUNK); start < end; start += CHUNK) {
    const lanes = min(CHUNK, end - start);
    for (let i = 0; i < inputCount; i++) setRegister(i, loadLanes(operands, i, rank, dims, start, lanes));
    computeOutputs(start, lanes);
  }
}

/** Slot, dtype and register of each output. */
let outputs: usize = 0;
let outputCount: i32 = 0;

/** Whether the outputs are the results of a step of Adam, and where they lie. */
let isAdam: bool = false;
let toWeights: usize = 0;
let toMeans: usize = 0;
let toSquares: usize = 0;

/** Reads `nOutputs outputs{slot dtype register}`. */
export function readOutputs(): void {
  outputCount = next();
  outputs = words(3 * outputCount);
}

/**
 * Lets the steps that make outputs write them to their memory, unless old elements there are still read. The operands are in the
 * registers from `first` on.
 */
export function aimOutputs(operands: usize, inputCount: i32, first: i32): void {
  isAdam = isStepOfAdam(operands, inputCount, first);
  if (isAdam) return leaveOutAdam();
  for (let i = 0; i < outputCount; i++) {
    const address = slot(wordOf(outputs, 3 * i));
    const register = wordOf(outputs, 3 * i + 2);
    const step = lastStepOf(register);
    if (bytesOf(wordOf(outputs, 3 * i + 1)) != 4 || step < 0 || isConstant(step)) continue;
    if (!isReadLater(address, register, step, operands, inputCount, first)) setTarget(step, address);
  }
}

/** Whether the outputs are the results of a step of Adam, whose factors are the same for all lanes. */
function isStepOfAdam(operands: usize, inputCount: i32, first: i32): bool {
  if (outputCount != 3) return false;
  let last = -1;
  for (let i = 0; i < 3; i++) {
    if (wordOf(outputs, 3 * i + 1) != DTYPE_FLOAT32) return false;
    last = max(last, lastStepOf(wordOf(outputs, 3 * i + 2)));
  }
  if (last < 0 || !endsWithAdam(last)) return false;
  for (let i = 0; i < 4; i++) {
    const register = factorOf(i);
    if (register < first) return false;
    if (register < first + inputCount && !isSingle(operands, register - first)) return false;
  }
  let all = 0;
  for (let i = 0; i < 3; i++) {
    const result = resultOf(lastStepOf(wordOf(outputs, 3 * i + 2)));
    if (result < 0) return false;
    all |= 1 << result;
    const address = slot(wordOf(outputs, 3 * i));
    if (result == 0) toWeights = address;
    else if (result == 1) toMeans = address;
    else toSquares = address;
  }
  return all == 7;
}

/** Whether what lies at an address is read after a step that writes a register. */
function isReadLater(
  address: usize,
  register: i32,
  step: i32,
  operands: usize,
  inputCount: i32,
  first: i32,
): bool {
  for (let i = 0; i < inputCount; i++) {
    if (!isDirect(operands, i) || addressOf(operands, i) != address) continue;
    const old = first + i;
    if (isReadAfter(step, old)) return true;
    for (let other = 0; other < outputCount; other++) {
      if (wordOf(outputs, 3 * other + 2) == old && old != register) return true;
    }
  }
  return false;
}

/** Runs the code on `lanes` lanes, from the lane `start` of the outputs on. */
export function computeOutputs(start: i32, lanes: i32): void {
  runCode(lanes, start);
  if (!isAdam) return storeOutputs(start, lanes);
  const offset = (<usize>start) << 2;
  runAdam(toWeights + offset, toMeans + offset, toSquares + offset, lanes);
}

/** Writes the lanes of the outputs that are not there yet. */
function storeOutputs(start: i32, lanes: i32): void {
  for (let i = 1; i < outputCount; i++) {
    const register = wordOf(outputs, 3 * i + 2);
    // an operand that is an output as it is, where another output takes its place
    if (isStoredBefore(i, registerOf(register), start)) saveRegister(register, lanes);
  }
  for (let i = 0; i < outputCount; i++) {
    const to = slot(wordOf(outputs, 3 * i));
    const dtype = wordOf(outputs, 3 * i + 1);
    const from = registerOf(wordOf(outputs, 3 * i + 2));
    if (bytesOf(dtype) == 1 || from != to + ((<usize>start) << 2)) storeLanes(to, start, from, lanes, dtype);
  }
}

/** Whether an output before the `i`th is written over lanes. */
function isStoredBefore(i: i32, lanes: usize, start: i32): bool {
  for (let other = 0; other < i; other++) {
    const to = slot(wordOf(outputs, 3 * other));
    if (lanes == to + ((<usize>start) << 2) && registerOf(wordOf(outputs, 3 * other + 2)) != lanes) return true;
  }
  return false;
}
