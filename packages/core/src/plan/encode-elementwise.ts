import type { Expression } from '../program/expression.ts';
import { callOf, inputOf, numberOf } from '../program/expression.ts';
import { expressionType } from '../program/expression-type.ts';
import { rowMajor } from '../program/strided.ts';
import { broadcastShapes, type Shape, sizeOf } from '../tensor/shape.ts';
import { atLeastOne, collapse } from './collapse.ts';
import { encodeExpressions } from './encode-expression.ts';
import { defineEncoder, type Encoder, type EncoderInput, type Operand, type Part, stridesAs } from './encoder.ts';
import type { Fields } from './layouts.ts';
import { DTYPES, REDUCE_KINDS } from './opcodes.ts';

export const encodeMap: Encoder = defineEncoder<{ expr: Expression }>((input) => mapPart(input, [input.attrs.expr]));

export const encodeMapMany: Encoder = defineEncoder<{ exprs: readonly Expression[] }>((input) =>
  mapPart(input, input.attrs.exprs),
);

function mapPart(
  { inputs, outputs }: Pick<EncoderInput, 'inputs' | 'outputs'>,
  expressions: readonly Expression[],
  shape: Shape = outputs[0]!.type.shape,
): Part {
  const dtypes = outputs.map(({ type }) => type.dtype);
  const code = encodeExpressions(expressions, dtypes, inputs.map(codeInput));
  const loaded = code.loaded.map((place) => inputs[place]!);
  // the outputs take part so that their rows stay whole
  const strides = [...loaded.map((operand) => stridesAs(operand, shape)), rowMajor(shape)];
  const walk = atLeastOne(collapse(shape, strides));
  return {
    opcode: 'map',
    fields: {
      rank: walk.dims.length,
      dims: walk.dims,
      ...inputFields(loaded, walk.strides),
      ...outputFields(outputs, code.results),
      ...code.fields,
    },
  };
}

export const encodeReduce: Encoder = defineEncoder<{
  kind: keyof typeof REDUCE_KINDS;
  axes: readonly number[];
  expr?: Expression;
}>(({ attrs: { kind, axes, expr = inputOf(0) }, inputs, outputs }) => {
  const dtypes = inputs.map(({ type }) => type.dtype);
  const valueDtype = expressionType(expr, dtypes);
  const shape = inputs.reduce<Shape>((all, { type }) => broadcastShapes('reduce', all, type.shape) as Shape, []);
  const code = encodeExpressions([expr], [valueDtype], inputs.map(codeInput));
  const loaded = code.loaded.map((place) => inputs[place]!);
  const strides = loaded.map((operand) => stridesAs(operand, shape));
  const part = (isReduced: boolean) => {
    const chosen = shape.flatMap((_, axis) => (axes.includes(axis) === isReduced ? [axis] : []));
    return collapse(
      chosen.map((axis) => shape[axis]!),
      strides.map((steps) => chosen.map((axis) => steps[axis]!)),
    );
  };
  const [kept, reduced] = [part(false), part(true)];
  // one element each: nothing is reduced. A sum begins with 0, so that of -0 is 0
  if (reduced.dims.length === 0 && valueDtype === outputs[0]!.type.dtype) {
    const isSum = valueDtype === 'float32' && (kind === 'sum' || kind === 'mean');
    return mapPart({ inputs, outputs }, [isSum ? callOf('add', expr, numberOf(0)) : expr], shape);
  }
  const fastest = shape.findLastIndex((dim) => dim > 1);
  const isColumn = fastest >= 0 && !axes.includes(fastest);
  return {
    opcode: 'reduce',
    fields: {
      kind: REDUCE_KINDS[kind],
      order: Number(isColumn),
      nKept: kept.dims.length,
      kept: kept.dims,
      nReduced: reduced.dims.length,
      reduced: reduced.dims,
      ...inputFields(
        loaded,
        loaded.map((_, i) => [...kept.strides[i]!, ...reduced.strides[i]!]),
      ),
      valueDtype: DTYPES[valueDtype],
      valueRegister: code.results[0]!,
      out: outputs[0]!.slot,
      outDtype: DTYPES[outputs[0]!.type.dtype],
      ...code.fields,
    },
  };
});

const softmaxEncoder = (log: number): Encoder =>
  defineEncoder(({ inputs: [x], outputs: [y] }) => {
    const length = x!.type.shape.at(-1)!;
    return {
      opcode: 'softmax',
      fields: { log, rows: sizeOf(x!.type.shape) / length, length, x: x!.slot, out: y!.slot },
    };
  });

export const encodeSoftmax: Encoder = softmaxEncoder(0);
export const encodeLogSoftmax: Encoder = softmaxEncoder(1);

export const codeInput = ({ type, constant }: Operand): { dtype: Operand['type']['dtype']; constant?: number } => ({
  dtype: type.dtype,
  ...(constant !== undefined && { constant }),
});

/** The words of outputs that lie in registers. */
export const outputFields = (outputs: readonly Operand[], registers: readonly number[]): Fields => ({
  nOutputs: outputs.length,
  outputs: outputs.map(({ slot, type }, i) => ({ slot, dtype: DTYPES[type.dtype], register: registers[i]! })),
});

const inputFields = (loaded: readonly Operand[], strides: readonly (readonly number[])[]) => ({
  nInputs: loaded.length,
  inputs: loaded.map(({ source, type }, i) => ({
    slot: source.slot,
    dtype: DTYPES[type.dtype],
    strides: strides[i]!,
  })),
});
