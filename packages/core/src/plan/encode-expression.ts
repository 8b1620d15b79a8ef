import type { Expression } from '../program/expression.ts';
import { argumentTypes, functionOf } from '../program/expression-type.ts';
import type { ProgramDType } from '../program/program.ts';
import { bitsOf } from './bits.ts';
import type { Fields } from './layouts.ts';
import { DTYPES, FUNCTIONS } from './opcodes.ts';
import { spelledOut } from './spelled-out.ts';

/** An input of code. */
export interface CodeInput {
  readonly dtype: ProgramDType;
  /** Its element, where all are the same and known: then it is not loaded. */
  readonly constant?: number | undefined;
}

/** Code for a chunk of elements. */
export interface Code {
  /** `nRegisters`, `nSteps` and `steps`. */
  readonly fields: Fields;
  /** The register of each result. */
  readonly results: readonly number[];
  /** The inputs that are loaded, into the registers 0, 1 …, by their places. */
  readonly loaded: readonly number[];
}

/** What a register will hold. */
interface Node {
  readonly kind: 'input' | 'constant' | 'call';
  /** The place of an input, the bits of a constant. */
  readonly value: number;
  readonly fn: keyof typeof FUNCTIONS;
  /** The dtype of the arguments; of a constant its own. */
  readonly dtype: ProgramDType;
  readonly args: readonly Node[];
  /** How many registers it takes to compute, at least. */
  readonly need: number;
}

/**
 * Expressions as code. What they have in common is computed once; constants come first, in registers of their own; the other
 * registers are used again after their last reader.
 *
 * @param wanted The dtype of each result.
 * @param fixed So many inputs are loaded even if nothing reads them.
 */
export function encodeExpressions(
  expressions: readonly Expression[],
  wanted: readonly ProgramDType[],
  inputs: readonly CodeInput[],
  fixed = 0,
): Code {
  const graph = new Graph(inputs);
  const roots = expressions.map((expression, i) => graph.add(expression, wanted[i]!));
  const order = inOrder(roots);
  const read = new Set(order.filter(({ kind }) => kind === 'input').map(({ value }) => value));
  const loaded = inputs.flatMap((_, place) => (place < fixed || read.has(place) ? [place] : []));
  return { ...assignRegisters(order, roots, loaded), loaded };
}

/** Expressions with one node for all equal parts. */
class Graph {
  readonly #inputs: readonly CodeInput[];
  readonly #types: readonly ProgramDType[];
  readonly #nodes = new Map<string, Node>();
  readonly #names = new Map<Node, number>();

  constructor(inputs: readonly CodeInput[]) {
    this.#inputs = inputs;
    this.#types = inputs.map(({ dtype }) => dtype);
  }

  add(expression: Expression, dtype: ProgramDType): Node {
    if (expression.kind === 'number') return this.#constant(expression.value, dtype);
    if (expression.kind === 'input') {
      const { constant } = this.#inputs[expression.index]!;
      if (constant !== undefined) return this.#constant(constant, dtype);
      return this.#node({ kind: 'input', value: expression.index, fn: 'constant', dtype, args: [], need: 0 });
    }
    functionOf(expression);
    const spelled = spelledOut[expression.fn];
    if (spelled) return this.add(spelled(expression.args[0]!), dtype);
    const types = argumentTypes(expression, dtype, this.#types);
    const args = expression.args.map((arg, i) => this.add(arg, types[i]!));
    return this.#node({
      kind: 'call',
      value: 0,
      fn: expression.fn as keyof typeof FUNCTIONS,
      dtype: types.at(-1)!,
      args,
      need: registersNeeded(args),
    });
  }

  #constant(value: number, dtype: ProgramDType): Node {
    return this.#node({ kind: 'constant', value: bitsOf(value, dtype), fn: 'constant', dtype, args: [], need: 0 });
  }

  #node(node: Node): Node {
    const args = node.args.map((arg) => this.#names.get(arg));
    const key = [node.kind, node.fn, node.dtype, node.value, ...args].join();
    const known = this.#nodes.get(key);
    if (known) return known;
    this.#nodes.set(key, node);
    this.#names.set(node, this.#names.size);
    return node;
  }
}

/** @see Sethi and Ullman, "The generation of optimal code for arithmetic expressions", 1970 */
const registersNeeded = (args: readonly Node[]): number =>
  args
    .map(({ need }) => need)
    .toSorted((a, b) => b - a)
    .reduce((most, need, held) => Math.max(most, need + held), 1);

/** All nodes, arguments first; of the arguments of a call first the one that needs more registers. */
function inOrder(roots: readonly Node[]): readonly Node[] {
  const order = new Set<Node>();
  const visit = (node: Node): void => {
    if (order.has(node)) return;
    node.args.toSorted((a, b) => b.need - a.need).forEach(visit);
    order.add(node);
  };
  roots.forEach(visit);
  return [...order];
}

function assignRegisters(
  order: readonly Node[],
  roots: readonly Node[],
  loaded: readonly number[],
): Pick<Code, 'fields' | 'results'> {
  const constants = order.filter(({ kind }) => kind === 'constant');
  const calls = order.filter(({ kind }) => kind === 'call');
  const lastReader = new Map<Node, Node | undefined>();
  for (const call of calls) for (const arg of call.args) lastReader.set(arg, call);
  for (const root of roots) lastReader.set(root, undefined);

  const registers = new Map<Node, number>();
  for (const node of order) if (node.kind === 'input') registers.set(node, loaded.indexOf(node.value));
  constants.forEach((node, i) => {
    registers.set(node, loaded.length + i);
  });
  let count = loaded.length + constants.length;
  const taken = new Set(registers.values());
  // an input that is loaded for nobody
  const free = loaded.map((_, register) => register).filter((register) => !taken.has(register));

  const steps: Fields[] = constants.map((node) => step(node, registers.get(node)!, [node.value]));
  for (const call of calls) {
    const args = call.args.map((arg) => registers.get(arg)!);
    for (const arg of new Set(call.args)) {
      if (arg.kind !== 'constant' && lastReader.get(arg) === call) free.push(registers.get(arg)!);
    }
    const register = free.pop() ?? count++;
    registers.set(call, register);
    steps.push(step(call, register, args));
  }
  return {
    fields: { nRegisters: count, nSteps: steps.length, steps },
    results: roots.map((root) => registers.get(root)!),
  };
}

const step = ({ fn, dtype }: Node, dst: number, [a = 0, b = 0, c = 0]: readonly number[]): Fields => ({
  fn: FUNCTIONS[fn],
  dtype: DTYPES[dtype],
  dst,
  a,
  b,
  c,
});
