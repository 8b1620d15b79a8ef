import type { Expression } from '../program/expression.ts';
import type { Shape } from '../tensor/shape.ts';
import { codeInput } from './encode-elementwise.ts';
import { encodeExpressions } from './encode-expression.ts';
import { defineEncoder, type Encoder, type Operand, stridesAs } from './encoder.ts';
import type { Fields } from './layouts.ts';
import { DTYPES } from './opcodes.ts';

interface Attributes {
  readonly epilogue?: Expression;
  readonly slope?: Expression;
}

export const encodeAttention: Encoder = defineEncoder<Attributes>(
  ({ attrs: { epilogue }, inputs: [q, k, v, ...extras], outputs: [y] }) => ({
    opcode: 'attention',
    fields: {
      ...scoreFields(q!, k!, v!),
      out: y!.slot,
      ...codeFields(epilogue, extras, scoresShape(q!, k!)),
    },
  }),
);

export const encodeAttentionGrad: Encoder = defineEncoder<Attributes>(
  ({ attrs: { epilogue, slope }, inputs: [q, k, v, dy, ...extras], outputs: [dq, dk, dv] }) => {
    const shape = scoresShape(q!, k!);
    const code = codeFields(slope, extras, shape);
    return {
      opcode: 'attentionGrad',
      fields: {
        ...scoreFields(q!, k!, v!),
        dy: dy!.slot,
        dq: dq!.slot,
        dk: dk!.slot,
        dv: dv!.slot,
        ...codeFields(epilogue, extras, shape),
        nSlopeExtras: code.nExtras!,
        slopeExtras: code.extras!,
        slopeRegister: code.resultRegister!,
        nSlopeRegisters: code.nRegisters!,
        nSlopeSteps: code.nSteps!,
        slopeSteps: code.steps!,
      },
    };
  },
);

/** `[batch, heads, queries, keys]`. */
const scoresShape = (q: Operand, k: Operand): Shape => {
  const [batch, queries, heads] = q.type.shape as [number, number, number];
  return [batch, heads, queries, k.type.shape[1]!];
};

function scoreFields(q: Operand, k: Operand, v: Operand): Fields {
  const [batch, heads, queries, keys] = scoresShape(q, k) as [number, number, number, number];
  const [dim, valueDim] = [q.type.shape[3]!, v.type.shape[3]!];
  return { batch, heads, queries, keys, dim, valueDim, q: q.slot, k: k.slot, v: v.slot };
}

/** The words of what is done with each score. */
function codeFields(expression: Expression | undefined, extras: readonly Operand[], shape: Shape): Fields {
  if (!expression) return { nExtras: 0, extras: [], resultRegister: 0, nRegisters: 1, nSteps: 0, steps: [] };
  const code = encodeExpressions([expression], ['float32'], [{ dtype: 'float32' }, ...extras.map(codeInput)], 1);
  const moves = code.loaded.slice(1).map((place) => {
    const extra = extras[place - 1]!;
    const [batchStride, headStride, rowStride, colStride] = stridesAs(extra, shape) as [number, number, number, number];
    const { slot } = extra.source;
    return { slot, dtype: DTYPES[extra.type.dtype], batchStride, headStride, rowStride, colStride };
  });
  return { nExtras: moves.length, extras: moves, resultRegister: code.results[0]!, ...code.fields };
}
