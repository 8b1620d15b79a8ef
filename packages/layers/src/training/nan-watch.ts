import { Callback } from '../callbacks/callback.ts';
import type { Logs } from './logs.ts';

/** Says once when the loss is no number any more: what follows is lost, and fit goes on without a word otherwise. */
export class NanWatch extends Callback {
  #isSaid = false;

  override onEpochEnd(epoch: number, logs: Logs): void {
    const loss: number | undefined = logs.loss; // a training step of the user's own may have none
    if (this.#isSaid || loss === undefined || Number.isFinite(loss)) return;
    this.#isSaid = true;
    console.warn(
      `capas: the loss became ${loss} in epoch ${epoch + 1}: the weights are not usable any more. Common causes: a learning rate ` +
        'that is too high, inputs that are not scaled, NaN in the data. The callback TerminateOnNaN stops training at once.',
    );
  }
}
