import { requirePrimitive } from '../../program/builder.ts';
import { allocate, type Elements, type HostValue, inferTypes } from '../../program/primitive.ts';
import { headsBehind, headsFirst, product, slopesOfSoftmax } from '../../program/primitives/attention-scores.ts';
import type { InstructionAttributes, ValueType } from '../../program/program.ts';
import { viewElements } from '../../program/strided.ts';
import { type Shape, sizeOf } from '../../tensor/shape.ts';
import type { Fields } from '../layouts.ts';
import { DISTRIBUTIONS, type Opcode, ORDERS, REDUCE_KINDS } from '../opcodes.ts';
import type { Slot } from '../plan.ts';
import type { SlotElements } from './run-plan.ts';
import { DTYPE_NAMES, runCode } from './stream-code.ts';

type Kernel = (fields: Fields, slot: SlotElements, slots: readonly Slot[]) => void;

/** Fields that are numbers, as most are. */
const numbersOf = (fields: Fields): Readonly<Record<string, number>> => fields as Readonly<Record<string, number>>;

const records = (value: Fields[string]): readonly Record<string, number>[] =>
  value as readonly unknown[] as readonly Record<string, number>[];

/** The positions in each of several layouts of all elements of some dims, in row-major order. */
function* positions(dims: readonly number[], strides: readonly (readonly number[])[]): Generator<number[]> {
  for (let i = 0; i < sizeOf(dims); i++) {
    let rest = i;
    const at = strides.map(() => 0);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const index = rest % dims[axis]!;
      rest = Math.floor(rest / dims[axis]!);
      strides.forEach((steps, k) => {
        at[k]! += index * steps[axis]!;
      });
    }
    yield at;
  }
}

const map: Kernel = (fields, slot) => {
  const [inputs, outputs] = [records(fields.inputs!), records(fields.outputs!)];
  const strides = inputs.map((input) => input.strides as unknown as number[]);
  let to = 0;
  for (const at of positions(fields.dims as number[], strides)) {
    const registers = runCode(
      fields,
      inputs.map((input, i) => slot(input.slot!)[at[i]!]!),
    );
    for (const output of outputs) slot(output.slot!)[to] = registers[output.register!]!;
    to++;
  }
};

const reduce: Kernel = (fields, slot) => {
  const inputs = records(fields.inputs!);
  const [kept, reduced] = [fields.kept as number[], fields.reduced as number[]];
  const all = inputs.map((input) => input.strides as unknown as number[]);
  const kind = Object.keys(REDUCE_KINDS)[fields.kind as number]!;
  const dtype = DTYPE_NAMES[fields.valueDtype as number]!;
  let to = 0;
  const keptStrides = all.map((steps) => steps.slice(0, kept.length));
  const reducedStrides = all.map((steps) => steps.slice(kept.length));
  for (const start of positions(kept, keptStrides)) {
    const row = allocate({ shape: [sizeOf(reduced)], dtype });
    let i = 0;
    for (const at of positions(reduced, reducedStrides)) {
      const loaded = inputs.map((input, k) => slot(input.slot!)[start[k]! + at[k]!]!);
      row[i++] = runCode(fields, loaded)[fields.valueRegister as number]!;
    }
    const [result] = evaluate('reduce', [{ type: { shape: [row.length], dtype }, data: row }], { kind, axes: [0] });
    slot(fields.out as number)[to++] = result![0]!;
  }
};

/** Applies the epilogue in `fields` to a matrix with so many columns. */
function applyEpilogue(fields: Fields, product: Elements, columns: number, slot: SlotElements): Elements {
  const extras = records(fields.extras!);
  if (extras.length === 0 && fields.nSteps === 0) return product;
  return product.map((value, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const loaded = extras.map((extra) => slot(extra.slot!)[row * extra.rowStride! + column * extra.colStride!]!);
    return runCode(fields, [value, ...loaded])[fields.resultRegister as number]!;
  }) as Elements;
}

