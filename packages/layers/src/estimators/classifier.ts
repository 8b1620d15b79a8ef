import { ArgumentError, HostArray, StateError } from '@capas/core';
import { getLoss, type LossIdentifier } from '../losses/index.ts';
import type { Model } from '../models/model.ts';
import type { InputData } from '../training/data-adapter.ts';
import { Estimator, type EstimatorConfig } from './estimator.ts';
import { classesOf, type Label, type Labels, toIndices, toLabels } from './labels.ts';

/**
 * Predicts the class of a sample. Classes are labels of any kind, strings, numbers or booleans; the model sees their places in
 * `classes`: as integers where its loss is a sparse one, as 0 and 1 where it has one output, else as vectors with one 1.
 *
 * The last activation of the model is softmax, or sigmoid where it has one output.
 *
 * @see Keras 3, `keras/src/wrappers/sklearn_wrapper.py`
 * @example
 * const estimator = classifier({ model: ({ inputShape, numOutputs }) => build(inputShape, numOutputs), epochs: 20 });
 * await estimator.fit(x, ['cat', 'dog', 'cat']);
 * await estimator.predict(x); // ['cat', 'dog', 'cat']
 */
export class Classifier<Params extends object = object> extends Estimator<Labels, Params> {
  #classes: readonly Label[] | undefined;

  /** The labels seen by `fit`, in order. */
  get classes(): readonly Label[] {
    if (!this.#classes) throw new StateError('Classifier: there are no classes yet: call `fit` first.');
    return this.#classes;
  }

  override async fit(x: InputData, y: Labels): Promise<this> {
    const labels = toLabels('Classifier.fit', y);
    const classes = classesOf(labels);
    if (classes.length < 2) throw new ArgumentError('Classifier.fit', 'y', 'labels of two classes or more', y);
    const model = await this.build(x, classes.length);
    this.#classes = classes;
    await this.train(x, targets(model, toIndices('Classifier.fit', labels, classes), classes.length));
    return this;
  }

  /** The label of the most probable class of each sample. */
  async predict(x: InputData): Promise<Label[]> {
    const { data, shape } = await this.predictProba(x);
    const count = shape[1]!;
    return Array.from({ length: shape[0]! }, (_, row) => {
      let best = 0;
      for (let i = 1; i < count; i++) if (Number(data[row * count + i]) > Number(data[row * count + best])) best = i;
      return this.classes[best]!;
    });
  }

  /** The probability of each class, `[samples, classes]`, in the order of `classes`. */
  async predictProba(x: InputData): Promise<HostArray> {
    const count = this.classes.length;
    const output = await this.outputs(x);
    const { data, length } = output;
    if (output.size === length * count) return output.reshape([length, count]);
    if (count !== 2 || output.size !== length)
      throw new StateError(
        `Classifier: a model for ${count} classes needs as many outputs. It has ${output.size / length}.`,
      );
    const both = Float32Array.from({ length: length * 2 }, (_, i) => {
      const second = Number(data[i >> 1]);
      return i % 2 ? second : 1 - second;
    });
    return new HostArray(both, [length, 2]);
  }

  /** The share of samples whose class is right. */
  override async score(x: InputData, y: Labels): Promise<number> {
    const labels = toLabels('Classifier.score', y);
    const predicted = await this.predict(x);
    if (labels.length !== predicted.length)
      throw new ArgumentError('Classifier.score', 'y', `${predicted.length} labels, one for each sample`, y);
    return labels.filter((label, i) => label === predicted[i]).length / labels.length;
  }

  override clone(): Classifier<Params> {
    return new Classifier(this.getParams());
  }
}

/** The places of classes as the loss of the model wants them. */
function targets(model: Model, places: Int32Array, count: number): HostArray {
  const { loss } = model.compilation.options;
  const units = model.outputShapes?.[0]?.at(-1);
  if (isSparse(loss as LossIdentifier | undefined)) return new HostArray(places);
  if (units === 1) return new HostArray(Float32Array.from(places), [places.length, 1]);
  const vectors = new Float32Array(places.length * count);
  places.forEach((place, row) => {
    vectors[row * count + place] = 1;
  });
  return new HostArray(vectors, [places.length, count]);
}

const isSparse = (loss: LossIdentifier | undefined): boolean =>
  loss !== undefined && loss !== 'crossentropy' && loss !== 'ce' && /^sparse/i.test(getLoss(loss).name);

/** Short for `new Classifier(config)`. */
export const classifier = <Params extends object = object>(config: EstimatorConfig<Params>): Classifier<Params> =>
  new Classifier(config);
