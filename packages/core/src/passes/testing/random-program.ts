import { ProgramBuilder } from '../../program/builder.ts';
import { callOf, type Expression, inputOf, numberOf } from '../../program/expression.ts';
import { allocate, type Elements } from '../../program/primitive.ts';
import type { WindowAttributes } from '../../program/primitives/geometry.ts';
import type { Program, ProgramDType, ValueId, ValueType } from '../../program/program.ts';
import { type Shape, sameShape, sizeOf } from '../../tensor/shape.ts';

/**
 * A small program with one instruction for every few of the `choices`; any list of natural numbers makes a legal program, and
 * a shorter list a smaller one. So a list that breaks something can be shrunk.
 *
 * @param sizes the two sizes that most axes have
 * @example
 * fc.assert(fc.property(fc.array(fc.nat()), (choices) => { const program = randomProgram(choices); … }));
 */
export function randomProgram(choices: readonly number[], sizes: readonly [number, number] = [2, 3]): Program {
  const left = new Choices(choices);
  const writer = Writer.ofProgram(left, sizes);
  while (left.areLeft) writer.writeInstruction();
  return writer.finish();
}

/** Values for everything that a program reads from outside: small numbers, and those that break careless rewrites. */
export function randomValues(types: readonly ValueType[], seed: number): Elements[] {
  let state = seed >>> 0;
  const next = (below: number): number => {
    // A linear congruence (Numerical Recipes): good enough to mix test values.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return types.map((type) => {
    const data = allocate(type);
    return data.map(() => {
      if (type.dtype === 'bool') return next(2);
      if (type.dtype === 'uint8') return next(256);
      if (type.dtype === 'int32') return next(9) - 4;
      return next(4) === 0 ? SPECIAL[next(SPECIAL.length)]! : (next(4001) - 2000) / 500;
    }) as typeof data;
  });
}

const SPECIAL = [0, -0, 1, -1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40, 3e38];

const FLOAT: ProgramDType = 'float32';
const UNARY = 'neg abs square sqrt exp relu sigmoid sign floor'.split(' ');
const BINARY = 'add sub mul div max min pow squaredDifference step'.split(' ');
const NUMBERS = [0, -0, 1, -1, 2, 0.5, 8, Number.NaN, Number.POSITIVE_INFINITY];

/** Numbers that decide, one after the other; one that is not there is 0. */
class Choices {
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
class Writer {
  readonly #choices: Choices;
  readonly #builder = new ProgramBuilder();
  readonly #values: ValueId[] = [];
  readonly #states: ValueId[] = [];
  readonly #sizes: readonly [number, number];
  #ids = 0;
  readonly #shapes: readonly Shape[];
  readonly #mostElements: number;

  private constructor(choices: Choices, sizes: readonly [number, number]) {
    const [m, n] = sizes;
    this.#choices = choices;
    this.#sizes = sizes;
    this.#shapes = [[], [1], [n], [m, n], [n, m], [m, 1], [1, n], [m, m, n], [m, n, n]];
    this.#mostElements = Math.max(64, 2 * m * n * n);
  }

  static ofProgram(choices: Choices, sizes: readonly [number, number]): Writer {
    const writer = new Writer(choices, sizes);
    const [m, n] = sizes;
    for (const shape of [[m, n], [n], []]) writer.#input(`x${shape.length}`, { shape, dtype: FLOAT });
    writer.#ids = writer.#input('ids', { shape: [n], dtype: 'int32' });
    writer.#input('flags', { shape: [m, n], dtype: 'bool' });
    for (const name of ['weight', 'moment']) {
      const state = writer.#builder.state(name, 'weight', { shape: [m, n], dtype: FLOAT });
      writer.#states.push(state);
      writer.#values.push(state);
    }
    return writer;
  }

