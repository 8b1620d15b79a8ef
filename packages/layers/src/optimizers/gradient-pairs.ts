import {
  ArgumentError,
  noticeOnce,
  ShapeError,
  StateError,
  sameShape,
  showShape,
  type Tensor,
  type Variable,
} from '@capas/core';

/** One gradient for each variable, or nothing where the loss does not depend on it. */
export type Gradients = readonly (Tensor | null | undefined)[];

/** A variable and its gradient, in one step. */
export interface GradientPair {
  readonly gradient: Tensor;
  readonly variable: Variable;
}

interface Named {
  readonly name: string;
}

/**
 * The variables that have a gradient, with it; the others are said once.
 *
 * @param known the variables that the optimizer was built with
 * @throws ShapeError, ArgumentError for gradients that do not fit; StateError if there are none
 */
export function pairsOf(
  optimizer: Named,
  gradients: Gradients,
  variables: readonly Variable[],
  known: readonly Variable[],
): GradientPair[] {
  requireKnown(optimizer, gradients, variables, known);
  const pairs: GradientPair[] = [];
  const missing: string[] = [];
  variables.forEach((variable, i) => {
    const gradient = gradients[i];
    if (!gradient) {
      missing.push(variable.path);
      return;
    }
    if (!sameShape(gradient.shape, variable.shape)) {
      throw new ShapeError(
        `Optimizer '${optimizer.name}': the gradient of '${variable.path}' must have the shape ${showShape(variable.shape)}. Received: ${showShape(gradient.shape)}.`,
      );
    }
    pairs.push({ gradient, variable });
  });
  if (pairs.length === 0) throw new StateError(`Optimizer '${optimizer.name}': no variable has a gradient.`);
  if (missing.length > 0) {
    noticeOnce(`Optimizer '${optimizer.name}': no gradient for ${missing.join(', ')}: the loss does not depend on it.`);
  }
  return pairs;
}

/** Throws unless there is one gradient for each variable, and the optimizer was built with all of them. */
export function requireKnown(
  { name }: Named,
  gradients: Gradients,
  variables: readonly Variable[],
  known: readonly Variable[],
): void {
  if (gradients.length !== variables.length) {
    throw new ShapeError(
      `Optimizer '${name}': expected one gradient for each of ${variables.length} variables. Received: ${gradients.length}.`,
    );
  }
  const all = new Set(known);
  const unknown = variables.find((variable) => !all.has(variable));
  if (unknown) {
    throw new ArgumentError(
      `Optimizer '${name}'`,
      'variables',
      'those it was built with',
      unknown.path,
      'Make a new optimizer for other variables.',
    );
  }
}

/** Pairs with other gradients. */
export const mapGradients = (pairs: readonly GradientPair[], fn: (gradient: Tensor) => Tensor): GradientPair[] =>
  pairs.map(({ gradient, variable }) => ({ variable, gradient: fn(gradient) }));
