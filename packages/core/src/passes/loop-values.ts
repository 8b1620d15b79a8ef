import type { Instruction, InstructionAttributes, ValueId } from '../program/program.ts';
import type { Shape } from '../tensor/shape.ts';
import type { LoopDraft } from './loop-draft.ts';
import type { ProgramView } from './rewrite.ts';

/** What can be done for all items of a sequence at once. */
const AT_ONCE: ReadonlySet<string> = new Set(['map', 'reshape', 'slice']);

/** The values of a body that are the same in each step, and those that are made from them and from items alone. */
export class LoopValues {
  readonly #loop: LoopDraft;
  readonly #view: ProgramView;
  readonly #fixed: Set<ValueId>;
  readonly #outer = new Map<ValueId, ValueId>();
  readonly #sequences = new Map<ValueId, ValueId>();

  constructor(loop: LoopDraft, view: ProgramView) {
    this.#loop = loop;
    this.#view = view;
    for (const { inner, outer } of loop.invariants) this.#outer.set(inner, outer);
    for (const { inner, outer } of loop.sequences) this.#sequences.set(inner, outer);
    this.#fixed = new Set(this.#outer.keys());
    const isFixed = (id: ValueId): boolean => this.#fixed.has(id) || loop.constantOf(id) !== undefined;
    for (const { primitive, inputs, outputs } of loop.instructions) {
      // a kernel of tfjs may draw from the host
      if (primitive !== 'call' && inputs.every(isFixed)) for (const id of outputs) this.#fixed.add(id);
    }
  }

  /** Whether a value of the body is the same in each step. */
  isFixed(inner: ValueId): boolean {
    return this.#fixed.has(inner) || this.#loop.constantOf(inner) !== undefined;
  }

  /** A fixed value in the program around the loop, made before it. */
  outerOf(inner: ValueId): ValueId {
    const known = this.#outer.get(inner);
    if (known !== undefined) return known;
    const data = this.#loop.constantOf(inner);
    if (data) this.#outer.set(inner, this.#view.addConstant(data, this.#loop.typeOf(inner)));
    else this.#makeBefore(this.#loop.producerOf(inner)!);
    return this.#outer.get(inner)!;
  }

  /**
   * The sequence of which a value is the item, made before the loop: that of an item, or what maps, slices and reshapes make of items and
   * fixed values. `undefined` for what depends on carries.
   */
  sequenceOf(inner: ValueId): ValueId | undefined {
    const known = this.#sequences.get(inner);
    if (known !== undefined) return known;
    const producer = this.#loop.producerOf(inner);
    const made = producer && !this.isFixed(inner) ? this.#makeSequence(producer) : undefined;
    if (made !== undefined) this.#sequences.set(inner, made);
    return made;
  }

  #makeBefore({ primitive, inputs, attrs, outputs, origin }: Instruction): void {
    const step = { primitive, inputs: inputs.map((id) => this.outerOf(id)), attrs };
    const made = this.#view.emit(step, origin);
    outputs.forEach((id, i) => void this.#outer.set(id, made[i]!));
  }

  #makeSequence({ primitive, inputs, attrs, outputs, origin }: Instruction): ValueId | undefined {
    if (!AT_ONCE.has(primitive)) return undefined;
    const { shape } = this.#loop.typeOf(outputs[0]!);
    const outer: ValueId[] = [];
    for (const id of inputs) {
      const isFixed = this.isFixed(id);
      const sequence = isFixed ? this.outerOf(id) : this.sequenceOf(id);
      if (sequence === undefined) return undefined;
      outer.push(isFixed || primitive !== 'map' ? sequence : this.#padded(sequence, shape));
    }
    return this.#view.emit({ primitive, inputs: outer, attrs: this.#attrsAtOnce(primitive, attrs, shape) }, origin)[0]!;
  }

  /** The attributes of an instruction on all items at once. */
  #attrsAtOnce(primitive: string, attrs: InstructionAttributes, shape: Shape): InstructionAttributes {
    const { length } = this.#loop;
    if (primitive === 'reshape') return { shape: [length, ...shape] };
    if (primitive !== 'slice') return attrs;
    const { begin, size, strides } = attrs as Readonly<Record<string, readonly number[]>>;
    return { begin: [0, ...begin!], size: [length, ...size!], strides: [1, ...strides!] };
  }

  /** A sequence whose items have as many axes as `shape`, so that they broadcast as the items do. */
  #padded(sequence: ValueId, shape: Shape): ValueId {
    const [length, ...item] = this.#view.typeOf(sequence).shape as [number, ...number[]];
    if (item.length === shape.length) return sequence;
    const ones = new Array<number>(shape.length - item.length).fill(1);
    return this.#view.emit(reshapeStep(sequence, [length, ...ones, ...item]))[0]!;
  }
}

const reshapeStep = (x: ValueId, shape: Shape) => ({ primitive: 'reshape', inputs: [x], attrs: { shape } });
