import { ops } from '@capas/core';
import { getInitializer, type InitializerFunction, type InitializerIdentifier } from '../../initializers/index.ts';

/**
 * The start of the bias of an LSTM whose second gate, the one that forgets, starts at 1: nearly open, so that early in
 * training it keeps what the state holds.
 *
 * @see Jozefowicz et al. 2015, http://proceedings.mlr.press/v37/jozefowicz15.pdf
 */
export function unitForgetBias(units: number, others: InitializerIdentifier): InitializerFunction {
  const initializer = getInitializer(others);
  return (_, dtype) =>
    ops.concatenate([
      initializer.call([units], dtype),
      ops.ones([units], { dtype }),
      initializer.call([2 * units], dtype),
    ]);
}
