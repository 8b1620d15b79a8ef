import { callOf, type Expression, inputOf, numberOf } from '../../program/expression.ts';
import type { Elements } from '../../program/primitive.ts';
import type { ValueId, ValueType } from '../../program/program.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { BINARY, FLOAT, NUMBERS, ProgramWriter, type RandomInstruction } from './program-writer.ts';
import { randomValues } from './random-values.ts';

/** What programs are made of; what stands more than once is more frequent. Each gives the values it has written. */
export const instructions: readonly RandomInstruction[] = [
  map,
  map,
  map,
  map,
  constant,
  reduce,
  reshape,
  reshape,
  transpose,
  broadcast,
  slice,
  pad,
  concat,
  reverse,
  dot,
  cast,
  select,
  generate,
  activation,
  mapMany,
  bags,
  updateRows,
  again,
  again,
  loop,
  softmax,
  attention,
  conv,
  pool,
  betweenTransposes,
  logSoftmaxInSteps,
  sideBySide,
  oneHot,
  rounding,
];

function map(w: ProgramWriter): readonly ValueId[] {
  const inputs = w.broadcastable();
  return w.emit('map', inputs, { expr: w.expression(inputs.length, 1 + w.choose(3)) });
}

function mapMany(w: ProgramWriter): readonly ValueId[] {
  const inputs = w.broadcastable();
  const exprs = [1, 2].map(() => w.expression(inputs.length, 1 + w.choose(2)));
  return w.emit('mapMany', inputs, { exprs });
}

/** Rows that are gathered and reduced. */
function bags(w: ProgramWriter): readonly ValueId[] {
  const table = w.float();
  const [rows] = w.typeOf(table).shape;
  if (!rows) return [];
  const [ids] = w.emit('map', [w.ids], {
    expr: callOf('min', callOf('abs', inputOf(0)), numberOf(rows - 1)),
  });
  const [taken] = w.emit('gather', [table, ids!], { axis: 0, batchDims: 0 });
  const reduced = w.emit('reduce', [taken!], { kind: w.pick(['sum', 'mean', 'max']), axes: [0] });
  return w.choose(4) ? reduced : [taken!, ...reduced];
}

/** Rows that are added up by ids, and a table that is made from the sums. */
function updateRows(w: ProgramWriter): readonly ValueId[] {
  const values = w.recent(({ shape, dtype }) => dtype === FLOAT && shape[0] === w.sizes[1]);
  if (w.typeOf(values).shape[0] !== w.sizes[1]) return [];
  const [sums] = w.emit('scatterAdd', [w.ids, values], { size: 1 + w.choose(4) });
  const partner = w.partnerOf(sums!);
  const table = w.emit('map', [partner, sums!], { expr: callOf(w.pick(BINARY), inputOf(0), inputOf(1)) });
  return w.choose(4) ? table : [sums!, ...table];
}

function constant(w: ProgramWriter): readonly ValueId[] {
  const shape = w.pick(w.shapes);
  const type = { shape, dtype: FLOAT };
  if (w.choose(2)) return [w.builder.constant(w.pick(NUMBERS), type)];
  return [w.builder.constant(randomValues([type], w.choose(1000))[0]!, type)];
}

function reduce(w: ProgramWriter): readonly ValueId[] {
  const x = w.float();
  const axes = w.typeOf(x).shape.flatMap((_, axis) => (w.choose(2) ? [axis] : []));
  const attrs = { kind: w.pick(['sum', 'mean', 'max', 'min', 'prod']), axes };
  return w.emit('reduce', [x], w.choose(3) ? attrs : { ...attrs, expr: w.expression(1, 1) });
}

function reshape(w: ProgramWriter): readonly ValueId[] {
  const x = w.any();
  const { shape } = w.typeOf(x);
  const size = sizeOf(shape);
  const shapes = [shape, [size], [1, ...shape], shape.filter((dim) => dim !== 1), shape.toReversed()];
  return w.emit('reshape', [x], { shape: w.pick(shapes) });
}