  /** The body of a loop; the ids come last. */
  static ofBody(choices: Choices, sizes: readonly [number, number], inputs: readonly ValueType[]): Writer {
    const writer = new Writer(choices, sizes);
    const ids = inputs.map((type, i) => writer.#input(`${i}`, type));
    writer.#ids = ids.at(-1)!;
    // there is always something that fits
    for (const shape of [[], [sizes[1]]]) writer.#values.push(writer.#builder.constant(0.5, { shape, dtype: FLOAT }));
    return writer;
  }

  #input(name: string, type: ValueType): ValueId {
    const id = this.#builder.input(name, type);
    this.#values.push(id);
    return id;
  }

  writeInstruction(): void {
    const write = this.#pick(this.#writers);
    this.#values.push(...write());
  }

  /** The next carries, of these types, then so many outputs of the step. */
  finishBody(carries: readonly ValueType[], outputs: number): Program {
    const next = carries.map((type) =>
      this.#pick(this.#values.filter((id) => sameType(this.#typeOf(id), type)).slice(-4)),
    );
    return this.#builder.build([...next, ...Array.from({ length: outputs }, () => this.#any())]);
  }

  /** The states take values of their type; the outputs are the values that nobody reads, but for one, so there is dead code. */
  finish(): Program {
    for (const state of this.#states) {
      const fitting = this.#values.filter((id) => sameType(this.#typeOf(id), this.#typeOf(state)));
      this.#builder.update(state, this.#pick(fitting.slice(-6)));
    }
    const { instructions } = this.#builder.build([]);
    const read = new Set(instructions.flatMap(({ inputs }) => inputs));
    const unread = instructions.flatMap(({ outputs }) => outputs).filter((id) => !read.has(id));
    const dead = this.#choose(unread.length + 1);
    return this.#builder.build(unread.filter((_, i) => i !== dead));
  }

  readonly #writers: readonly (() => readonly ValueId[])[] = [
    () => this.#map(),
    () => this.#map(),
    () => this.#map(),
    () => this.#map(),
    () => this.#constant(),
    () => this.#reduce(),
    () => this.#reshape(),
    () => this.#reshape(),
    () => this.#transpose(),
    () => this.#broadcast(),
    () => this.#slice(),
    () => this.#pad(),
    () => this.#concat(),
    () => this.#reverse(),
    () => this.#dot(),
    () => this.#cast(),
    () => this.#select(),
    () => this.#generate(),
    () => this.#activation(),
    () => this.#mapMany(),
    () => this.#bags(),
    () => this.#updateRows(),
    () => this.#again(),
    () => this.#again(),
    () => this.#loop(),
    () => this.#softmax(),
    () => this.#conv(),
    () => this.#pool(),
    () => this.#betweenTransposes(),
    () => this.#logSoftmaxInSteps(),
    () => this.#sideBySide(),
    () => this.#oneHot(),
  ];

