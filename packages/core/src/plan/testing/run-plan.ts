import { evaluateInstruction } from '../../program/interpret.ts';
import { allocate, type Elements } from '../../program/primitive.ts';
import type { ProgramDType, ValueType } from '../../program/program.ts';
import { elementBytes } from '../encoder.ts';
import type { Plan, Slot } from '../plan.ts';
import type { StreamInstruction } from '../read-stream.ts';
import { streamKernels } from './stream-kernels.ts';
import { walkStream } from './walk-stream.ts';

/** The elements of inputs or states by name. */
type Named = Readonly<Record<string, Elements>>;

/** What a run of a plan gives: the elements of the outputs, and those of the states after it by name. */
export interface PlanRun {
  readonly outputs: readonly Elements[];
  readonly state: Named;
}

/** The memory of a run: the elements of every slot. */
export type SlotElements = (slot: number) => Elements;

/**
 * Runs a plan once by its words alone, element by element: what the stream means. Only instructions of the host are evaluated
 * by their primitives. Memory that nobody wrote is full of 255.
 */
export function runPlan(plan: Plan, given: { readonly inputs: Named; readonly state: Named }): PlanRun {
  const { program } = plan;
  const typeOf = (id: number): ValueType => program.types.get(id)!;
  const inputs = program.inputs.map(({ name }) => given.inputs[name]!);
  const states = program.state.map(({ name }) => given.state[name]!.slice());
  const outputs = program.outputs.map((id) => allocate(typeOf(id)));
  for (const output of outputs) bytesOf(output).fill(255);
  const arena = new Uint8Array(plan.arenaBytes).fill(255);
  const bound = { input: inputs, state: states, output: outputs };
  const views = plan.slots.map(({ place, dtype, size }) => {
    if (place.kind === 'constant') return place.data;
    if (place.kind === 'arena') return elementsAt(arena.buffer, place.offset, dtype, size);
    return place.kind === 'moving' ? undefined : bound[place.kind][place.index]!;
  });
  const slot: SlotElements = (index) => views[index]!;

  for (const segment of plan.segments) {
    if (segment.kind === 'words') {
      for (const { instruction, positionOf } of walkStream(plan, segment.from, segment.to)) {
        run(instruction, (index) => view(index, positionOf(index)), plan.slots);
      }
      continue;
    }
    const instruction = program.instructions[segment.instruction]!;
    const { inputs: ids, outputs: made } = instruction;
    const args = ids.map((id) => ({ type: typeOf(id), data: slot(plan.slotOf.get(id)!).slice() }));
    const results = evaluateInstruction(instruction, args, made.map(typeOf));
    made.forEach((id, i) => {
      slot(plan.slotOf.get(id)!).set(results[i]!);
    });
  }
  return { outputs, state: Object.fromEntries(program.state.map(({ name }, i) => [name, states[i]!])) };

  function view(index: number, position: { readonly slot: number; readonly element: number }): Elements {
    if (position.slot === index) return slot(index);
    return slot(position.slot).subarray(position.element, position.element + plan.slots[index]!.size) as Elements;
  }
}

function run({ opcode, fields }: StreamInstruction, slot: SlotElements, slots: readonly Slot[]): void {
  if (opcode === 'loop') return;
  const kernel = streamKernels[opcode];
  if (!kernel) throw new Error(`runPlan: no kernel for ${opcode}`);
  kernel(fields, slot, slots);
}

const bytesOf = (data: Elements): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function elementsAt(buffer: ArrayBuffer, offset: number, dtype: ProgramDType, size: number): Elements {
  if (dtype === 'float32') return new Float32Array(buffer, offset, size);
  return elementBytes(dtype) === 4 ? new Int32Array(buffer, offset, size) : new Uint8Array(buffer, offset, size);
}
