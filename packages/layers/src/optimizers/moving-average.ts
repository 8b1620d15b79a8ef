import { ops, type Tensor, type Variable } from '@capas/core';

/** Gives a variable a new value, if the step takes effect. */
type Assign = (variable: Variable, value: Tensor) => void;

/**
 * Moves the average of each variable towards its value: `average = momentum · average + (1 − momentum) · value`. After the
 * first update the average is the value.
 *
 * @param updates the updates made before this one
 */
export function updateAverages(
  variables: readonly Variable[],
  averages: ReadonlyMap<Variable, Variable>,
  momentum: number,
  updates: Tensor,
  assign: Assign,
): void {
  const share = ops.where(ops.equal(updates, 0), 1, 1 - momentum);
  for (const variable of variables) {
    const average = averages.get(variable)!;
    const distance = ops.subtract(variable.value, average.value);
    assign(average, ops.add(average.value, ops.multiply(distance, share)));
  }
}

/** Sets the variables to their averages at every `frequency`-th update. */
export function overwriteByAverages(
  variables: readonly Variable[],
  averages: ReadonlyMap<Variable, Variable>,
  frequency: number,
  updates: Tensor,
  assign: Assign,
): void {
  const isDue = ops.equal(ops.mod(ops.add(updates, 1), frequency), 0);
  for (const variable of variables) {
    assign(variable, ops.where(isDue, averages.get(variable)!.value, variable.value));
  }
}