const dot: Kernel = (fields, slot) => {
  const { m, n, k, transposeA, orderB, a, b, out } = numbersOf(fields);
  // what is packed lies here by rows
  const transposeB = orderB === ORDERS.columns;
  const results: number[] = [];
  const [shapeA, shapeB] = [transposeA ? [k!, m!] : [m!, k!], transposeB ? [n!, k!] : [k!, n!]];
  for (const [fromA, fromB] of positions(fields.batch as number[], [
    fields.stridesA as number[],
    fields.stridesB as number[],
  ])) {
    const matrices = [floats(shapeA, slot(a!), fromA), floats(shapeB, slot(b!), fromB)];
    const flags = { transposeA: transposeA === 1, transposeB };
    results.push(...evaluate('dot', matrices, flags)[0]!);
  }
  slot(out!).set(applyEpilogue(fields, Float32Array.from(results), n!, slot));
};

/** The elements of what scores meet beside each other, as `[batch, heads, queries, keys]`. */
const scoreExtras = (extras: Fields[string], shape: Shape, slot: SlotElements, slots: readonly Slot[]): HostValue[] =>
  records(extras).map(({ slot: place, batchStride, headStride, rowStride, colStride }) => {
    const type: ValueType = { shape, dtype: slots[place!]!.dtype };
    const strides = [batchStride!, headStride!, rowStride!, colStride!];
    return { type, data: viewElements(type, slot(place!), { offset: 0, strides }) };
  });

/** The code of scores, or another one under these names, as an expression of a score and of so many extras. */
const scoresAfter = (scores: HostValue, code: Fields, extras: readonly HostValue[]): HostValue => ({
  type: scores.type,
  data: scores.data.map((value, i) => {
    const loaded = extras.map(({ data }) => data[i]!);
    return runCode(code, [value, ...loaded])[code.resultRegister as number]!;
  }) as Elements,
});

function readHeads(
  fields: Fields,
  slot: SlotElements,
): { shape: Shape; head(name: string, isValue: boolean): HostValue } {
  const { batch, heads, queries, keys, dim, valueDim } = numbersOf(fields);
  const lengthOf = (name: string) => (name === 'q' || name === 'dy' ? queries! : keys!);
  return {
    shape: [batch!, heads!, queries!, keys!],
    head: (name, isValue) =>
      headsFirst(floats([batch!, lengthOf(name), heads!, isValue ? valueDim! : dim!], slot(fields[name] as number))),
  };
}

const attention: Kernel = (fields, slot, slots) => {
  const { shape, head } = readHeads(fields, slot);
  const scores = product(head('q', false), head('k', false), { transposeB: true });
  const after = scoresAfter(scores, fields, scoreExtras(fields.extras!, shape, slot, slots));
  const weights = { type: scores.type, data: evaluate('softmax', [after], {})[0]! };
  slot(fields.out as number).set(headsBehind(product(weights, head('v', true), {})));
};

const attentionGrad: Kernel = (fields, slot, slots) => {
  const { shape, head } = readHeads(fields, slot);
  const [q, k, v, dy] = [head('q', false), head('k', false), head('v', true), head('dy', true)];
  const scores = scoresAfter(
    product(q, k, { transposeB: true }),
    fields,
    scoreExtras(fields.extras!, shape, slot, slots),
  );
  const weights = { type: scores.type, data: evaluate('softmax', [scores], {})[0]! };
  const code = {
    nRegisters: fields.nSlopeRegisters!,
    steps: fields.slopeSteps!,
    resultRegister: fields.slopeRegister!,
  };
  const slopes = scoresAfter(
    slopesOfSoftmax(weights, product(dy, v, { transposeB: true })),
    code,
    scoreExtras(fields.slopeExtras!, shape, slot, slots),
  );
  slot(fields.dq as number).set(headsBehind(product(slopes, k, {})));
  slot(fields.dk as number).set(headsBehind(product(slopes, q, { transposeA: true })));
  slot(fields.dv as number).set(headsBehind(product(weights, dy, { transposeA: true })));
};

const pack: Kernel = (fields, slot) => {
  const { k, n, order, b, out } = numbersOf(fields);
  const rows =
    order === ORDERS.columns ? evaluate('transpose', [floats([n!, k!], slot(b!))], { perm: [1, 0] })[0]! : slot(b!);
  slot(out!).set(rows);
};

