import {
  type DeviceBuffer,
  type Elements,
  elementsOf,
  freeWhenForgotten,
  HostArray,
  hostToTensor,
  ops,
  type ProgramDType,
  type Shape,
  scope,
  sizeOf,
  type Tensor,
} from '@capas/core';
import { isTensor } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import { flatten, pack, type Structure } from '../structure.ts';
import type { DataSource } from './data-adapter.ts';
import { DeviceData } from './device-data.ts';
import { executorFor, type ModelStep, modelStep } from './model-steps.ts';
import { buildOn } from './steps.ts';

/** One output of a model for all samples, filled batch by batch. */
interface Output {
  readonly shape: Shape;
  readonly dtype: ProgramDType;
  readonly data: Elements;
  readonly buffer: DeviceBuffer;
  readonly rowBytes: number;
  readonly isShared: boolean;
}

/** The outputs of a model for the samples of a source, batch by batch: compiled, each at its place among all, or op by op. */
export class OutputBatches {
  readonly #model: Model;
  readonly #source: DataSource;
  readonly #batchSize: number;
  readonly #parts: Structure<Tensor>[] = [];
  #data: DeviceData | undefined;
  #outputs: readonly Output[] = [];
  #structure: Structure<number> | undefined;

  constructor(model: Model, source: DataSource, batchSize: number) {
    this.#model = model;
    this.#source = source;
    this.#batchSize = batchSize;
  }

  /** Computes the outputs for the samples `start` to `stop`; batches come in order. */
  add(start: number, stop: number): void {
    if (this.#runCompiled(start, stop - start)) return;
    const part = this.#runEagerly(start, stop);
    this.#parts.push(part);
    if (this.#structure === undefined) return;
    flatten<Tensor>(part, isTensor).forEach((tensor, i) => {
      const { buffer, dtype, rowBytes } = this.#outputs[i]!;
      buffer.write(elementsOf(tensor.dataSync(), dtype), start * rowBytes);
    });
  }

  /** The outputs for all samples: tensors of the caller. */
  join(): Structure<Tensor> {
    if (this.#structure !== undefined) {
      const tensors = this.#outputs.map(({ data, shape, dtype, buffer, isShared }) => {
        if (!isShared) buffer.read(data);
        return hostToTensor(new HostArray(data, shape, dtype));
      });
      return pack(this.#structure, tensors.map(freeWhenForgotten), (leaf) => typeof leaf === 'number');
    }
    return joinParts(this.#parts);
  }

  dispose(): void {
    for (const part of this.#parts) for (const tensor of flatten<Tensor>(part, isTensor)) tensor.dispose();
    for (const { buffer } of this.#outputs) buffer.dispose();
    this.#data?.dispose();
  }

  /** As tensors of their own, even where the model returns its input. */
  #runEagerly(start: number, stop: number): Structure<Tensor> {
    using batch = this.#source.batch(start, stop);
    return scope(() => {
      const result = this.#model.predictStep(batch);
      const copies = flatten<Tensor>(result, isTensor).map((tensor) => tensor.clone());
      return pack(result, copies, isTensor);
    });
  }

  /** Says whether the model can be compiled. */
  #runCompiled(start: number, size: number): boolean {
    // a model that runs op by op goes on so
    const executor = this.#parts.length === 0 ? executorFor(this.#model, this.#source) : undefined;
    if (!executor) return false;
    if (!this.#model.built) {
      using batch = this.#source.batch(start, start + size);
      buildOn(this.#model, batch.x);
    }
    this.#data ??= new DeviceData(executor, this.#source, this.#batchSize);
    const inputs = { source: this.#source, data: this.#data, size, from: 'one batch' } as const;
    const found = modelStep(this.#model, 'predict', inputs);
    if (!found || found.step.outputTypes.some(({ shape }) => shape[0] !== size)) return false;
    const { step } = found;
    if (this.#structure === undefined) this.#makeOutputs(found);
    this.#data.bind(step, start);
    this.#outputs.forEach(({ buffer, rowBytes }, i) => {
      step.bindOutput(i, buffer, start * rowBytes);
    });
    step.run();
    return true;
  }

  #makeOutputs({ step, structure }: ModelStep): void {
    const { length } = this.#source;
    this.#structure = structure;
    this.#outputs = step.outputTypes.map(({ shape: [, ...row], dtype }) => {
      const shape = [length, ...row];
      const { data } = HostArray.zeros(shape, dtype) as { data: Elements };
      const shared = step.executor.share(data);
      const buffer = shared ?? step.executor.allocate(data.byteLength);
      const rowBytes = sizeOf(row) * data.BYTES_PER_ELEMENT;
      return { shape, dtype, data, buffer, rowBytes, isShared: shared !== undefined };
    });
  }
}

/** The outputs for the samples of all parts: new tensors, one after the other along the first axis. */
export function joinParts(parts: readonly Structure<Tensor>[]): Structure<Tensor> {
  const [first] = parts as [Structure<Tensor>];
  const outputs = flatten<Tensor>(first, isTensor).map((_, i) =>
    ops.concatenate(
      parts.map((part) => flatten<Tensor>(part, isTensor)[i]!),
      { axis: 0 },
    ),
  );
  return pack(first, outputs.map(freeWhenForgotten), isTensor);
}
