import { ArgumentError } from '@capas/core';
import type { Elements, Stage } from './stage.ts';

/** Where an iterator stands: plain JSON, to be kept beside a checkpoint. */
export interface DatasetPosition {
  readonly version: 1;
  /** Which pass over the data it is. */
  readonly epoch: number;
  /** How many elements were given. */
  readonly position: number;
  /** The seeds of the stages that were given none. */
  readonly seeds: readonly number[];
}

/** The number of the next pass over a data set; its iterators share it. */
export interface Passes {
  next: number;
}

/**
 * One pass over a data set. It can be saved and restored, also in another process with the same data set:
 *
 * @example
 * await using batches = dataset.iterator();
 * for await (const batch of batches) save(model, batches.state());
 * // later
 * await batches.restore(saved);
 */
export class DatasetIterator<T> implements AsyncIterableIterator<T, void, undefined> {
  readonly #stage: Stage<T>;
  readonly #passes: Passes;
  #seeds: ReadonlyMap<Stage<unknown>, number>;
  #elements: Elements<T> | undefined;
  #isClosed = false;
  #epoch: number;
  #position = 0;

  constructor(stage: Stage<T>, passes: Passes) {
    this.#stage = stage;
    this.#passes = passes;
    this.#epoch = passes.next++;
    this.#seeds = new Map(unseeded(stage).map((found) => [found, found.drawnSeed!]));
  }

  async next(): Promise<IteratorResult<T, void>> {
    if (this.#isClosed) return { done: true, value: undefined };
    this.#elements ??= this.#stage.open({ epoch: this.#epoch, skip: this.#position, seeds: this.#seeds });
    const step = await this.#elements.next();
    if (step.done) return { done: true, value: undefined };
    this.#position++;
    return { done: false, value: step.value.value };
  }

  /** Ends the pass and closes what it holds open: files, generators. */
  async return(): Promise<IteratorResult<T, void>> {
    this.#isClosed = true;
    await this.#elements?.return();
    return { done: true, value: undefined };
  }

  /** Where the pass stands: after the elements that were given so far. */
  state(): DatasetPosition {
    return { version: 1, epoch: this.#epoch, position: this.#position, seeds: [...this.#seeds.values()] };
  }

  /**
   * Goes to where {@link state} was called. The elements are the same from there on if the functions of the data set give the same for
   * the same. What is before is passed over: rows of arrays, and what was mapped or batched of them, without being made again; what
   * was filtered or read from a generator by making it again.
   *
   * @throws ArgumentError if the state is of another data set
   */
  async restore(state: DatasetPosition): Promise<void> {
    const stages = unseeded(this.#stage);
    const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
    if (state?.version !== 1 || !isCount(state.epoch) || !isCount(state.position) || !Array.isArray(state.seeds))
      throw new ArgumentError('DatasetIterator.restore', 'state', 'what `state()` returned', state);
    if (state.seeds.length !== stages.length)
      throw new ArgumentError(
        'DatasetIterator.restore',
        'state.seeds',
        `of the same data set, which has ${stages.length} shuffles without a seed`,
        state.seeds,
      );
    await this.#elements?.return();
    this.#elements = undefined;
    this.#isClosed = false;
    this.#epoch = state.epoch;
    this.#position = state.position;
    this.#seeds = new Map(stages.map((stage, i) => [stage, state.seeds[i]!]));
    this.#passes.next = state.epoch + 1;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** The stages whose seed was drawn, each once, in an order that the data set gives. */
function unseeded(stage: Stage<unknown>): Stage<unknown>[] {
  const found = new Set<Stage<unknown>>();
  const seen = new Set<Stage<unknown>>();
  const visit = (node: Stage<unknown>): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.drawnSeed !== undefined) found.add(node);
    for (const input of node.inputs) visit(input);
  };
  visit(stage);
  return [...found];
}