const floats = (shape: Shape, data: Elements, from = 0): HostValue => ({
  type: { shape, dtype: 'float32' },
  data: data.slice(from, from + sizeOf(shape)),
});

/** The attributes of a window; the padding behind is as much as the outputs need. */
function windowOf(fields: Fields): { strides: number[]; dilations: number[]; pads: (readonly [number, number])[] } {
  const { h, w, kh, kw, oh, ow, strideH, strideW, dilationH, dilationW, padTop, padLeft } = numbersOf(fields);
  const behind = (input: number, window: number, output: number, stride: number, dilation: number, before: number) =>
    Math.max(0, (output - 1) * stride + dilation * (window - 1) + 1 - input - before);
  return {
    strides: [strideH!, strideW!],
    dilations: [dilationH!, dilationW!],
    pads: [
      [padTop!, behind(h!, kh!, oh!, strideH!, dilationH!, padTop!)],
      [padLeft!, behind(w!, kw!, ow!, strideW!, dilationW!, padLeft!)],
    ],
  };
}

function convShapes(fields: Fields): { x: Shape; w: Shape; y: Shape } {
  const { n, h, w, ci, kh, kw, co, oh, ow, groups, c, mult } = numbersOf(fields);
  const [channels, filters] = [ci ?? c!, co ?? c! * mult!];
  const inner = mult === undefined ? [channels / groups!, filters] : [channels, mult];
  return { x: [n!, h!, w!, channels], w: [kh!, kw!, ...inner], y: [n!, oh!, ow!, filters] };
}

const groupsOf = ({ groups }: Fields): InstructionAttributes =>
  groups === undefined ? {} : { groups: groups as number };

const convolution =
  (primitive: string): Kernel =>
  (fields, slot) => {
    const { x, w, y } = convShapes(fields);
    const inputs = [floats(x, slot(fields.x as number)), floats(w, slot(fields.filter as number))];
    const [result] = evaluate(primitive, inputs, { ...windowOf(fields), ...groupsOf(fields) });
    slot(fields.out as number).set(fields.extras ? applyEpilogue(fields, result!, y.at(-1)!, slot) : result!);
  };

const inputGradient =
  (primitive: string): Kernel =>
  (fields, slot) => {
    const { x, w, y } = convShapes(fields);
    const inputs = [floats(y, slot(fields.dy as number)), floats(w, slot(fields.filter as number))];
    const attrs = { ...windowOf(fields), ...groupsOf(fields), inputShape: x };
    const [result] = evaluate(primitive, inputs, attrs);
    slot(fields.out as number).set(fields.extras ? applyEpilogue(fields, result!, x.at(-1)!, slot) : result!);
  };

const filterGradient =
  (primitive: string): Kernel =>
  (fields, slot) => {
    const { x, w, y } = convShapes(fields);
    const inputs = [floats(x, slot(fields.x as number)), floats(y, slot(fields.dy as number))];
    const attrs = { ...windowOf(fields), ...groupsOf(fields), filterShape: w };
    slot(fields.out as number).set(evaluate(primitive, inputs, attrs)[0]!);
  };

const pool: Kernel = (fields, slot) => {
  const { kind, n, h, w, c, kh, kw } = numbersOf(fields);
  const attrs = { kind: kind ? 'avg' : 'max', window: [kh!, kw!], ...windowOf(fields) };
  slot(fields.out as number).set(evaluate('pool', [floats([n!, h!, w!, c!], slot(fields.x as number))], attrs)[0]!);
};

const poolGrad: Kernel = (fields, slot) => {
  const { kind, n, h, w, c, kh, kw, oh, ow, dy, x, out } = numbersOf(fields);
  const shape = [n!, h!, w!, c!];
  const attrs = { kind: kind ? 'avg' : 'max', window: [kh!, kw!], ...windowOf(fields) };
  const gradient = floats([n!, oh!, ow!, c!], slot(dy!));
  const [result] = kind
    ? evaluate('poolGrad', [gradient], { ...attrs, inputShape: shape })
    : evaluate('poolGrad', [gradient, floats(shape, slot(x!))], attrs);
  slot(out!).set(result!);
};

