import { UnknownNameError } from '../errors.ts';
import type { Shape } from '../tensor/shape.ts';
import type { VariableKind } from '../tensor/variable.ts';
import { callOf, type Expression, inputOf } from './expression.ts';
import { allocate, type Elements, inferTypes, type Primitive } from './primitive.ts';
import { primitives } from './primitives/index.ts';
import type {
  Instruction,
  InstructionAttributes,
  Program,
  ProgramConstant,
  ProgramInput,
  StateSlot,
  ValueId,
  ValueType,
} from './program.ts';

/**
 * Writes a program, instruction by instruction; the types of the values follow.
 *
 * @example
 * const builder = new ProgramBuilder();
 * const x = builder.input('x', { shape: [2], dtype: 'float32' });
 * const total = builder.state('total', 'metric', { shape: [], dtype: 'float32' });
 * builder.update(total, builder.map('add', total, builder.reduce('sum', x, [0])));
 * const program = builder.build([total]);
 */
export class ProgramBuilder {
  /** Where the instructions from now on come from, unless `emit` says it. */
  origin: string | undefined;
  readonly #types = new Map<ValueId, ValueType>();
  readonly #inputs: ProgramInput[] = [];
  readonly #state: StateSlot[] = [];
  readonly #constants: ProgramConstant[] = [];
  readonly #instructions: Instruction[] = [];

  /** A value that comes with each run. */
  input(name: string, type: ValueType): ValueId {
    const id = this.#newValue(type);
    this.#inputs.push({ id, name });
    return id;
  }

  /** A value that stays from run to run: the one before the step. */
  state(name: string, kind: VariableKind, type: ValueType): ValueId {
    const id = this.#newValue(type);
    this.#state.push({ name, kind, input: id, output: id });
    return id;
  }

  /** Gives a state, named by its value before the step, its value after the step. */
  update(state: ValueId, value: ValueId): void {
    const slot = this.#state.findIndex(({ input }) => input === state);
    if (slot < 0)
      throw new UnknownNameError(
        'state',
        `%${state}`,
        this.#state.map(({ input }) => `%${input}`),
      );
    this.#state[slot] = { ...this.#state[slot]!, output: value };
  }

  /** A value that is known now; a number stands for all elements. */
  constant(data: Elements | number, type: ValueType): ValueId {
    const id = this.#newValue(type);
    const elements = typeof data === 'number' ? allocate({ ...type, shape: [1] }).fill(data) : data;
    this.#constants.push({ id, data: elements });
    return id;
  }

  /** An instruction; returns its outputs. */
  emit(
    primitive: string,
    inputs: readonly ValueId[],
    attrs: InstructionAttributes = {},
    origin: string | undefined = this.origin,
  ): readonly ValueId[] {
    const types = inferTypes(
      requirePrimitive(primitive),
      inputs.map((id) => this.typeOf(id)),
      attrs,
    );
    const outputs = types.map((type) => this.#newValue(type));
    this.#instructions.push({ primitive, inputs, attrs, outputs, ...(origin !== undefined && { origin }) });
    return outputs;
  }

  /** A scalar function, or an expression, of the elements of values that broadcast. */
  map(expression: Expression | string, ...inputs: readonly ValueId[]): ValueId {
    const expr = typeof expression === 'string' ? callOf(expression, ...inputs.map((_, i) => inputOf(i))) : expression;
    return this.#emitOne('map', inputs, { expr });
  }

  /** Several expressions of the elements of the same values. */
  mapMany(exprs: readonly Expression[], ...inputs: readonly ValueId[]): readonly ValueId[] {
    return this.emit('mapMany', inputs, { exprs });
  }

  /** A reduction along axes, which go. */
  reduce(kind: string, x: ValueId, axes: readonly number[]): ValueId {
    return this.#emitOne('reduce', [x], { kind, axes });
  }

  /** The product of matrices `[...batch, m, k]` and `[...batch, k, n]`. */
  dot(a: ValueId, b: ValueId, options: { transposeA?: boolean; transposeB?: boolean } = {}): ValueId {
    return this.#emitOne('dot', [a, b], { transposeA: false, transposeB: false, ...options });
  }

  reshape(x: ValueId, shape: Shape): ValueId {
    return this.#emitOne('reshape', [x], { shape });
  }

  /** Axis `perm[i]` of `x` in place `i`. */
  transpose(x: ValueId, perm: readonly number[]): ValueId {
    return this.#emitOne('transpose', [x], { perm });
  }

  broadcast(x: ValueId, shape: Shape): ValueId {
    return this.#emitOne('broadcast', [x], { shape });
  }

  slice(
    x: ValueId,
    begin: readonly number[],
    size: readonly number[],
    strides: readonly number[] = begin.map(() => 1),
  ): ValueId {
    return this.#emitOne('slice', [x], { begin, size, strides });
  }

  concat(values: readonly ValueId[], axis: number): ValueId {
    return this.#emitOne('concat', values, { axis });
  }

  typeOf(id: ValueId): ValueType {
    const type = this.#types.get(id);
    if (!type)
      throw new UnknownNameError(
        'value',
        `%${id}`,
        [...this.#types.keys()].map((known) => `%${known}`),
      );
    return type;
  }

  build(outputs: readonly ValueId[]): Program {
    for (const id of outputs) this.typeOf(id);
    return {
      inputs: [...this.#inputs],
      state: [...this.#state],
      constants: [...this.#constants],
      instructions: [...this.#instructions],
      outputs: [...outputs],
      types: new Map(this.#types),
    };
  }

  #newValue(type: ValueType): ValueId {
    const id = this.#types.size;
    this.#types.set(id, type);
    return id;
  }

  #emitOne(primitive: string, inputs: readonly ValueId[], attrs: InstructionAttributes): ValueId {
    return this.emit(primitive, inputs, attrs)[0]!;
  }
}

/** The primitive of a name. */
export function requirePrimitive(name: string): Primitive {
  const primitive = Object.hasOwn(primitives, name) ? primitives[name] : undefined;
  if (!primitive) throw new UnknownNameError('primitive', name, Object.keys(primitives));
  return primitive;
}
