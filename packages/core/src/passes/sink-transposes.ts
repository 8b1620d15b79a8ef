import type { Instruction, Program, ValueId } from '../program/program.ts';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.ts';
import type { Pass } from './pass.ts';
import { reshaped } from './reshapes.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Moves transposes behind the maps that read them, if the transposes after these undo them: so the convolutions of a model with
 * channels first, each of which stands between transposes, follow each other with channels last.
 *
 *     %2 = transpose(%0) {perm=[0, 3, 1, 2]}       %5 = reshape(%1) {shape=[1, 1, 1, 8]}
 *     %3 = map(%2, %1) { relu(add(a, b)) }         %3 = map(%0, %5) { relu(add(a, b)) }
 *     %4 = transpose(%3) {perm=[0, 2, 3, 1]}
 *
 * A reduction that meets the same elements in the same order reads along other axes instead.
 */
export const sinkTransposes: Pass = {
  name: 'sink-transposes',
  run(program) {
    const isWanted = wishes(program);
    const sunk = rewrite(program, [(instruction, view) => behindMap(instruction, view, isWanted), alongOtherAxes]);
    return sunk === program ? program : sinkTransposes.run(sunk);
  },
};

type Perm = readonly number[];

/** Whether all who read a value would rather have what it is a transpose of. */
type Wish = (id: ValueId, perm: Perm, view: ProgramView) => boolean;

function wishes(program: Program): Wish {
  const readers = new Map<ValueId, Instruction[]>();
  for (const instruction of program.instructions) {
    for (const id of instruction.inputs) readers.set(id, [...(readers.get(id) ?? []), instruction]);
  }
  const known = new Map<string, boolean>();
  const isWanted: Wish = (id, perm, view) => {
    const key = `${id} ${perm}`;
    const found = readers.get(id) ?? [];
    const answer = known.get(key) ?? (!view.isKept(id) && found.length > 0 && found.every((each) => wants(each)));
    known.set(key, answer);
    return answer;

    function wants({ primitive, attrs, outputs }: Instruction): boolean {
      if (primitive === 'transpose') return sameShape(attrs.perm as Perm, inverse(perm));
      if (primitive === 'reduce') return attrs.expr === undefined && keepsOrder(attrs.axes as Perm, perm);
      return primitive === 'map' && isWanted(outputs[0]!, perm, view);
    }
  };
  return isWanted;
}

/** `map(transpose(x), y)` → `transpose(map(x, y'))`. */
function behindMap(map: Instruction, view: ProgramView, isWanted: Wish): ReturnType<Rule> {
  if (map.primitive !== 'map') return undefined;
  const { shape } = view.typeOf(map.outputs[0]!);
  const source = map.inputs.find((id) => permOf(id, view) && sameShape(view.typeOf(id).shape, shape));
  const perm = source === undefined ? undefined : permOf(source, view);
  if (!perm || perm.length !== shape.length || !isWanted(map.outputs[0]!, perm, view)) return undefined;
  const inputs: ValueId[] = [];
  for (const id of map.inputs) {
    const before = beforeTranspose(id, perm, view);
    if (before === undefined) return undefined;
    inputs.push(before);
  }
  const [result] = view.emit({ ...map, inputs });
  return { primitive: 'transpose', inputs: [result!], attrs: { perm } };
}

/**
 * What a value is the transpose of. A map repeats what it reads as a broadcast does; where only axes of one element move, a reshape
 * does it. `undefined` for what would have to be moved.
 */
function beforeTranspose(id: ValueId, perm: Perm, view: ProgramView): ValueId | undefined {
  const own = permOf(id, view);
  if (own && sameShape(own, perm)) return view.producerOf(id)!.inputs[0]!;
  const producer = view.producerOf(id);
  if (producer?.primitive === 'broadcast') return beforeTranspose(producer.inputs[0]!, perm, view);
  const { shape } = view.typeOf(id);
  if (sizeOf(shape) === 1) return id;
  const full = [...new Array<number>(perm.length - shape.length).fill(1), ...shape];
  const axes = inverse(perm);
  const moved = axes.filter((axis) => full[axis] !== 1);
  return isAscending(moved) ? reshaped(id, transposed(full, axes), view) : undefined;
}

/** `reduce(transpose(x))` → `reduce(x)`. */
const alongOtherAxes: Rule = (instruction, view) => {
  if (instruction.primitive !== 'reduce' || instruction.inputs.length !== 1) return undefined;
  const perm = permOf(instruction.inputs[0]!, view);
  const axes = instruction.attrs.axes as Perm;
  if (!perm || !keepsOrder(axes, perm)) return undefined;
  const inputs = view.producerOf(instruction.inputs[0]!)!.inputs;
  return { ...instruction, inputs, attrs: { ...instruction.attrs, axes: axes.map((axis) => perm[axis]!) } };
};

/** Whether the axes that are reduced follow each other as before the transpose, and those that are kept. */
function keepsOrder(axes: Perm, perm: Perm): boolean {
  const kept = perm.filter((_, axis) => !axes.includes(axis));
  return isAscending(axes.map((axis) => perm[axis]!)) && isAscending(kept);
}

const isAscending = (axes: Perm): boolean => axes.every((axis, i) => i === 0 || axes[i - 1]! < axis);

function permOf(id: ValueId, view: ProgramView): Perm | undefined {
  const producer = view.producerOf(id);
  return producer?.primitive === 'transpose' ? (producer.attrs.perm as Perm) : undefined;
}

const inverse = (perm: Perm): Perm => perm.map((_, axis) => perm.indexOf(axis));

const transposed = (shape: Shape, perm: Perm): Shape => perm.map((axis) => shape[axis]!);