function transpose(w: ProgramWriter): readonly ValueId[] {
  const x = w.any();
  const axes = w.typeOf(x).shape.map((_, axis) => axis);
  const turn = w.choose(Math.max(1, axes.length));
  const perm = w.pick([axes, axes.toReversed(), [...axes.slice(turn), ...axes.slice(0, turn)]]);
  return w.emit('transpose', [x], { perm });
}

function broadcast(w: ProgramWriter): readonly ValueId[] {
  const x = w.any();
  const { shape } = w.typeOf(x);
  const wider = shape.map((dim) => (dim === 1 ? 1 + w.choose(3) : dim));
  return w.emit('broadcast', [x], {
    shape: w.choose(2) ? wider : [2, ...wider].slice(shape.length > 2 ? 1 : 0),
  });
}

function slice(w: ProgramWriter): readonly ValueId[] {
  const x = w.any();
  const { shape } = w.typeOf(x);
  const begin = shape.map((dim) => (w.choose(2) ? w.choose(dim) : 0));
  const size = shape.map((dim, i) => (w.choose(2) ? dim - begin[i]! : 1));
  return w.emit('slice', [x], { begin, size, strides: shape.map(() => 1) });
}

function pad(w: ProgramWriter): readonly ValueId[] {
  const x = w.float();
  const pads = w.typeOf(x).shape.map(() => [w.choose(2), w.choose(2)]);
  return w.emit('pad', [x], {
    pads: w.choose(2) ? pads : pads.map(() => [0, 0]),
    value: w.pick(NUMBERS),
  });
}

function concat(w: ProgramWriter): readonly ValueId[] {
  const x = w.any();
  if (w.typeOf(x).shape.length === 0) return [];
  const axis = w.choose(w.typeOf(x).shape.length);
  return w.emit('concat', w.choose(2) ? [x] : [x, x], { axis });
}

function reverse(w: ProgramWriter): readonly ValueId[] {
  const x = w.any();
  return w.emit('reverse', [x], {
    axes: w.typeOf(x).shape.flatMap((_, axis) => (w.choose(2) ? [axis] : [])),
  });
}

function dot(w: ProgramWriter): readonly ValueId[] {
  const matrices = w.values.filter((id) => w.typeOf(id).shape.length === 2 && w.typeOf(id).dtype === FLOAT);
  if (!matrices.length) return [];
  const a = w.pick(matrices);
  const attrs = { transposeA: false, transposeB: true };
  return w.emit('dot', [a, a], w.choose(3) ? attrs : { ...attrs, epilogue: w.expression(1, 1) });
}

/** A matrix whose rows look at each other; perhaps with the gradient. */
function attention(w: ProgramWriter): readonly ValueId[] {
  const matrices = w.values.filter((id) => w.typeOf(id).shape.length === 2 && w.typeOf(id).dtype === FLOAT);
  if (!matrices.length) return [];
  const x = w.pick(matrices.slice(-6));
  const product = (a: ValueId, b: ValueId, transposeA: boolean, transposeB: boolean) =>
    w.emit('dot', [a, b], { transposeA, transposeB })[0]!;
  const half = (expr: Expression) => callOf('mul', expr, numberOf(0.5));
  const [scores] = w.emit('map', [product(x, x, false, true)], { expr: half(inputOf(0)) });
  const [weights] = w.emit('softmax', [scores!], {});
  const y = product(weights!, x, false, false);
  if (w.choose(2)) return w.choose(3) ? [y] : [y, weights!];
  const slopes = product(x, x, false, true);
  const [products] = w.emit('map', [slopes, weights!], { expr: callOf('mul', inputOf(0), inputOf(1)) });
  const [sums] = w.emit('reduce', [products!], { kind: 'sum', axes: [1] });
  const [column] = w.emit('reshape', [sums!], { shape: [w.typeOf(x).shape[0]!, 1] });
  const difference = callOf('mul', inputOf(0), callOf('sub', inputOf(1), inputOf(2)));
  const [ds] = w.emit('map', [weights!, slopes, column!], { expr: half(difference) });
  const gradients = [product(ds!, x, false, false), product(ds!, x, true, false), product(weights!, x, true, false)];
  return w.choose(3) ? [y, ...gradients] : [y, ...gradients, w.pick([ds!, slopes, weights!])];
}

