export { Classifier, classifier } from './classifier.ts';
export { type CrossValidateOptions, type CrossValidation, crossValidate } from './cross-validate.ts';
export { type DataShape, Estimator, type EstimatorConfig } from './estimator.ts';
export type { Label, Labels } from './labels.ts';
export { Regressor, regressor } from './regressor.ts';
