export { getRegularizer, type RegularizerIdentifier, type RegularizerName } from './get-regularizer.ts';
export { L1, type L1Config, l1 } from './l1.ts';
export { L1L2, type L1L2Config, l1L2 } from './l1-l2.ts';
export { L2, type L2Config, l2 } from './l2.ts';
export { LambdaRegularizer, type RegularizerFunction } from './lambda-regularizer.ts';
export {
  OrthogonalRegularizer,
  type OrthogonalRegularizerConfig,
  orthogonalRegularizer,
} from './orthogonal-regularizer.ts';
export { Regularizer } from './regularizer.ts';