function cast(w: ProgramWriter): readonly ValueId[] {
  return w.emit('map', [w.any()], { expr: callOf(w.pick(['f32', 'bool', 'f32']), inputOf(0)) });
}

function select(w: ProgramWriter): readonly ValueId[] {
  const x = w.float();
  const [flags] = w.emit('map', [x, w.partnerOf(x)], {
    expr: callOf(w.pick(['gt', 'eq', 'le']), inputOf(0), inputOf(1)),
  });
  const expr = callOf('select', inputOf(0), inputOf(1), w.choose(2) ? inputOf(1) : numberOf(w.pick(NUMBERS)));
  return [flags!, ...w.emit('map', [flags!, x], { expr })];
}

function generate(w: ProgramWriter): readonly ValueId[] {
  const shape = w.pick(w.shapes);
  if (w.choose(2)) return w.emit('fill', [], { shape, value: w.pick(NUMBERS), dtype: FLOAT });
  return shape.length ? w.emit('iota', [], { shape, axis: w.choose(shape.length) }) : [];
}

/** An activation and its gradient. */
function activation(w: ProgramWriter): readonly ValueId[] {
  const x = w.float();
  const [y] = w.emit('map', [x], { expr: callOf(w.pick(['relu', 'relu6', 'abs']), inputOf(0)) });
  const sign = callOf('step', inputOf(0), numberOf(w.pick(NUMBERS)));
  const gradient = w.emit('map', [x, w.partnerOf(x)], { expr: callOf('mul', sign, inputOf(1)) });
  return [y!, ...gradient];
}

/** A recurrent computation, over a sequence or not. */
function loop(w: ProgramWriter): readonly ValueId[] {
  const sequence = w.recent(({ shape }) => shape.length > 0);
  const sequences = w.choose(2);
  const length = sequences ? w.typeOf(sequence).shape[0]! : 1 + w.choose(3);
  const carries = [w.any(), w.any()].slice(w.choose(3));
  const inputs = [...carries, ...(sequences ? [sequence] : []), w.any(), w.ids];
  const typeOf = (id: ValueId, place: number): ValueType => {
    const type = w.typeOf(id);
    return sequences && place === carries.length ? { ...type, shape: type.shape.slice(1) } : type;
  };
  const writer = ProgramWriter.ofBody(w.choices, w.sizes, inputs.map(typeOf));
  for (let left = 1 + w.choose(4); left > 0; left--) writer.write(instructions);
  const outputs = w.choose(3) + (carries.length ? 0 : 1);
  const body = writer.finishBody(carries.map(w.typeOf), outputs);
  const reverse = w.choose(2) === 1;
  return w.emit('loop', inputs, { length, carries: carries.length, sequences, reverse, body });
}

function softmax(w: ProgramWriter): readonly ValueId[] {
  const x = w.float();
  if (!w.typeOf(x).shape.length) return [];
  return w.emit(w.pick(['softmax', 'logSoftmax']), [w.finite(x)], {});
}

/** A map of a transpose, and the transpose that undoes it. */
function betweenTransposes(w: ProgramWriter): readonly ValueId[] {
  const x = w.float();
  const axes = w.typeOf(x).shape.map((_, axis) => axis);
  const turn = w.choose(Math.max(1, axes.length));
  const [moved] = w.emit('transpose', [x], { perm: [...axes.slice(turn), ...axes.slice(0, turn)] });
  const between = w.emit('map', [moved!], { expr: w.expression(1, 2) });
  const perm = axes.map((axis) => (axis + axes.length - turn) % axes.length);
  return w.emit('transpose', between, { perm });
}

