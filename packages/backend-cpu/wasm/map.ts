// `map`: functions of the elements of several operands.
import { isConstant, isReadAfter, lastStepOf, readCode, registerOf, runCode, saveRegister, setRegister, setTarget } from './code';
import { addressOf, CHUNK, isDirect, loadLanes, setOperand, storeLanes, takeOperands } from './operands';
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
    runCode(lanes, start);
    storeOutputs(start, lanes);
  }
}

/** Slot, dtype and register of each output. */
let outputs: usize = 0;
let outputCount: i32 = 0;

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
  for (let i = 0; i < outputCount; i++) {
    const address = slot(wordOf(outputs, 3 * i));
    const register = wordOf(outputs, 3 * i + 2);
    const step = lastStepOf(register);
    if (bytesOf(wordOf(outputs, 3 * i + 1)) != 4 || step < 0 || isConstant(step)) continue;
    if (!isReadLater(address, register, step, operands, inputCount, first)) setTarget(step, address);
  }
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

/** Writes the lanes of the outputs that are not there yet. */
export function storeOutputs(start: i32, lanes: i32): void {
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
