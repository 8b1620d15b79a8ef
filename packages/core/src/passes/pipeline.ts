import type { Executor } from '../backend/executor.ts';
import { dropRoundings } from './drop-roundings.ts';
import { expandOneHot } from './expand-one-hot.ts';
import { expandVolumes } from './expand-volumes.ts';
import { factorSums } from './factor-sums.ts';
import { foldConstants } from './fold-constants.ts';
import { foldScales } from './fold-scales.ts';
import { fuseElementwise } from './fuse-elementwise.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { fuseGathers } from './fuse-gathers.ts';
import { fuseReductions } from './fuse-reductions.ts';
import { fuseRowUpdates } from './fuse-row-updates.ts';
import { hoistInvariants } from './hoist-invariants.ts';
import { hoistLoopProducts } from './hoist-loop-products.ts';
import { maskBeforePoolGrad } from './mask-before-pool-grad.ts';
import { mergeMaps } from './merge-maps.ts';
import { orderForReuse } from './order-for-reuse.ts';
import type { Pass } from './pass.ts';
import { recognizeAttention } from './recognize-attention.ts';
import { recognizeConcat } from './recognize-concat.ts';
import { recognizeLogSoftmax } from './recognize-log-softmax.ts';
import { removeDeadCode } from './remove-dead-code.ts';
import { removeIdentities } from './remove-identities.ts';
import { reuseActivations } from './reuse-activations.ts';
import { shareCommonInstructions } from './share-common-instructions.ts';
import { simplifyAlgebra } from './simplify-algebra.ts';
import { simplifyLoops } from './simplify-loops.ts';
import { sinkTransposes } from './sink-transposes.ts';
import { tileRows } from './tile-rows.ts';

/** The passes in the order in which they run: first fewer and simpler instructions, then fewer walks over memory, then the order. */
export const pipeline: readonly Pass[] = [
  removeDeadCode,
  simplifyLoops,
  expandVolumes,
  sinkTransposes,
  // Also the transposes that meet now.
  removeIdentities,
  foldConstants,
  simplifyAlgebra,
  dropRoundings,
  // What these left as a plain copy.
  removeIdentities,
  shareCommonInstructions,
  hoistInvariants,
  hoistLoopProducts,
  // What the products of a loop and of its gradient have in common, and what is no longer needed inside.
  shareCommonInstructions,
  simplifyLoops,
  foldScales,
  reuseActivations,
  maskBeforePoolGrad,
  recognizeLogSoftmax,
  recognizeConcat,
  expandOneHot,
  fuseElementwise,
  recognizeAttention,
  // The transposes of heads that meet now, and then sums of what is no longer transposed.
  removeIdentities,
  sinkTransposes,
  fuseReductions,
  factorSums,
  fuseEpilogues,
  tileRows,
  mergeMaps,
  fuseGathers,
  fuseRowUpdates,
  orderForReuse,
];

/** Those that suit an executor. */
export const passesFor = ({ isReference, lacks = [] }: Pick<Executor, 'isReference' | 'lacks'>): readonly Pass[] =>
  pipeline.filter(({ reorders, makes }) => !(isReference && reorders) && !makes?.some((name) => lacks.includes(name)));
