import { ProgramBuilder } from '../../program/builder.ts';
import { callOf, type Expression, inputOf, numberOf } from '../../program/expression.ts';
import type { WindowAttributes } from '../../program/primitives/geometry.ts';
import type { Program, ProgramDType, ValueId, ValueType } from '../../program/program.ts';
import { type Shape, sameShape, sizeOf } from '../../tensor/shape.ts';

export const FLOAT: ProgramDType = 'float32';
const UNARY = 'neg abs square sqrt exp relu sigmoid sign floor'.split(' ');
export const BINARY: readonly string[] = 'add sub mul div max min pow squaredDifference step'.split(' ');
export const NUMBERS: readonly number[] = [0, -0, 1, -1, 2, 0.5, 8, Number.NaN, Number.POSITIVE_INFINITY];

/** Writes what stands for one instruction, or for several that belong together, and gives the values that others may read. */
export type RandomInstruction = (w: ProgramWriter) => readonly ValueId[];

/** Numbers that decide, one after the other; one that is not there is 0. */
export class Choices {
  readonly #all: readonly number[];
  #next = 0;

  constructor(all: readonly number[]) {
    this.#all = all;
  }

  get areLeft(): boolean {
    return this.#next < this.#all.length;
  }

  choose(below: number): number {
    return (this.#all[this.#next++] ?? 0) % below;
  }
}

/** Writes a program, or the body of a loop, by choices. */
export class ProgramWriter {
  readonly choices: Choices;
  readonly builder: ProgramBuilder = new ProgramBuilder();
  readonly values: ValueId[] = [];
  readonly #states: ValueId[] = [];
  readonly sizes: readonly [number, number];
  ids = 0;
  readonly shapes: readonly Shape[];
  readonly #mostElements: number;

  private constructor(choices: Choices, sizes: readonly [number, number]) {
    const [m, n] = sizes;
    this.choices = choices;
    this.sizes = sizes;
    this.shapes = [[], [1], [n], [m, n], [n, m], [m, 1], [1, n], [m, m, n], [m, n, n]];
    this.#mostElements = Math.max(64, 2 * m * n * n);
  }

  static ofProgram(choices: Choices, sizes: readonly [number, number]): ProgramWriter {
    const writer = new ProgramWriter(choices, sizes);
    const [m, n] = sizes;
    for (const shape of [[m, n], [n], []]) writer.#input(`x${shape.length}`, { shape, dtype: FLOAT });
    writer.ids = writer.#input('ids', { shape: [n], dtype: 'int32' });
    writer.#input('flags', { shape: [m, n], dtype: 'bool' });
    for (const name of ['weight', 'moment']) {
      const state = writer.builder.state(name, 'weight', { shape: [m, n], dtype: FLOAT });
      writer.#states.push(state);
      writer.values.push(state);
    }
    return writer;
  }

  /** The body of a loop; the ids come last. */
  static ofBody(choices: Choices, sizes: readonly [number, number], inputs: readonly ValueType[]): ProgramWriter {
    const writer = new ProgramWriter(choices, sizes);
    const ids = inputs.map((type, i) => writer.#input(`${i}`, type));
    writer.ids = ids.at(-1)!;
    // there is always something that fits
    for (const shape of [[], [sizes[1]]]) writer.values.push(writer.builder.constant(0.5, { shape, dtype: FLOAT }));
    return writer;
  }

  #input(name: string, type: ValueType): ValueId {
    const id = this.builder.input(name, type);
    this.values.push(id);
    return id;
  }

  /** One of these instructions. */
  write(instructions: readonly RandomInstruction[]): void {
    this.values.push(...this.pick(instructions)(this));
  }

  /** The next carries, of these types, then so many outputs of the step. */
  finishBody(carries: readonly ValueType[], outputs: number): Program {
    const next = carries.map((type) =>
      this.pick(this.values.filter((id) => sameType(this.typeOf(id), type)).slice(-4)),
    );
    return this.builder.build([...next, ...Array.from({ length: outputs }, () => this.any())]);
  }

  /** The states take values of their type; the outputs are the values that nobody reads, but for one, so there is dead code. */
  finish(): Program {
    for (const state of this.#states) {
      const fitting = this.values.filter((id) => sameType(this.typeOf(id), this.typeOf(state)));
      this.builder.update(state, this.pick(fitting.slice(-6)));
    }
    const { instructions } = this.builder.build([]);
    const read = new Set(instructions.flatMap(({ inputs }) => inputs));
    const unread = instructions.flatMap(({ outputs }) => outputs).filter((id) => !read.has(id));
    const dead = this.choose(unread.length + 1);
    return this.builder.build(unread.filter((_, i) => i !== dead));
  }