/** The logarithm of softmax, step by step. */
function logSoftmaxInSteps(w: ProgramWriter): readonly ValueId[] {
  const x = w.finite(w.float());
  const { shape } = w.typeOf(x);
  if (!shape.length) return [];
  const rows = { axes: [shape.length - 1] };
  const column = (id: ValueId): ValueId => w.builder.reshape(id, [...shape.slice(0, -1), 1]);
  const difference = { expr: callOf('sub', inputOf(0), inputOf(1)) };
  const [most] = w.emit('reduce', [x], { kind: 'max', ...rows });
  const [shifted] = w.emit('map', [x, column(most!)], difference);
  const [powers] = w.emit('map', [shifted!], { expr: callOf('exp', inputOf(0)) });
  const [sum] = w.emit('reduce', [powers!], { kind: 'sum', ...rows });
  const [log] = w.emit('map', [sum!], { expr: callOf('log', inputOf(0)) });
  return w.emit('map', [shifted!, column(log!)], difference);
}

/** Two values, each in its place between zeros, and their sum. */
function sideBySide(w: ProgramWriter): readonly ValueId[] {
  const x = w.float();
  const { shape } = w.typeOf(x);
  if (!shape.length) return [];
  const axis = w.choose(shape.length);
  const [y] = w.emit('map', [x], { expr: w.expression(1, 1) });
  const padded = (id: ValueId, pads: readonly [number, number]): ValueId => {
    const all = shape.map((_, at) => (at === axis ? pads : [0, 0]));
    return w.emit('pad', [id], { pads: all, value: 0 })[0]!;
  };
  const parts = [padded(x, [0, shape[axis]!]), padded(y!, [shape[axis]!, 0])];
  const expr = callOf('add', inputOf(0), inputOf(1));
  return w.emit('map', w.choose(2) ? parts : parts.toReversed(), { expr });
}

/** Signs rounded to a format of 16 bits: other numbers may lie on another side of a middle on another executor. */
function rounding(w: ProgramWriter): readonly ValueId[] {
  const expr = callOf(w.pick(['bf16', 'f16']), callOf('sign', inputOf(0)));
  return w.emit('map', [w.float()], { expr });
}

function oneHot(w: ProgramWriter): readonly ValueId[] {
  const [on, off] = w.pick([
    [1, 0],
    [1, 0],
    [0, 1],
  ] as const);
  const dtype = w.pick([FLOAT, 'int32', 'bool']);
  return w.emit('oneHot', [w.ids], { depth: 1 + w.choose(4), on, off, dtype });
}

function conv(w: ProgramWriter): readonly ValueId[] {
  const window = Array.from({ length: 1 + w.choose(2) }, () => 1 + w.choose(3));
  const groups = 1 + w.choose(2);
  const [inner, outer] = [1 + w.choose(2), 1 + w.choose(3)];
  const [x, attrs] = w.images(groups * inner, window);
  const type = { shape: [...window, inner, groups * outer], dtype: FLOAT };
  const random = randomValues([type], w.choose(1000))[0]!.map((value) => (Math.abs(value) < 9 ? value : 0.5));
  const filter = w.finite(w.builder.constant(random as Elements, type));
  const y = w.emit('conv', [x, filter], { ...attrs, groups });
  if (groups > 1 || w.choose(2)) return y;
  const { shape } = w.typeOf(x);
  const gradients = [
    ...w.emit('convInputGrad', [y[0]!, filter], { ...attrs, inputShape: shape }),
    ...w.emit('convFilterGrad', [x, y[0]!], { ...attrs, filterShape: type.shape }),
  ];
  return [...y, ...gradients];
}

function pool(w: ProgramWriter): readonly ValueId[] {
  const window = Array.from({ length: 1 + w.choose(2) }, () => 1 + w.choose(3));
  const [x, attrs] = w.images(1 + w.choose(3), window);
  return w.emit('pool', [x], { kind: w.pick(['max', 'avg']), window, ...attrs });
}

/** An earlier instruction once more. */
function again(w: ProgramWriter): readonly ValueId[] {
  const { instructions } = w.builder.build([]);
  if (!instructions.length) return [];
  const { primitive, inputs, attrs } = w.pick(instructions.slice(-6));
  return w.emit(primitive, inputs, attrs);
}
