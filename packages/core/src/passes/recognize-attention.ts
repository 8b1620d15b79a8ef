import type { ValueId } from '../program/program.ts';
import { type AttentionMatch, findAttention } from './attention-match.ts';
import { fromHeads, toHeads } from './head-matrices.ts';
import type { Pass } from './pass.ts';
import { reshaped } from './reshapes.ts';
import { type ProgramView, rewrite } from './rewrite.ts';

/**
 * Makes one instruction of attention that is written out, and one of its gradient, so that the scores of all heads are never in
 * memory at once:
 *
 *     %3 = transpose(%0) {perm=[0, 2, 1, 3]}
 *     %4 = transpose(%1) {perm=[0, 2, 3, 1]}
 *     %5 = transpose(%2) {perm=[0, 2, 1, 3]}
 *     %6 = dot(%3, %4)
 *     %7 = map(%6) { mul(a, 0.125) }
 *     %8 = softmax(%7)
 *     %9 = dot(%8, %5)                             %9 = attention(%0, %1, %2) {epilogue=(mul(a, 0.125))}
 *     %10 = transpose(%9) {perm=[0, 2, 1, 3]}      %10 = transpose(%9), twice
 *
 * Only where nothing else reads scores or weights: not if they are returned, or dropped.
 */
export const recognizeAttention: Pass = {
  name: 'recognize-attention',
  makes: ['attention', 'attentionGrad'],
  run(program) {
    const match = findAttention(program);
    if (!match) return program;
    const better = rewrite(program, [
      ({ outputs, origin }, view) => {
        const result = match.results.get(outputs[0] ?? -1);
        if (!result) return undefined;
        const made = result.name === 'y' ? emitAttention(match, view, origin) : emitGradient(match, view, origin);
        return [fromHeads(made[result.name]!, result.isTransposed, view.typeOf(outputs[0]!).shape, view)];
      },
    ]);
    return recognizeAttention.run(better);
  },
};

type Made = Readonly<Record<string, ValueId>>;

function emitAttention(match: AttentionMatch, view: ProgramView, origin: string | undefined): Made {
  const { lead, q, k, v, scoreExtras, epilogue } = match;
  const inputs = [q, k, v].map((matrices) => toHeads(matrices, lead, view));
  const attrs = epilogue ? { epilogue } : {};
  const step = { primitive: 'attention', inputs: [...inputs, ...extrasOf(match, view).slice(0, scoreExtras)], attrs };
  return { y: view.emit(step, origin)[0]! };
}

function emitGradient(match: AttentionMatch, view: ProgramView, origin: string | undefined): Made {
  const { lead, q, k, v, epilogue, gradient } = match;
  const { dy, slope } = gradient!;
  const inputs = [q, k, v, dy].map((matrices) => toHeads(matrices, lead, view));
  const attrs = { ...(epilogue && { epilogue }), ...(slope && { slope }) };
  const step = { primitive: 'attentionGrad', inputs: [...inputs, ...extrasOf(match, view)], attrs };
  const [dq, dk, dv] = view.emit(step, origin);
  return { dq: dq!, dk: dk!, dv: dv! };
}

const extrasOf = ({ extras }: AttentionMatch, view: ProgramView): ValueId[] =>
  extras.items.map(({ id, shape }) => reshaped(id, shape, view));