const copy: Kernel = (fields, slot) => {
  const [source, out] = [slot(fields.source as number), slot(fields.out as number)];
  const strides = [fields.sourceStrides as number[], fields.outStrides as number[]];
  for (const [from, to] of positions(fields.dims as number[], strides)) {
    out[(fields.outOffset as number) + to!] = source[(fields.sourceOffset as number) + from!]!;
  }
};

const updateRows: Kernel = (fields, slot) => {
  const { count, repeat, inner, size, ids } = numbersOf(fields);
  const sums = records(fields.sums!).map((values) => {
    const sum = new Float32Array(size! * inner!);
    for (let j = 0; j < count!; j++) {
      const id = slot(ids!)[j]!;
      if (id < 0 || id >= size!) continue;
      const from = Math.floor(j / repeat!) * inner!;
      for (let i = 0; i < inner!; i++) sum[id * inner! + i]! += slot(values.slot!)[from + i]!;
    }
    return sum;
  });
  const outputs = records(fields.outputs!);
  for (let at = 0; at < size! * inner!; at++) {
    const [row, column] = [Math.floor(at / inner!), at % inner!];
    const loaded = records(fields.inputs!).map(
      (input) => slot(input.slot!)[row * input.rowStride! + column * input.colStride!]!,
    );
    const registers = runCode(fields, [...sums.map((sum) => sum[at]!), ...loaded]);
    for (const output of outputs) slot(output.slot!)[at] = registers[output.register!]!;
  }
};

const fill: Kernel = (fields, slot, slots) => {
  const { count, bits, out } = numbersOf(fields);
  slot(out!).fill(elementOf(bits!, slots[out!]!), 0, count);
};

const elementOf = (bits: number, { dtype }: Slot): number =>
  dtype === 'float32' ? new Float32Array(Int32Array.of(bits).buffer)[0]! : bits;

/** How an operation is done by its primitive, on arrays of the plainest shapes that its words describe. */
interface ByPrimitive {
  readonly primitive: string;
  readonly inputs: readonly (readonly [name: string, shape: Shape])[];
  readonly attrs: InstructionAttributes;
  readonly outputs?: readonly string[];
}

const byPrimitive =
  (
    describe: (words: Readonly<Record<string, number>>, fields: Fields, slots: readonly Slot[]) => ByPrimitive,
  ): Kernel =>
  (fields, slot, slots) => {
    const { primitive, inputs, attrs, outputs = ['out'] } = describe(numbersOf(fields), fields, slots);
    const values = inputs.map(([name, shape]): HostValue => {
      const place = fields[name] as number;
      return { type: { shape, dtype: slots[place]!.dtype }, data: slot(place).slice() };
    });
    const results = evaluate(primitive, values, attrs);
    outputs.forEach((name, i) => {
      slot(fields[name] as number).set(results[i]!);
    });
  };

const KINDS = { extremum: ['max', 'min'], scan: ['sum', 'prod'], resize: ['nearest', 'bilinear'] } as const;

