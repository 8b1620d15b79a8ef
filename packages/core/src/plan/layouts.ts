import { CapasError } from '../errors.ts';
import type { Opcode } from './opcodes.ts';

const CODE = 'nRegisters nSteps steps{fn dtype dst a b c}[nSteps]';
const EPILOGUE = `nExtras extras{<slot dtype rowStride colStride}[nExtras] resultRegister ${CODE}`;
const SCORES = 'batch heads queries keys dim valueDim <q <k <v';
const SCORE_EXTRA = '<slot dtype batchStride headStride rowStride colStride';
const SCORE_CODE = `nExtras extras{${SCORE_EXTRA}}[nExtras] resultRegister ${CODE}`;
const SLOPE_CODE = `nSlopeExtras slopeExtras{${SCORE_EXTRA}}[nSlopeExtras] slopeRegister nSlopeRegisters nSlopeSteps slopeSteps{fn dtype dst a b c}[nSlopeSteps]`;
const WINDOW = 'oh ow strideH strideW dilationH dilationW padTop padLeft';
const CONV = `n h w ci kh kw co ${WINDOW} groups`;
const DEPTHWISE = `n h w c kh kw mult ${WINDOW}`;
const POOL = `kind n h w c kh kw ${WINDOW}`;

/**
 * What follows the head of each instruction of the stream. Words by name, from left to right: `<x` is a slot that is read, `>x`
 * one that is written (-1: none); `dims[rank]` are as many words as the word `rank` says, `steps{…}[nSteps]` as many records.
 *
 * What the words mean:
 * - Sizes and strides count elements, offsets too. All arrays are row-major; images are NHWC.
 * - `map`: the outputs are contiguous over `dims`; an input moves by its strides. Its registers are 0, 1 … in order.
 * - `reduce`: an input has strides over the kept dims, then over the reduced ones. `order` 0: the reduced dims vary fastest;
 *   1: the kept ones.
 * - `dot`, `conv`, `convInputGrad`, `depthwiseConv`: an epilogue of no steps and no extras is none. Its register 0 is the result before it,
 *   which it sees as a matrix with the last axis as columns.
 * - `pack`: `b` is a matrix `[k, n]` in this order; `out` has room for it with `n` rounded up to a multiple of 64, and is for `dot` alone.
 * - `attention`, `attentionGrad`: arrays are `[batch, length, heads, dim]`. Register 0 is a score, in the second code what comes out of
 *   the gradient of softmax.
 * - `gatherReduce`: `x` is `[size, inner]`, `ids` `[outer, count]`, `out` `[outer, inner]`.
 * - `updateRows`: `ids` is `[count]`, the values of a sum `[count / repeat, inner]`. The first registers are the sums of the rows
 *   of values by ids, as elements of `[size, inner]`; then the inputs. The outputs are contiguous.
 * - `loop`: the next `bodyWords` words are its body, which is run `length` times. Meanwhile slots move: `slot` is at the step of
 *   `base` (so many `bytes`) whose turn it is, with `reverse` from the last to the first; `current` and `next` are at first where
 *   `from` and `to` are, and change places after each run. `apart` 1: nothing that a run writes is read by another one, so each
 *   thread does some of them alone, with `own` slots at these offsets of `ownBytes` bytes of its own, in place of those of the arena.
 *   `from` and `to` are, and change places after each run. Where `rows` is not 0, all that the body writes has so many, and each is
 *   made of the same rows of what the body writes: an executor may let each thread do some of them alone, all steps, without a barrier.
 * - `steps`: `dtype` is that of the arguments; for `select` of the second and third. `constant` has its bits in `a`. A step
 *   may write the register of its own argument.
 */
