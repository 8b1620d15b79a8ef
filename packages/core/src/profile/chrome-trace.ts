import type { InstructionProfile } from './instruction-profile.ts';
import type { Profile } from './profile.ts';

/**
 * Profiles as JSON for Chrome's `about:tracing` and ui.perfetto.dev: each is a process, with one step of mean times, the
 * instructions one after another. Times are in microseconds.
 *
 * @see "Trace Event Format", Google, 2016
 */
export const chromeTrace = (profiles: readonly Profile[]): string =>
  JSON.stringify({ displayTimeUnit: 'ns', traceEvents: profiles.flatMap((profile, i) => eventsOf(profile, i + 1)) });

function eventsOf({ name, device, instructions }: Profile, pid: number): unknown[] {
  let ts = 0;
  const place = { pid, tid: 1 };
  const events = instructions
    .filter(({ milliseconds }) => milliseconds > 0)
    .map((row) => {
      const event = { ph: 'X', ...place, name: row.origin || row.primitive, cat: row.primitive, ts, ...argsOf(row) };
      ts += event.dur;
      return event;
    });
  return [
    { ph: 'M', ...place, name: 'process_name', args: { name } },
    { ph: 'M', ...place, name: 'thread_name', args: { name: device } },
    ...events,
  ];
}

function argsOf(row: InstructionProfile): { readonly dur: number; readonly args: Readonly<Record<string, unknown>> } {
  const { index, primitive, layer, shape, flops, bytes, share, gflops, gigabytes, ofBound, milliseconds } = row;
  const args = { index, primitive, layer, shape, flops, bytes, share, gflops, gigabytes, ofBound };
  return { dur: 1e3 * milliseconds, args };
}