  /** One to three values that broadcast together. */
  broadcastable(): readonly ValueId[] {
    const first = this.float();
    const inputs = [first, this.partnerOf(first), this.partnerOf(first)].slice(0, 1 + this.choose(3));
    const shapes = inputs.map((id) => this.typeOf(id).shape);
    return inputs.filter((_, i) => shapes.slice(0, i).every((shape) => fits(shape, shapes[i]!)));
  }

  expression(inputs: number, depth: number): Expression {
    if (depth === 0) return this.choose(4) ? inputOf(this.choose(inputs)) : numberOf(this.pick(NUMBERS));
    const own = inputOf(this.choose(inputs));
    if (this.choose(2)) return callOf(this.pick(UNARY), depth === 1 ? own : this.expression(inputs, depth - 1));
    const [left, right] = [this.expression(inputs, depth - 1), this.expression(inputs, 0)];
    return this.choose(2) ? callOf(this.pick(BINARY), left, right) : callOf(this.pick(BINARY), right, left);
  }

  /** A value as images of one or two spatial axes that a window of the size can slide over, and how it slides. */
  images(channels: number, window: readonly number[]): readonly [ValueId, WindowAttributes] {
    const x = this.finite(this.float());
    const size = sizeOf(this.typeOf(x).shape);
    const [flat] = this.emit('reshape', [x], { shape: [size] });
    const batch = 1 + this.choose(2);
    const spatial = window.map((taps) => taps + this.choose(3));
    const needed = sizeOf([batch, ...spatial, channels]);
    const times = Math.ceil(needed / size);
    const [long] = times > 1 ? this.emit('concat', new Array(times).fill(flat!), { axis: 0 }) : [flat];
    const [cut] = this.emit('slice', [long!], { begin: [0], size: [needed], strides: [1] });
    const images = this.builder.reshape(cut!, [batch, ...spatial, channels]);
    const dilations = window.map((taps, i) => {
      const most = taps === 1 ? 2 : Math.floor((spatial[i]! - 1) / (taps - 1));
      return 1 + this.choose(Math.min(2, most));
    });
    const strides = window.map(() => 1 + this.choose(3));
    const pads = window.map((): [number, number] => [this.choose(3), this.choose(3)]);
    return [images, { strides, dilations, pads }];
  }

  /** The value without what is not finite or large, since executors choose what comes of that beside padding. */
  finite(x: ValueId): ValueId {
    const near = callOf('clip', inputOf(0), numberOf(-8), numberOf(8));
    const expr = callOf('select', callOf('isFinite', inputOf(0)), near, numberOf(0));
    return this.emit('map', [x], { expr })[0]!;
  }

  emit(
    primitive: string,
    inputs: readonly ValueId[],
    attrs: Parameters<ProgramBuilder['emit']>[2],
  ): readonly ValueId[] {
    return this.builder.emit(primitive, inputs, attrs);
  }

  readonly typeOf = (id: ValueId): ValueType => this.builder.typeOf(id);

  choose(below: number): number {
    return this.choices.choose(below);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.choose(from.length)]!;
  }

  any(): ValueId {
    return this.recent(() => true);
  }

  float(): ValueId {
    return this.recent(({ dtype }) => dtype === FLOAT);
  }

  /** A value that broadcasts with `id`. */
  partnerOf(id: ValueId): ValueId {
    const { shape } = this.typeOf(id);
    return this.recent((type) => type.dtype === FLOAT && fits(type.shape, shape));
  }

  /** Often one of the last values, so that chains grow; but what was grown too large is left alone. */
  recent(test: (type: ValueType) => boolean): ValueId {
    const isSmall = ({ shape }: ValueType) => sizeOf(shape) <= this.#mostElements && shape.length <= 4;
    const fitting = this.values.filter((id) => isSmall(this.typeOf(id)) && test(this.typeOf(id)));
    return this.pick(this.choose(3) ? fitting.slice(-6) : fitting);
  }
}

const sameType = (a: ValueType, b: ValueType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Whether two shapes broadcast. */
const fits = (a: Shape, b: Shape): boolean =>
  a.toReversed().every((dim, i) => {
    const other = b.at(-1 - i) ?? 1;
    return i >= b.length || dim === other || dim === 1 || other === 1;
  });
