// Threads that run the same instructions on their shares, and wait for each other where one needs what another made.
import { threadCount } from './runtime';

/** Waits for the other threads. */
export function barrier(): void {
  if (threadCount() == 1) return;
}
