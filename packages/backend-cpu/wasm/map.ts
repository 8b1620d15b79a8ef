// `map`: functions of the elements of several operands.
import { isConstant, isReadAfter, lastStepOf, readCode, registerOf, runCode, setRegister, setTarget } from './code';
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
  const outputCount = next();
  const outputs = words(3 * outputCount);
  readCode();
  if (isMeasuring()) return;

  for (let i = 0; i < outputCount; i++) aim(outputs + ((<usize>(3 * i)) << 2), outputs, outputCount, operands, inputCount);
  const size = product(dims, rank);
  const end = shareEnd(size, CHUNK);
  for (let start = shareStart(size, CHUNK); start < end; start += CHUNK) {
    const lanes = min(CHUNK, end - start);
    for (let i = 0; i < inputCount; i++) setRegister(i, loadLanes(operands, i, rank, dims, start, lanes));
    runCode(lanes, start);
    for (let i = 0; i < outputCount; i++) {
      const to = slot(wordOf(outputs, 3 * i));
      const dtype = wordOf(outputs, 3 * i + 1);
      const from = registerOf(wordOf(outputs, 3 * i + 2));
      if (bytesOf(dtype) == 1 || from != to + ((<usize>start) << 2)) storeLanes(to, start, from, lanes, dtype);
    }
  }
}

/** Lets the step that makes an output write it to its memory, unless the old elements there are still read. */
function aim(output: usize, outputs: usize, outputCount: i32, operands: usize, inputCount: i32): void {
  const address = slot(wordOf(output, 0));
  const register = wordOf(output, 2);
  const step = lastStepOf(register);
  if (bytesOf(wordOf(output, 1)) != 4 || step < 0 || isConstant(step)) return;
  for (let i = 0; i < inputCount; i++) {
    if (!isDirect(operands, i) || addressOf(operands, i) != address) continue;
    if (isReadAfter(step, i)) return;
    for (let other = 0; other < outputCount; other++) if (wordOf(outputs, 3 * other + 2) == i && i != register) return;
  }
  setTarget(step, address);
}
