export { Constraint } from './constraint.ts';
export { type ConstraintIdentifier, type ConstraintName, getConstraint } from './get-constraint.ts';
export { type ConstraintFunction, LambdaConstraint } from './lambda-constraint.ts';
export { MaxNorm, type MaxNormConfig, maxNorm } from './max-norm.ts';
export { MinMaxNorm, type MinMaxNormConfig, minMaxNorm } from './min-max-norm.ts';
export { NonNeg, nonNeg } from './non-neg.ts';
export type { AxisConfig } from './norms.ts';
export { UnitNorm, unitNorm } from './unit-norm.ts';