/** How each instruction of the stream is run. */
export const streamKernels: Readonly<Partial<Record<Opcode, Kernel>>> = {
  map,
  reduce,
  dot,
  attention,
  attentionGrad,
  pack,
  conv: convolution('conv'),
  convInputGrad: inputGradient('convInputGrad'),
  convFilterGrad: filterGradient('convFilterGrad'),
  depthwiseConv: convolution('depthwiseConv'),
  depthwiseInputGrad: inputGradient('depthwiseInputGrad'),
  depthwiseFilterGrad: filterGradient('depthwiseFilterGrad'),
  pool,
  poolGrad,
  copy,
  fill,
  random: byPrimitive(({ distribution, count }) => ({
    primitive: 'random',
    inputs: [['state', [2]]],
    attrs: { shape: [count!], distribution: Object.keys(DISTRIBUTIONS)[distribution!]! },
  })),
  softmax: byPrimitive(({ log, rows, length }) => ({
    primitive: log ? 'logSoftmax' : 'softmax',
    inputs: [['x', [rows!, length!]]],
    attrs: {},
  })),
  gather: byPrimitive(({ batch, outer, axisSize, inner, count }) => ({
    primitive: 'gather',
    inputs: [
      ['x', [batch!, outer!, axisSize!, inner!]],
      ['indices', [batch!, count!]],
    ],
    attrs: { axis: 2, batchDims: 1 },
  })),
  scatterAdd: byPrimitive(({ count, inner, size }) => ({
    primitive: 'scatterAdd',
    inputs: [
      ['ids', [count!]],
      ['values', [count!, inner!]],
    ],
    attrs: { size: size! },
  })),
  gatherReduce: byPrimitive(({ kind, outer, count, inner, size }) => ({
    primitive: 'gatherReduce',
    inputs: [
      ['x', [size!, inner!]],
      ['ids', [outer!, count!]],
    ],
    attrs: { kind: Object.keys(REDUCE_KINDS)[kind!]! },
  })),
  updateRows,
  gatherNd: byPrimitive(({ count, depth, inner }, { dims }) => ({
    primitive: 'gatherNd',
    inputs: [
      ['x', [...(dims as number[]), inner!]],
      ['indices', [count!, depth!]],
    ],
    attrs: {},
  })),
  scatterNd: byPrimitive(({ count, depth, inner, mode, hasBase }, { dims }) => {
    const shape = [...(dims as number[]), inner!];
    return {
      primitive: 'scatterNd',
      inputs: [
        ['indices', [count!, depth!]],
        ['updates', [count!, inner!]],
        ...(hasBase ? [['base', shape] as const] : []),
      ],
      attrs: { shape, mode: mode ? 'update' : 'add' },
    };
  }),
  dynamicSlice: byPrimitive(({ outer, axisSize, inner, size }) => ({
    primitive: 'dynamicSlice',
    inputs: [
      ['x', [outer!, axisSize!, inner!]],
      ['start', []],
    ],
    attrs: { axis: 1, size: size! },
  })),
  argReduce: byPrimitive(({ kind, outer, length, inner }) => ({
    primitive: 'argReduce',
    inputs: [['x', [outer!, length!, inner!]]],
    attrs: { kind: KINDS.extremum[kind!]!, axis: 1 },
  })),
  scan: byPrimitive(({ kind, exclusive, reverse, outer, length, inner }) => ({
    primitive: 'scan',
    inputs: [['x', [outer!, length!, inner!]]],
    attrs: { kind: KINDS.scan[kind!]!, axis: 1, exclusive: exclusive === 1, reverse: reverse === 1 },
  })),
  oneHot: byPrimitive(({ count, depth, onBits, offBits, out }, _, slots) => ({
    primitive: 'oneHot',
    inputs: [['ids', [count!]]],
    attrs: {
      depth: depth!,
      on: elementOf(onBits!, slots[out!]!),
      off: elementOf(offBits!, slots[out!]!),
      dtype: slots[out!]!.dtype,
    },
  })),
  sort: byPrimitive(({ rows, length, descending }) => ({
    primitive: 'sort',
    inputs: [['x', [rows!, length!]]],
    attrs: { axis: 1, descending: descending === 1 },
    outputs: ['values', 'indices'],
  })),
  resize: byPrimitive(({ kind, n, h, w, c, oh, ow, alignCorners, halfPixelCenters }) => ({
    primitive: 'resize',
    inputs: [['x', [n!, h!, w!, c!]]],
    attrs: {
      kind: KINDS.resize[kind!]!,
      size: [oh!, ow!],
      alignCorners: alignCorners === 1,
      halfPixelCenters: halfPixelCenters === 1,
    },
  })),
};

function evaluate(primitive: string, inputs: readonly HostValue[], attrs: InstructionAttributes): readonly Elements[] {
  const definition = requirePrimitive(primitive);
  const types: readonly ValueType[] = inferTypes(
    definition,
    inputs.map(({ type }) => type),
    attrs,
  );
  return definition.evaluate(inputs, attrs, types);
}