export const LAYOUTS: Readonly<Record<Opcode, string>> = {
  host: '',
  map: `rank dims[rank] nInputs inputs{<slot dtype strides[rank]}[nInputs] nOutputs outputs{>slot dtype register}[nOutputs] ${CODE}`,
  reduce: `kind order nKept kept[nKept] nReduced reduced[nReduced] nInputs inputs{<slot dtype strides[nKept+nReduced]}[nInputs] valueDtype valueRegister >out outDtype ${CODE}`,
  softmax: 'log rows length <x >out',
  dot: `nBatch batch[nBatch] m n k transposeA orderB <a stridesA[nBatch] <b stridesB[nBatch] >out ${EPILOGUE}`,
  conv: `${CONV} <x <filter >out ${EPILOGUE}`,
  convInputGrad: `${CONV} <dy <filter >out ${EPILOGUE}`,
  convFilterGrad: `${CONV} <x <dy >out`,
  depthwiseConv: `${DEPTHWISE} <x <filter >out ${EPILOGUE}`,
  depthwiseInputGrad: `${DEPTHWISE} <dy <filter >out`,
  depthwiseFilterGrad: `${DEPTHWISE} <x <dy >out`,
  pool: `${POOL} <x >out`,
  poolGrad: `${POOL} <dy <x >out`,
  gather: 'elementBytes batch outer axisSize inner count <x <indices >out',
  scatterAdd: 'dtype count inner size <ids <values >out',
  gatherNd: 'elementBytes count depth dims[depth] inner <x <indices >out',
  scatterNd: 'dtype mode hasBase count depth dims[depth] inner <indices <updates <base >out',
  copy: 'elementBytes rank dims[rank] <source sourceOffset sourceStrides[rank] >out outOffset outStrides[rank]',
  fill: 'elementBytes count bits >out',
  dynamicSlice: 'elementBytes outer axisSize inner size <start <x >out',
  argReduce: 'kind dtype outer length inner <x >out',
  scan: 'kind dtype exclusive reverse outer length inner <x >out',
  oneHot: 'elementBytes count depth onBits offBits <ids >out',
  sort: 'dtype rows length descending <x >values >indices',
  random: 'distribution count <state >out',
  resize: 'kind n h w c oh ow alignCorners halfPixelCenters <x >out',
  gatherReduce: 'kind outer count inner size <x <ids >out',
  updateRows: `count repeat inner size <ids nSums sums{<slot}[nSums] nInputs inputs{<slot dtype rowStride colStride}[nInputs] nOutputs outputs{>slot dtype register}[nOutputs] ${CODE}`,
  loop: 'length reverse rows nMoves moves{slot base bytes}[nMoves] nCarries carries{current next from to}[nCarries] apart nOwn own{slot offset}[nOwn] ownBytes bodyWords',
  pack: 'k n order <b >out',
  attention: `${SCORES} >out ${SCORE_CODE}`,
  attentionGrad: `${SCORES} <dy >dq >dk >dv ${SCORE_CODE} ${SLOPE_CODE}`,
};

/** The words of an instruction by name. */
export interface Fields {
  readonly [name: string]: number | readonly number[] | readonly Fields[];
}

/** The body of an instruction, and the slots that it reads and writes. */
export interface Body {
  readonly words: readonly number[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** Fields as words. @throws {CapasError} A field is missing, or a list has another length than its count says. */
export function writeBody(opcode: Opcode, fields: Fields): Body {
  const body = { words: [] as number[], reads: [] as number[], writes: [] as number[] };
  const refusal = (name: string) => new CapasError(`plan: ${opcode} has no such \`${name}\` as its layout says.`);
  const write = (parts: readonly LayoutPart[], from: Fields): void => {
    for (const { name, access, count, record } of parts) {
      const value = from[name];
      const list = count ? value : [value];
      if (!Array.isArray(list) || (count && list.length !== countOf(count, from))) throw refusal(name);
      for (const item of list as readonly (number | Fields)[]) {
        if (record && typeof item === 'object') write(record, { ...from, ...item });
        else if (Number.isInteger(item)) body.words.push(item as number);
        else throw refusal(name);
      }
      if (access && value !== NO_SLOT) body[access].push(value as number);
    }
  };
  write(parseLayout(LAYOUTS[opcode]), fields);
  return body;
}

/** The fields of the words from `at` on. */
export function readFields(opcode: Opcode, words: Int32Array, at: number): Fields {
  let next = at;
  const read = (parts: readonly LayoutPart[], outer: Fields): Fields => {
    const fields: Record<string, Fields[string]> = {};
    for (const { name, count, record } of parts) {
      const item = () => (record ? read(record, { ...outer, ...fields }) : words[next++]!);
      fields[name] = count
        ? (Array.from({ length: countOf(count, { ...outer, ...fields }) }, item) as number[] | Fields[])
        : (item() as number);
    }
    return fields;
  };
  return read(parseLayout(LAYOUTS[opcode]), {});
}

/** The slot of an operand that is not there. */
export const NO_SLOT = -1;

interface LayoutPart {
  readonly name: string;
  readonly access?: 'reads' | 'writes';
  /** The words whose sum is the number of items. */
  readonly count?: readonly string[];
  readonly record?: readonly LayoutPart[];
}

function parseLayout(layout: string): LayoutPart[] {
  const parts = layout.matchAll(/([<>]?)(\w+)(?:\{([^}]*)\})?(?:\[([\w+]+)\])?(?: |$)/g);
  return [...parts].map(([, mark, name, record, count]) => ({
    name: name!,
    ...(mark && { access: mark === '<' ? ('reads' as const) : ('writes' as const) }),
    ...(count !== undefined && { count: count.split('+') }),
    ...(record !== undefined && { record: parseLayout(record) }),
  }));
}

const countOf = (count: readonly string[], fields: Fields): number =>
  count.reduce((sum, name) => sum + (fields[name] as number), 0);
