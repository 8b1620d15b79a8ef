import type { DeviceBuffer, Executor } from '../backend/executor.ts';
import { allocate, bytesOf, type Elements } from '../program/primitive.ts';
import type { ProgramDType, ValueType } from '../program/program.ts';
import type { Residence, Variable } from '../tensor/variable.ts';
import { Lane } from './lane.ts';

/**
 * The value of a variable on a device, in a buffer that all programs of the executor share. It is copied only when one side is
 * read after the other was changed.
 */
export class DeviceResidence implements Residence {
  readonly executor: Executor;
  readonly buffer: DeviceBuffer;
  readonly #type: ValueType;
  readonly #path: string;
  /** Which side has a value that the other has not. */
  #newer: 'host' | 'device' | 'neither' = 'host';

  private constructor(executor: Executor, variable: Variable) {
    this.executor = executor;
    this.#path = variable.path;
    this.#type = { shape: variable.shape, dtype: variable.dtype as ProgramDType };
    this.buffer = executor.allocate(bytesOf(this.#type));
    forgotten.register(this, this.buffer, this);
  }

  /** That of a variable on this executor. From another one it moves here. */
  static of(variable: Variable, executor: Executor): DeviceResidence {
    const { residence } = variable;
    if (residence instanceof DeviceResidence && residence.executor === executor) return residence;
    void variable.held; // the newest value comes back from where it is
    residence?.dispose();
    const made = new DeviceResidence(executor, variable);
    variable.residence = made;
    return made;
  }

  /** Brings the newest value to the device. */
  push(variable: Variable): void {
    if (this.#newer !== 'host') return;
    this.buffer.write(elementsOf(variable.held.dataSync(), this.#type.dtype));
    this.#newer = 'neither';
  }

  /** A program writes it now. */
  written(): void {
    this.#newer = 'device';
  }

  takeNewer(): Elements | undefined {
    if (this.#newer !== 'device') return undefined;
    Lane.of(this.executor).halt(`Variable '${this.#path}'`, this);
    const elements = allocate(this.#type);
    this.buffer.read(elements);
    this.#newer = 'neither';
    return elements;
  }

  outdate(): void {
    Lane.of(this.executor).halt(`Variable '${this.#path}'`, this);
    this.#newer = 'host';
  }

  dispose(): void {
    Lane.of(this.executor).halt(`Variable '${this.#path}'`, this);
    forgotten.unregister(this);
    this.buffer.dispose();
  }
}

/** The values of a tensor as elements of a program. */
export function elementsOf(values: ArrayLike<number>, dtype: ProgramDType): Elements {
  const Wanted = allocate({ shape: [0], dtype }).constructor as new (values: ArrayLike<number>) => Elements;
  return values instanceof Wanted ? values : new Wanted(values);
}

/** Frees the buffers of variables that were dropped without `dispose`. */
const forgotten = new FinalizationRegistry<DeviceBuffer>((buffer) => buffer.dispose());