  #map(): readonly ValueId[] {
    const inputs = this.#broadcastable();
    return this.#emit('map', inputs, { expr: this.#expression(inputs.length, 1 + this.#choose(3)) });
  }

  #mapMany(): readonly ValueId[] {
    const inputs = this.#broadcastable();
    const exprs = [1, 2].map(() => this.#expression(inputs.length, 1 + this.#choose(2)));
    return this.#emit('mapMany', inputs, { exprs });
  }

  /** Rows that are gathered and reduced. */
  #bags(): readonly ValueId[] {
    const table = this.#float();
    const [rows] = this.#typeOf(table).shape;
    if (!rows) return [];
    const [ids] = this.#emit('map', [this.#ids], {
      expr: callOf('min', callOf('abs', inputOf(0)), numberOf(rows - 1)),
    });
    const [taken] = this.#emit('gather', [table, ids!], { axis: 0, batchDims: 0 });
    const reduced = this.#emit('reduce', [taken!], { kind: this.#pick(['sum', 'mean', 'max']), axes: [0] });
    return this.#choose(4) ? reduced : [taken!, ...reduced];
  }

  /** Rows that are added up by ids, and a table that is made from the sums. */
  #updateRows(): readonly ValueId[] {
    const values = this.#recent(({ shape, dtype }) => dtype === FLOAT && shape[0] === this.#sizes[1]);
    if (this.#typeOf(values).shape[0] !== this.#sizes[1]) return [];
    const [sums] = this.#emit('scatterAdd', [this.#ids, values], { size: 1 + this.#choose(4) });
    const partner = this.#partnerOf(sums!);
    const table = this.#emit('map', [partner, sums!], { expr: callOf(this.#pick(BINARY), inputOf(0), inputOf(1)) });
    return this.#choose(4) ? table : [sums!, ...table];
  }

  /** One to three values that broadcast together. */
  #broadcastable(): readonly ValueId[] {
    const first = this.#float();
    const inputs = [first, this.#partnerOf(first), this.#partnerOf(first)].slice(0, 1 + this.#choose(3));
    const shapes = inputs.map((id) => this.#typeOf(id).shape);
    return inputs.filter((_, i) => shapes.slice(0, i).every((shape) => fits(shape, shapes[i]!)));
  }

  #expression(inputs: number, depth: number): Expression {
    if (depth === 0) return this.#choose(4) ? inputOf(this.#choose(inputs)) : numberOf(this.#pick(NUMBERS));
    const own = inputOf(this.#choose(inputs));
    if (this.#choose(2)) return callOf(this.#pick(UNARY), depth === 1 ? own : this.#expression(inputs, depth - 1));
    const [left, right] = [this.#expression(inputs, depth - 1), this.#expression(inputs, 0)];
    return this.#choose(2) ? callOf(this.#pick(BINARY), left, right) : callOf(this.#pick(BINARY), right, left);
  }

  #constant(): readonly ValueId[] {
    const shape = this.#pick(this.#shapes);
    const type = { shape, dtype: FLOAT };
    if (this.#choose(2)) return [this.#builder.constant(this.#pick(NUMBERS), type)];
    return [this.#builder.constant(randomValues([type], this.#choose(1000))[0]!, type)];
  }

  #reduce(): readonly ValueId[] {
    const x = this.#float();
    const axes = this.#typeOf(x).shape.flatMap((_, axis) => (this.#choose(2) ? [axis] : []));
    const attrs = { kind: this.#pick(['sum', 'mean', 'max', 'min', 'prod']), axes };
    return this.#emit('reduce', [x], this.#choose(3) ? attrs : { ...attrs, expr: this.#expression(1, 1) });
  }

  #reshape(): readonly ValueId[] {
    const x = this.#any();
    const { shape } = this.#typeOf(x);
    const size = sizeOf(shape);
    const shapes = [shape, [size], [1, ...shape], shape.filter((dim) => dim !== 1), shape.toReversed()];
    return this.#emit('reshape', [x], { shape: this.#pick(shapes) });
  }

  #transpose(): readonly ValueId[] {
    const x = this.#any();
    const axes = this.#typeOf(x).shape.map((_, axis) => axis);
    const turn = this.#choose(Math.max(1, axes.length));
    const perm = this.#pick([axes, axes.toReversed(), [...axes.slice(turn), ...axes.slice(0, turn)]]);
    return this.#emit('transpose', [x], { perm });
  }

  #broadcast(): readonly ValueId[] {
    const x = this.#any();
    const { shape } = this.#typeOf(x);
    const wider = shape.map((dim) => (dim === 1 ? 1 + this.#choose(3) : dim));
    return this.#emit('broadcast', [x], {
      shape: this.#choose(2) ? wider : [2, ...wider].slice(shape.length > 2 ? 1 : 0),
    });
  }

  #slice(): readonly ValueId[] {
    const x = this.#any();
    const { shape } = this.#typeOf(x);
    const begin = shape.map((dim) => (this.#choose(2) ? this.#choose(dim) : 0));
    const size = shape.map((dim, i) => (this.#choose(2) ? dim - begin[i]! : 1));
    return this.#emit('slice', [x], { begin, size, strides: shape.map(() => 1) });
  }

  #pad(): readonly ValueId[] {
    const x = this.#float();
    const pads = this.#typeOf(x).shape.map(() => [this.#choose(2), this.#choose(2)]);
    return this.#emit('pad', [x], {
      pads: this.#choose(2) ? pads : pads.map(() => [0, 0]),
      value: this.#pick(NUMBERS),
    });
  }

  #concat(): readonly ValueId[] {
    const x = this.#any();
    if (this.#typeOf(x).shape.length === 0) return [];
    const axis = this.#choose(this.#typeOf(x).shape.length);
    return this.#emit('concat', this.#choose(2) ? [x] : [x, x], { axis });
  }

  #reverse(): readonly ValueId[] {
    const x = this.#any();
    return this.#emit('reverse', [x], {
      axes: this.#typeOf(x).shape.flatMap((_, axis) => (this.#choose(2) ? [axis] : [])),
    });
  }

  #dot(): readonly ValueId[] {
    const matrices = this.#values.filter(
      (id) => this.#typeOf(id).shape.length === 2 && this.#typeOf(id).dtype === FLOAT,
    );
    if (!matrices.length) return [];
    const a = this.#pick(matrices);
    const attrs = { transposeA: false, transposeB: true };
    return this.#emit('dot', [a, a], this.#choose(3) ? attrs : { ...attrs, epilogue: this.#expression(1, 1) });
  }

  #cast(): readonly ValueId[] {
    return this.#emit('map', [this.#any()], { expr: callOf(this.#pick(['f32', 'bool', 'f32']), inputOf(0)) });
  }

  #select(): readonly ValueId[] {
    const x = this.#float();
    const [flags] = this.#emit('map', [x, this.#partnerOf(x)], {
      expr: callOf(this.#pick(['gt', 'eq', 'le']), inputOf(0), inputOf(1)),
    });
    const expr = callOf('select', inputOf(0), inputOf(1), this.#choose(2) ? inputOf(1) : numberOf(this.#pick(NUMBERS)));
    return [flags!, ...this.#emit('map', [flags!, x], { expr })];
  }

  #generate(): readonly ValueId[] {
    const shape = this.#pick(this.#shapes);
    if (this.#choose(2)) return this.#emit('fill', [], { shape, value: this.#pick(NUMBERS), dtype: FLOAT });
    return shape.length ? this.#emit('iota', [], { shape, axis: this.#choose(shape.length) }) : [];
  }

  /** An activation and its gradient. */
  #activation(): readonly ValueId[] {
    const x = this.#float();
    const [y] = this.#emit('map', [x], { expr: callOf(this.#pick(['relu', 'relu6', 'abs']), inputOf(0)) });
    const sign = callOf('step', inputOf(0), numberOf(this.#pick(NUMBERS)));
    const gradient = this.#emit('map', [x, this.#partnerOf(x)], { expr: callOf('mul', sign, inputOf(1)) });
    return [y!, ...gradient];
  }

  /** A recurrent computation, over a sequence or not. */
  #loop(): readonly ValueId[] {
    const sequence = this.#recent(({ shape }) => shape.length > 0);
    const sequences = this.#choose(2);
    const length = sequences ? this.#typeOf(sequence).shape[0]! : 1 + this.#choose(3);
    const carries = [this.#any(), this.#any()].slice(this.#choose(3));
    const inputs = [...carries, ...(sequences ? [sequence] : []), this.#any(), this.#ids];
    const typeOf = (id: ValueId, place: number): ValueType => {
      const type = this.#typeOf(id);
      return sequences && place === carries.length ? { ...type, shape: type.shape.slice(1) } : type;
    };
    const writer = Writer.ofBody(this.#choices, this.#sizes, inputs.map(typeOf));
    for (let left = 1 + this.#choose(4); left > 0; left--) writer.writeInstruction();
    const outputs = this.#choose(3) + (carries.length ? 0 : 1);
    const body = writer.finishBody(carries.map(this.#typeOf), outputs);
    const reverse = this.#choose(2) === 1;
    return this.#emit('loop', inputs, { length, carries: carries.length, sequences, reverse, body });
  }

  #softmax(): readonly ValueId[] {
    const x = this.#float();
    if (!this.#typeOf(x).shape.length) return [];
    return this.#emit(this.#pick(['softmax', 'logSoftmax']), [this.#finite(x)], {});
  }

  /** A map of a transpose, and the transpose that undoes it. */
  #betweenTransposes(): readonly ValueId[] {
    const x = this.#float();
    const axes = this.#typeOf(x).shape.map((_, axis) => axis);
    const turn = this.#choose(Math.max(1, axes.length));
    const [moved] = this.#emit('transpose', [x], { perm: [...axes.slice(turn), ...axes.slice(0, turn)] });
    const between = this.#emit('map', [moved!], { expr: this.#expression(1, 2) });
    const perm = axes.map((axis) => (axis + axes.length - turn) % axes.length);
    return this.#emit('transpose', between, { perm });
  }

  /** The logarithm of softmax, step by step. */
  #logSoftmaxInSteps(): readonly ValueId[] {
    const x = this.#finite(this.#float());
    const { shape } = this.#typeOf(x);
    if (!shape.length) return [];
    const rows = { axes: [shape.length - 1] };
    const column = (id: ValueId): ValueId => this.#builder.reshape(id, [...shape.slice(0, -1), 1]);
    const difference = { expr: callOf('sub', inputOf(0), inputOf(1)) };
    const [most] = this.#emit('reduce', [x], { kind: 'max', ...rows });
    const [shifted] = this.#emit('map', [x, column(most!)], difference);
    const [powers] = this.#emit('map', [shifted!], { expr: callOf('exp', inputOf(0)) });
    const [sum] = this.#emit('reduce', [powers!], { kind: 'sum', ...rows });
    const [log] = this.#emit('map', [sum!], { expr: callOf('log', inputOf(0)) });
    return this.#emit('map', [shifted!, column(log!)], difference);
  }

  /** Two values, each in its place between zeros, and their sum. */
  #sideBySide(): readonly ValueId[] {
    const x = this.#float();
    const { shape } = this.#typeOf(x);
    if (!shape.length) return [];
    const axis = this.#choose(shape.length);
    const [y] = this.#emit('map', [x], { expr: this.#expression(1, 1) });
    const padded = (id: ValueId, pads: readonly [number, number]): ValueId => {
      const all = shape.map((_, at) => (at === axis ? pads : [0, 0]));
      return this.#emit('pad', [id], { pads: all, value: 0 })[0]!;
    };
    const parts = [padded(x, [0, shape[axis]!]), padded(y!, [shape[axis]!, 0])];
    const expr = callOf('add', inputOf(0), inputOf(1));
    return this.#emit('map', this.#choose(2) ? parts : parts.toReversed(), { expr });
  }

  #oneHot(): readonly ValueId[] {
    const [on, off] = this.#pick([
      [1, 0],
      [1, 0],
      [0, 1],
    ] as const);
    const dtype = this.#pick([FLOAT, 'int32', 'bool']);
    return this.#emit('oneHot', [this.#ids], { depth: 1 + this.#choose(4), on, off, dtype });
  }

  /** A value as images of one or two spatial axes that a window of the size can slide over, and how it slides. */
  #images(channels: number, window: readonly number[]): readonly [ValueId, WindowAttributes] {
    const x = this.#finite(this.#float());
    const size = sizeOf(this.#typeOf(x).shape);
    const [flat] = this.#emit('reshape', [x], { shape: [size] });
    const batch = 1 + this.#choose(2);
    const spatial = window.map((taps) => taps + this.#choose(3));
    const needed = sizeOf([batch, ...spatial, channels]);
    const times = Math.ceil(needed / size);
    const [long] = times > 1 ? this.#emit('concat', new Array(times).fill(flat!), { axis: 0 }) : [flat];
    const [cut] = this.#emit('slice', [long!], { begin: [0], size: [needed], strides: [1] });
    const images = this.#builder.reshape(cut!, [batch, ...spatial, channels]);
    const dilations = window.map((taps, i) => {
      const most = taps === 1 ? 2 : Math.floor((spatial[i]! - 1) / (taps - 1));
      return 1 + this.#choose(Math.min(2, most));
    });
    const strides = window.map(() => 1 + this.#choose(3));
    const pads = window.map((): [number, number] => [this.#choose(3), this.#choose(3)]);
    return [images, { strides, dilations, pads }];
  }

  #conv(): readonly ValueId[] {
    const window = Array.from({ length: 1 + this.#choose(2) }, () => 1 + this.#choose(3));
    const groups = 1 + this.#choose(2);
    const [inner, outer] = [1 + this.#choose(2), 1 + this.#choose(3)];
    const [x, attrs] = this.#images(groups * inner, window);
    const type = { shape: [...window, inner, groups * outer], dtype: FLOAT };
    const random = randomValues([type], this.#choose(1000))[0]!.map((value) => (Math.abs(value) < 9 ? value : 0.5));
    const filter = this.#finite(this.#builder.constant(random as Elements, type));
    const y = this.#emit('conv', [x, filter], { ...attrs, groups });
    if (groups > 1 || this.#choose(2)) return y;
    const { shape } = this.#typeOf(x);
    const gradients = [
      ...this.#emit('convInputGrad', [y[0]!, filter], { ...attrs, inputShape: shape }),
      ...this.#emit('convFilterGrad', [x, y[0]!], { ...attrs, filterShape: type.shape }),
    ];
    return [...y, ...gradients];
  }

  #pool(): readonly ValueId[] {
    const window = Array.from({ length: 1 + this.#choose(2) }, () => 1 + this.#choose(3));
    const [x, attrs] = this.#images(1 + this.#choose(3), window);
    return this.#emit('pool', [x], { kind: this.#pick(['max', 'avg']), window, ...attrs });
  }

  /** The value without what is not finite or large, since executors choose what comes of that beside padding. */
  #finite(x: ValueId): ValueId {
    const near = callOf('clip', inputOf(0), numberOf(-8), numberOf(8));
    const expr = callOf('select', callOf('isFinite', inputOf(0)), near, numberOf(0));
    return this.#emit('map', [x], { expr })[0]!;
  }

  /** An earlier instruction once more. */
  #again(): readonly ValueId[] {
    const { instructions } = this.#builder.build([]);
    if (!instructions.length) return [];
    const { primitive, inputs, attrs } = this.#pick(instructions.slice(-6));
    return this.#emit(primitive, inputs, attrs);
  }

  #emit(
    primitive: string,
    inputs: readonly ValueId[],
    attrs: Parameters<ProgramBuilder['emit']>[2],
  ): readonly ValueId[] {
    return this.#builder.emit(primitive, inputs, attrs);
  }

  readonly #typeOf = (id: ValueId): ValueType => this.#builder.typeOf(id);

  #choose(below: number): number {
    return this.#choices.choose(below);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#choose(from.length)]!;
  }

  #any(): ValueId {
    return this.#recent(() => true);
  }

  #float(): ValueId {
    return this.#recent(({ dtype }) => dtype === FLOAT);
  }

  /** A value that broadcasts with `id`. */
  #partnerOf(id: ValueId): ValueId {
    const { shape } = this.#typeOf(id);
    return this.#recent((type) => type.dtype === FLOAT && fits(type.shape, shape));
  }

  /** Often one of the last values, so that chains grow; but what was grown too large is left alone. */
  #recent(test: (type: ValueType) => boolean): ValueId {
    const isSmall = ({ shape }: ValueType) => sizeOf(shape) <= this.#mostElements && shape.length <= 4;
    const fitting = this.#values.filter((id) => isSmall(this.#typeOf(id)) && test(this.#typeOf(id)));
    return this.#pick(this.#choose(3) ? fitting.slice(-6) : fitting);
  }
}

const sameType = (a: ValueType, b: ValueType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Whether two shapes broadcast. */
const fits = (a: Shape, b: Shape): boolean =>
  a.toReversed().every((dim, i) => {
    const other = b.at(-1 - i) ?? 1;
    return i >= b.length || dim === other || dim === 1 || other === 1;
  });
