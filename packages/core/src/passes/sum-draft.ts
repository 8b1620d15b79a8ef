import { callOf, type Expression, inputOf, numberOf } from '../program/expression.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { broadcastShapes, type Shape, sizeOf } from '../tensor/shape.ts';
import { inputsIn, substitute } from './expressions.ts';
import { mapStep } from './map-steps.ts';
import { reshaped, reshapedFrom } from './reshapes.ts';
import type { ProgramView, Step } from './rewrite.ts';

/** A sum or a mean of an expression of float32 along axes, to be written as a map of other sums. */
export class SumDraft {
  readonly inputs: readonly ValueId[];
  readonly expr: Expression;
  /** The shape of what is summed. */
  readonly shape: Shape;
  readonly #instruction: Instruction;
  readonly #view: ProgramView;
  readonly #axes: readonly number[];
  readonly #sums: ValueId[] = [];

  /** That of a reduction, as if it read these inputs; `undefined` if it is none of float32. */
  static of(
    instruction: Instruction,
    inputs: readonly ValueId[],
    expr: Expression,
    view: ProgramView,
  ): SumDraft | undefined {
    const { primitive, attrs } = instruction;
    const isSum = primitive === 'reduce' && (attrs.kind === 'sum' || attrs.kind === 'mean');
    return isSum && inputs.every((id) => view.typeOf(id).dtype === 'float32')
      ? new SumDraft(instruction, inputs, expr, view)
      : undefined;
  }

  private constructor(instruction: Instruction, inputs: readonly ValueId[], expr: Expression, view: ProgramView) {
    this.inputs = inputs;
    this.expr = expr;
    this.shape = broadcastOf(inputs, view);
    this.#instruction = instruction;
    this.#view = view;
    this.#axes = instruction.attrs.axes as readonly number[];
  }

  /** Whether an input is the same for all elements of a sum. */
  isSame(place: number): boolean {
    const own = this.#view.typeOf(this.inputs[place]!).shape;
    return this.#axes.every((axis) => (own[axis - this.shape.length + own.length] ?? 1) === 1);
  }

  /** A product as one of what varies and one of what does not. */
  split(expr: Expression): { readonly inside?: Expression; readonly outside?: Expression } {
    if ([...inputsIn(expr)].every((place) => this.isSame(place))) return { outside: expr };
    if (expr.kind !== 'call' || (expr.fn !== 'mul' && expr.fn !== 'neg')) return { inside: expr };
    const [a, b] = expr.args.map((arg) => this.split(arg));
    if (!b) return a!.outside ? { ...a, outside: callOf('neg', a!.outside) } : { inside: expr };
    const product = (x?: Expression, y?: Expression) => (x && y ? callOf('mul', x, y) : (x ?? y));
    const [inside, outside] = [product(a!.inside, b.inside), product(a!.outside, b.outside)];
    return { ...(inside && { inside }), ...(outside && { outside }) };
  }

  /** Whether an expression is what is summed less its mean, whose sum is 0 up to rounding. */
  isCentred(expr: Expression): boolean {
    if (expr.kind !== 'call' || expr.fn !== 'sub') return false;
    const [x, mean] = expr.args.map((arg) => (arg.kind === 'input' ? this.inputs[arg.index] : undefined));
    if (x === undefined || mean === undefined) return false;
    const maker = this.#view.producerOf(reshapedFrom(mean, this.#view));
    const { kind, axes, expr: of } = maker?.attrs ?? {};
    if (maker?.primitive !== 'reduce' || kind !== 'mean' || of || maker.inputs[0] !== x) return false;
    return String(axes) === String(this.#axes) && sizeOf(this.#view.typeOf(x).shape) === sizeOf(this.shape);
  }

  /** The sum of a product, of what varies alone; `undefined` if nothing does, or its inputs alone have another shape. */
  term(expr: Expression): Expression | undefined {
    const { inside, outside } = this.split(expr);
    const sum = inside && (this.isCentred(inside) ? numberOf(0) : this.#sumOf(inside));
    return sum && (outside ? callOf('mul', sum, outside) : sum);
  }

  #sumOf(inside: Expression): Expression | undefined {
    const { inputs } = this;
    const ids = [...new Set([...inputsIn(inside)].map((place) => inputs[place]!))];
    if (broadcastOf(ids, this.#view).join() !== this.shape.join()) return undefined;
    const expr = substitute(inside, (place) => inputOf(ids.indexOf(inputs[place]!)));
    const { kind, axes } = this.#instruction.attrs;
    const attrs = { kind: kind!, axes: axes!, ...(expr.kind !== 'input' && { expr }) };
    this.#sums.push(this.#view.emit({ primitive: 'reduce', inputs: ids, attrs })[0]!);
    return inputOf(inputs.length + this.#sums.length - 1);
  }

  /** The map of an expression over {@link term}s and what is the same for all elements. */
  step(expr: Expression): Step {
    const { shape } = this.#view.typeOf(this.#instruction.outputs[0]!);
    const kept = this.inputs.map((id, place) =>
      this.isSame(place) ? reshaped(id, this.#without(this.#view.typeOf(id).shape), this.#view) : id,
    );
    return mapStep({ attrs: {}, inputs: [...kept, ...this.#sums], expr, shape }, this.#view);
  }

  /** The shape of what is the same for all elements, without the axes of the sum. */
  #without(shape: Shape): Shape {
    const missing = this.shape.length - shape.length;
    return shape.filter((_, axis) => !this.#axes.includes(axis + missing));
  }
}

const broadcastOf = (ids: readonly ValueId[], view: ProgramView): Shape =>
  ids.reduce<Shape>((shape, id) => broadcastShapes('reduce', shape, view.typeOf(id).shape) as Shape, []);
