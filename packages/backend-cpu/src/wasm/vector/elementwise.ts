import {
  advance,
  and,
  type Code,
  type FunctionCode,
  get,
  ifSet,
  integers,
  isLess,
  lanes,
  loadBytes,
  loadSplat,
  loadVector,
  loopDown,
  number,
  set,
  shiftRight,
  storeByteLane,
  storeFourBytes,
  storeLane,
  storeVector,
} from '../assembler.ts';

/** How an operand is read: floats side by side, one float for the whole row, bytes side by side. */
export type InputKind = 'floats' | 'one' | 'bytes';

/** Puts a vector into a register and returns the code that reads it: for values that are used more than once. */
export type Keep = (value: Code) => Code;

/** A function on vectors of four. */
export interface Elementwise {
  readonly name: string;
  readonly inputs: readonly InputKind[];
  /** `'bytes'` are made of masks: 1 where set. @defaultValue one output of floats */
  readonly outputs?: readonly ('floats' | 'bytes')[];
  /** The outputs from the inputs. */
  readonly compute: (keep: Keep, ...inputs: Code[]) => Code | readonly Code[];
}

/**
 * The loop around a function on vectors of four: over `rows` and `columns`, at least one each. Its parameters are the
 * addresses of inputs and outputs, the two counts, and how far apart the rows of each operand are, in bytes (0 to read
 * the same row again, or to go on with the result of the row before).
 *
 * After the last of a row it reads up to 12 bytes too far, which the allocator's own data makes room for; it never writes
 * there.
 */
export function elementwise({ name, inputs, outputs = ['floats'], compute }: Elementwise): FunctionCode {
  const operands = inputs.length + outputs.length;
  const [rows, columns] = [operands, operands + 1];
  const stride = (operand: number): number => operands + 2 + operand;
  const at = (operand: number): number => 2 * operands + 2 + operand;
  const count = 3 * operands + 2;
  const firstVector = count + 1;
  const output = (i: number): number => inputs.length + i;
  const step = (kind: InputKind): number => ({ floats: 16, bytes: 4, one: 0 })[kind];

  let vectors = inputs.length;
  const statements: number[] = [];
  const keep: Keep = (value) => {
    const local = firstVector + vectors++;
    statements.push(...set(local, value));
    return get(local);
  };
  const computed = compute(keep, ...inputs.map((_, i) => get(firstVector + i)));
  const results = (isCode(computed) ? [computed] : computed).map((result, i) =>
    keep(outputs[i] === 'bytes' ? lanes.toBytes(lanes.and(result, integers(1))) : result),
  );

  const loads = inputs.flatMap((kind, i) => {
    if (kind === 'one') return [];
    return set(firstVector + i, kind === 'bytes' ? loadBytes(get(at(i))) : loadVector(get(at(i))));
  });
  const stores = outputs.flatMap((kind, i) =>
    kind === 'bytes' ? storeFourBytes(get(at(output(i))), results[i]!) : storeVector(get(at(output(i))), results[i]!),
  );
  const storeRest = outputs.flatMap((kind, i) => {
    const storeOne = kind === 'bytes' ? storeByteLane : storeLane;
    const place = get(at(output(i)));
    return [
      ...storeOne(place, results[i]!, 0),
      ...ifSet(isLess(number(1), get(count)), storeOne(place, results[i]!, 1)),
      ...ifSet(isLess(number(2), get(count)), storeOne(place, results[i]!, 2)),
    ];
  });
  const kinds: readonly InputKind[] = [...inputs, ...outputs];
  return {
    name,
    parameters: 2 * operands + 2,
    integers: operands + 1,
    vectors,
    body: loopDown(rows, [
      ...kinds.flatMap((_, i) => set(at(i), get(i))),
      ...inputs.flatMap((kind, i) => (kind === 'one' ? set(firstVector + i, loadSplat(get(i))) : [])),
      ...set(count, shiftRight(get(columns), number(2))),
      ...ifSet(
        get(count),
        loopDown(count, [
          ...loads,
          ...statements,
          ...stores,
          ...kinds.flatMap((kind, i) => (kind === 'one' ? [] : advance(at(i), number(step(kind))))),
        ]),
      ),
      ...set(count, and(get(columns), number(3))),
      ...ifSet(get(count), [...loads, ...statements, ...storeRest]),
      ...kinds.flatMap((_, i) => advance(i, get(stride(i)))),
    ]),
  };
}

const isCode = (computed: Code | readonly Code[]): computed is Code => typeof computed[0] === 'number';
