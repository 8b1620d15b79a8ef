import type { Logs } from '../training/logs.ts';
import { Callback } from './callback.ts';

/** Options of {@link RemoteMonitor}. */
export interface RemoteMonitorConfig {
  /** @defaultValue `'http://localhost:9000'` */
  readonly root?: string;
  /** @defaultValue `'/publish/epoch/end/'` */
  readonly path?: string;
  /** The field of the form that has the logs as JSON. @defaultValue `'data'` */
  readonly field?: string;
  /** HTTP headers to send. */
  readonly headers?: Readonly<Record<string, string>> | null;
  /** Whether the body is the JSON itself and not a form. @defaultValue `false` */
  readonly sendAsJson?: boolean;
}

/**
 * Sends the logs of each epoch to a server, as `{ epoch, loss, … }`. A server that cannot be reached is said, and does not end
 * training.
 *
 * @see Keras 3, `keras/src/callbacks/remote_monitor.py`
 */
export class RemoteMonitor extends Callback {
  readonly config: Required<RemoteMonitorConfig>;

  constructor(config: RemoteMonitorConfig = {}) {
    super();
    const defaults = { root: 'http://localhost:9000', path: '/publish/epoch/end/', field: 'data', headers: null };
    this.config = Object.freeze({ ...defaults, sendAsJson: false, ...config });
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { root, path, field, headers, sendAsJson } = this.config;
    const json = JSON.stringify({ epoch, ...logs });
    const body = sendAsJson ? json : new URLSearchParams({ [field]: json });
    const type = sendAsJson ? { 'content-type': 'application/json' } : {};
    try {
      await fetch(root + path, { method: 'POST', body, headers: { ...type, ...headers } });
    } catch (error) {
      console.warn(`capas: RemoteMonitor cannot reach ${root}: ${(error as Error).message}.`);
    }
  }
}

/** Short for `new RemoteMonitor(config)`. */
export const remoteMonitor = (config: RemoteMonitorConfig = {}): RemoteMonitor => new RemoteMonitor(config);
