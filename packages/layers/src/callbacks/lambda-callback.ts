import { UnknownNameError } from '@capas/core';
import { Callback, type HookName, hookNames } from './callback.ts';

/** Hooks as plain functions; tfjs's names `onBatchBegin` and `onBatchEnd` are accepted for the training batches. */
export type CallbackHooks = Partial<Pick<Callback, HookName>> & {
  readonly onBatchBegin?: Callback['onTrainBatchBegin'];
  readonly onBatchEnd?: Callback['onTrainBatchEnd'];
};

/**
 * A callback made of functions.
 *
 * @throws UnknownNameError if a name is no hook
 * @example
 * await model.fit(x, y, { callbacks: lambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) }) });
 */
export class LambdaCallback extends Callback {
  constructor(hooks: CallbackHooks) {
    super();
    for (const [given, hook] of Object.entries(hooks)) {
      const name = aliases[given] ?? given;
      if (!hookNames.includes(name as HookName)) throw new UnknownNameError('callback hook', given, hookNames);
      if (hook) Object.defineProperty(this, name, { value: hook });
    }
  }
}

const aliases: Readonly<Record<string, HookName>> = {
  onBatchBegin: 'onTrainBatchBegin',
  onBatchEnd: 'onTrainBatchEnd',
};

/** Short for `new LambdaCallback(hooks)`. */
export const lambdaCallback = (hooks: CallbackHooks): LambdaCallback => new LambdaCallback(hooks);
