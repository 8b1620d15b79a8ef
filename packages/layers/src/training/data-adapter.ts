import {
  ArgumentError,
  ShapeError,
  scope,
  show,
  showShape,
  type Tensor,
  type TensorLike,
  UnknownNameError,
} from '@capas/core';
import { isTensor, standsForTensor } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import type { Structure } from '../structure.ts';
import { type ClassWeight, classWeightColumn } from './class-weight.ts';
import { type Column, toColumn } from './column.ts';
import { type InputColumns, throughHostFront } from './host-columns.ts';

/** Data for the inputs or outputs of a model: one array, or a list or record of them. */
export type InputData = Structure<TensorLike>;

/** One batch on the backend: what a train step works on. Disposing of it frees its tensors. */
export class Batch {
  readonly x: Structure<Tensor>;
  /** One tensor for each output of the model. */
  readonly y: readonly Tensor[];
  /** One for each output, or none. */
  readonly sampleWeight: readonly (Tensor | undefined)[];
  readonly size: number;

  constructor(x: Structure<Tensor>, y: readonly Tensor[], sampleWeight: readonly (Tensor | undefined)[], size: number) {
    this.x = x;
    this.y = y;
    this.sampleWeight = sampleWeight;
    this.size = size;
  }

  /** Frees the tensors of the batch. */
  dispose(): void {
    const inputs = isTensor(this.x) ? [this.x] : Object.values(this.x);
    for (const tensor of [...inputs, ...this.y, ...this.sampleWeight]) tensor?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** What else comes with the data. */
export interface WeightingOptions {
  /** A weight for each sample in the loss and the weighted metrics; a list or record for several outputs. */
  readonly sampleWeight?: InputData | undefined;
  /** A weight for each class: every sample gets that of its label. */
  readonly classWeight?: ClassWeight | undefined;
}

/** Samples that a model can be trained or evaluated on. */
export class DataSource {
  readonly length: number;
  readonly #x: InputColumns;
  readonly y: readonly Column[];
  readonly #weights: readonly (Column | undefined)[];

  constructor(x: InputColumns, y: readonly Column[], weights: readonly (Column | undefined)[]) {
    this.#x = x;
    this.y = y;
    this.#weights = weights;
    this.length = x.columns[0]!.length;
  }

  /** The inputs' columns. */
  get inputs(): readonly Column[] {
    return this.#x.columns;
  }

  /** All columns, by the names that they have in a compiled step: inputs, targets, weights of samples. */
  get columns(): readonly (readonly [name: string, column: Column])[] {
    const named = (what: string, columns: readonly (Column | undefined)[]) =>
      columns.flatMap((column, i) => (column ? [[`${what}/${i}`, column] as const] : []));
    return [...named('x', this.inputs), ...named('y', this.y), ...named('weight', this.#weights)];
  }

  /** Samples `start` to `stop`, in `order` where it is given. */
  batch(start: number, stop: number, order?: Int32Array): Batch {
    const tensors = scope(() => this.columns.map(([, column]) => column.batch(start, stop, order)));
    return this.assemble(tensors, stop - start);
  }

  /** A batch of tensors, one for each of the {@link columns}. */
  assemble(tensors: readonly Tensor[], size: number): Batch {
    const rest = [...tensors];
    const x = this.#x.pack(rest.splice(0, this.inputs.length));
    const y = rest.splice(0, this.y.length);
    return new Batch(
      x,
      y,
      this.#weights.map((column) => column && rest.shift()),
      size,
    );
  }

  /** The samples `start` to `stop` as a source of their own. */
  slice(start: number, stop: number): DataSource {
    const cut = (column: Column): Column => column.slice(start, stop);
    return new DataSource(
      { columns: this.#x.columns.map(cut), pack: this.#x.pack },
      this.y.map(cut),
      this.#weights.map((column) => column && cut(column)),
    );
  }
}

/**
 * Checks data against the model and makes a source of it. `y` is `null` where there are no targets.
 *
 * @throws ArgumentError, ShapeError naming argument, expected and received
 */
export function toSource(
  model: Model,
  who: string,
  x: InputData,
  y: InputData | null | undefined,
  options: WeightingOptions = {},
): DataSource {
  const inputs = columnsOf(who, 'x', x, model.inputNames);
  const { columns: targets } = y === null ? NO_TARGETS : columnsOf(who, 'y', y as InputData, model.outputNames);
  const length = inputs.columns[0]!.length;
  if (length === 0) throw new ArgumentError(who, 'x', 'an array with at least one sample', x);
  checkShapes(model, who, inputs.columns);
  for (const column of [...inputs.columns, ...targets]) {
    if (column.length !== length) {
      throw new ShapeError(
        `${who}: \`x\` has ${length} samples, but \`${column.argument}\` has ${column.length}. Every array needs one item per sample.`,
      );
    }
  }
  for (const { argument, dtype } of targets)
    if (dtype === 'string') {
      const hint = 'Losses compare numbers: names of classes become their numbers with the layer StringLookup.';
      throw new ArgumentError(who, argument, 'numbers', 'strings', hint);
    }
  return new DataSource(throughHostFront(model, inputs), targets, weightColumns(model, who, targets, length, options));
}

const NO_TARGETS = { columns: [] as readonly Column[] };

function columnsOf(who: string, argument: string, data: InputData, names: readonly string[]): InputColumns {
  if (data === undefined || data === null) throw new ArgumentError(who, argument, 'an array of samples', data);
  // for one input, a list of typed arrays is one array: its rows
  if (isListOfArrays(data) && !(names.length === 1 && data.length !== 1 && data.every(ArrayBuffer.isView))) {
    const list = data as readonly TensorLike[];
    const columns = list.map((item, i) => toColumn(who, `${argument}[${i}]`, item));
    return { columns, pack: (tensors) => (columns.length === 1 ? tensors[0]! : [...tensors]) };
  }
  if (typeof data === 'object' && data.constructor === Object) {
    const record = data as Record<string, TensorLike>;
    const keys = names.length ? names : Object.keys(record);
    for (const key of Object.keys(record))
      if (!keys.includes(key)) throw new UnknownNameError(`key of \`${argument}\` in ${who}`, key, keys);
    const missing = keys.filter((key) => !(key in record));
    if (missing.length)
      throw new ArgumentError(who, argument, `a record with the keys ${keys.join(', ')}`, Object.keys(record));
    const columns = keys.map((key) => toColumn(who, `${argument}.${key}`, record[key]!));
    return { columns, pack: (tensors) => Object.fromEntries(keys.map((key, i) => [key, tensors[i]!])) };
  }
  return { columns: [toColumn(who, argument, data as TensorLike)], pack: ([tensor]) => tensor! };
}

/** Whether data is a list with an array for each input, not one array of numbers. */
const isListOfArrays = (data: unknown): data is readonly unknown[] =>
  Array.isArray(data) && data.length > 0 && data.every(standsForTensor);

function checkShapes(model: Model, who: string, columns: readonly Column[]): void {
  const { inputShapes } = model;
  if (!inputShapes) return;
  if (inputShapes.length !== columns.length) {
    throw new ShapeError(
      `${who}: model '${model.name}' has ${inputShapes.length} input(s). Received: \`x\` with ${columns.length} array(s).`,
    );
  }
  columns.forEach(({ sampleShape, dtype }, i) => {
    const expected = inputShapes[i]!.slice(1);
    const wanted = model.inputDTypes?.[i] ?? 'float32';
    if (dtype === 'string' && wanted !== 'string')
      throw new ArgumentError(who, 'x', `numbers: input '${model.inputNames[i]}' is ${wanted}`, 'strings');
    if (
      expected.length !== sampleShape.length ||
      expected.some((dim, axis) => dim !== null && dim !== sampleShape[axis])
    ) {
      throw new ShapeError(
        `${who}: model '${model.name}' expects samples of shape ${showShape(expected)}. Received: \`x\` with samples of shape ${showShape(sampleShape)}.`,
      );
    }
  });
}

function weightColumns(
  model: Model,
  who: string,
  targets: readonly Column[],
  length: number,
  options: WeightingOptions,
): (Column | undefined)[] {
  const { sampleWeight, classWeight } = options;
  if (sampleWeight !== undefined && classWeight !== undefined) {
    throw new ArgumentError(
      who,
      'classWeight',
      'left out where `sampleWeight` is given: multiply them yourself',
      classWeight,
    );
  }
  if (classWeight !== undefined) return targets.map((target) => classWeightColumn(who, target, classWeight));
  if (sampleWeight === undefined) return targets.map(() => undefined);
  const { columns } = columnsOf(who, 'sampleWeight', sampleWeight, model.outputNames);
  for (const column of columns) {
    if (column.length !== length) {
      throw new ShapeError(
        `${who}: \`x\` has ${length} samples, but \`sampleWeight\` has ${column.length} (${show(sampleWeight)}).`,
      );
    }
  }
  return targets.map((_, i) => columns[columns.length === 1 ? 0 : i]);
}
