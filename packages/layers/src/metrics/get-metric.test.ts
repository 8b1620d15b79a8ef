import { expect, test } from 'vitest';
import { getMetric, type MetricIdentifier, type MetricName } from './get-metric.ts';
import { Precision } from './precision.ts';

const found = (id: MetricIdentifier, yTrueShape?: (number | null)[], yPredShape?: (number | null)[]): string[] => {
  const metric = getMetric(id, yTrueShape && yPredShape ? { yTrueShape, yPredShape } : undefined);
  return [(metric.constructor as typeof Precision).className, metric.name];
};

test('accuracy and crossentropy choose by the shapes and keep their name', () => {
  expect(found('accuracy', [null, 1], [null, 1])).toEqual(['BinaryAccuracy', 'accuracy']);
  expect(found('accuracy', [null], [null, 1])).toEqual(['BinaryAccuracy', 'accuracy']);
  expect(found('acc', [null], [null, 10])).toEqual(['SparseCategoricalAccuracy', 'acc']);
  expect(found('accuracy', [null, 1], [null, 10])).toEqual(['SparseCategoricalAccuracy', 'accuracy']);
  expect(found('accuracy', [null, 10], [null, 10])).toEqual(['CategoricalAccuracy', 'accuracy']);
  expect(found('crossentropy', [null, 10], [null, 10])).toEqual(['CategoricalCrossentropy', 'crossentropy']);
  expect(found('ce', [null], [null, 10])).toEqual(['SparseCategoricalCrossentropy', 'ce']);
  expect(found('accuracy')).toEqual(['Accuracy', 'accuracy']);
});

test('names in every spelling keep the one given', () => {
  expect(found('mse')).toEqual(['MeanSquaredError', 'mse']);
  expect(found('rootMeanSquaredError')).toEqual(['RootMeanSquaredError', 'rootMeanSquaredError']);
  expect(found('root_mean_squared_error')).toEqual(['RootMeanSquaredError', 'root_mean_squared_error']);
  expect(found('auc')).toEqual(['AUC', 'auc']);
  expect(found('AUC' as MetricName)).toEqual(['AUC', 'AUC']);
  expect(found('f1_score')).toEqual(['F1Score', 'f1_score']);
  expect(found('top_k_categorical_accuracy')).toEqual(['TopKCategoricalAccuracy', 'top_k_categorical_accuracy']);
});

test('a metric is itself, a function is wrapped, a saved metric is made again', () => {
  const metric = new Precision({ name: 'exactness' });
  expect(getMetric(metric)).toBe(metric);
  const spread: MetricIdentifier = (_, yPred) => yPred;
  expect(found(spread)).toEqual(['MeanMetricWrapper', 'spread']);
  const saved = getMetric({ class_name: 'Precision', config: { name: 'p', top_k: 2 } }) as Precision;
  expect([saved.name, saved.config.topK]).toEqual(['p', 2]);
});

test('names that do not exist are told the nearest; those that need options say which', () => {
  expect(() => getMetric('accuracyy' as MetricName)).toThrow("Unknown metric: 'accuracyy'. Did you mean 'accuracy'");
  expect(() => getMetric('meanIoU' as MetricName)).toThrow(
    '`numClasses` must be a positive integer. Received: undefined.',
  );
});
