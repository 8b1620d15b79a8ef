import { ArgumentError, HostArray, StateError, type Tensor, type TensorLike } from '@capas/core';
import { disposeBuilt } from '../models/dispose-built.ts';
import type { Model } from '../models/model.ts';
import type { InputData } from '../training/data-adapter.ts';
import type { FitOptions } from '../training/fit.ts';
import type { History } from '../training/history.ts';
import { toRows } from './rows.ts';

/** What a function that builds a model is told about the data. */
export interface DataShape {
  /** The shape of one sample; `undefined` where there are several inputs. */
  readonly inputShape: readonly number[] | undefined;
  /** The number of classes, or of numbers that are to be predicted. */
  readonly numOutputs: number;
}

/** Options of estimators: those of `fit`, and how to build the model. */
export interface EstimatorConfig<Params extends object> extends FitOptions {
  /** Builds a model and compiles it; it is called for each `fit`. */
  readonly model: (given: DataShape & Params) => Model | Promise<Model>;
  /** What else it is given. */
  readonly modelParams?: Params;
}

/**
 * A model that is built and trained by `fit`, as estimators of scikit-learn are.
 *
 * @see Keras 3, `keras/src/wrappers/sklearn_wrapper.py`
 */
export abstract class Estimator<Y, Params extends object = object> {
  /** What the last `fit` returned. */
  history: History | undefined;
  #config: EstimatorConfig<Params>;
  #model: Model | undefined;

  constructor(config: EstimatorConfig<Params>) {
    if (typeof config?.model !== 'function')
      throw new ArgumentError(new.target.name, 'model', 'a function that builds a model', config?.model);
    this.#config = { ...config };
  }

  /** Builds a new model and trains it. */
  abstract fit(x: InputData, y: Y): Promise<this>;
  /** How good predictions are; the more the better. */
  abstract score(x: InputData, y: Y): Promise<number>;
  /** An estimator with the same options that was not trained. */
  abstract clone(): Estimator<Y, Params>;

  /** All options. */
  getParams(): EstimatorConfig<Params> {
    return { ...this.#config };
  }

  /** Changes options; of `modelParams` those that are given. They count from the next `fit` on. */
  setParams(
    params: Partial<Omit<EstimatorConfig<Params>, 'modelParams'>> & { readonly modelParams?: Partial<Params> },
  ): this {
    const modelParams = { ...this.#config.modelParams, ...params.modelParams } as Params;
    this.#config = { ...this.#config, ...params, modelParams };
    return this;
  }

  /** The trained model, which is the estimator's. @throws StateError before `fit` */
  get model(): Model {
    if (!this.#model) throw new StateError(`${this.constructor.name}: there is no model yet: call \`fit\` first.`);
    return this.#model;
  }

  /** Frees the model. */
  dispose(): void {
    if (this.#model) disposeBuilt(this.#model);
    this.#model = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Builds a model for data; the one before is freed. */
  protected async build(x: InputData, numOutputs: number): Promise<Model> {
    const { model, modelParams } = this.#config;
    const { sampleShape } = await toRows(this.constructor.name, x);
    const built = await model({ ...(modelParams as Params), inputShape: sampleShape, numOutputs });
    this.dispose();
    this.#model = built;
    return built;
  }

  /** Trains the model. */
  protected async train(x: InputData, y: TensorLike): Promise<void> {
    const { model, modelParams, ...options } = this.#config;
    this.history = await this.model.fit(x, y, options);
  }

  /** The outputs of the model for all samples. */
  protected async outputs(x: InputData): Promise<HostArray> {
    const { batchSize } = this.#config;
    const output = await this.model.predict<Tensor>(x, batchSize === undefined ? {} : { batchSize });
    try {
      return new HostArray((await output.data()).slice() as Float32Array, [...output.shape]);
    } finally {
      output.dispose();
    }
  }
}
