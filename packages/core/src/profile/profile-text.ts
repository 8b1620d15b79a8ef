import type { GroupProfile, InstructionProfile, Speed } from './instruction-profile.ts';
import type { Profile } from './profile.ts';

/** Options of `Profile.toString`. */
export interface ProfileTextOptions {
  /** How many instructions are shown, those that took longest. @defaultValue 15 */
  readonly top?: number;
}

/** A profile as text: the step, then tables of layers, of primitives and of instructions, those that took longest first. */
export function profileText(profile: Profile, { top = 15 }: ProfileTextOptions = {}): string {
  const { name, device, steps, milliseconds, instructionMilliseconds, bound, layers, primitives, instructions } =
    profile;
  const shown = instructions.filter((row) => row.milliseconds > 0).sort((a, b) => b.milliseconds - a.milliseconds);
  const left = shown.length - top;
  const between = milliseconds - instructionMilliseconds;
  const least =
    bound &&
    `the bound here: ${rate(bound.flopsPerSecond / 1e9)} Gflop/s, ${rate(bound.bytesPerSecond / 1e9)} GB/s of memory`;
  return [
    `${name}: ${time(milliseconds)} ms a step, ${time(between)} of it between instructions (${steps} steps, ${device})`,
    ...(least ? [least] : []),
    '',
    ...table('layer', layers, [
      ['forward', ({ milliseconds: all, gradientMilliseconds }) => time(all - gradientMilliseconds)],
      ['gradient', ({ gradientMilliseconds }) => time(gradientMilliseconds)],
    ]),
    '',
    ...table('primitive', primitives, [['count', ({ count }: GroupProfile) => `${count}`]]),
    '',
    ...table('instruction', shown.slice(0, top).map(named)),
    ...(left > 0 ? [`and ${left} more`] : []),
  ].join('\n');
}

const named = (row: InstructionProfile): InstructionProfile & { name: string } => ({
  ...row,
  name: `#${row.index} ${row.primitive} ${row.shape}  ${row.origin}`.trimEnd(),
});

type Column<Row> = readonly [title: string, text: (row: Row) => string];

/** Lines of the rows that took time: numbers at the right of their columns, what they are about at the end. */
function table<Row extends Speed & { readonly name: string }>(
  title: string,
  rows: readonly Row[],
  more: readonly Column<Row>[] = [],
): string[] {
  const hasBound = rows.some(({ ofBound }) => ofBound !== undefined);
  const columns: Column<Row>[] = [
    ['share', ({ share }) => percent(share)],
    ['ms', ({ milliseconds }) => time(milliseconds)],
    ...more,
    ['Gflop/s', ({ gflops }) => rate(gflops)],
    ['GB/s', ({ gigabytes }) => rate(gigabytes)],
    ...(hasBound ? [['of bound', ({ ofBound }) => percent(ofBound ?? 0)] satisfies Column<Row>] : []),
  ];
  const cells = rows.filter(({ milliseconds }) => milliseconds > 0).map((row) => columns.map(([, text]) => text(row)));
  const widths = columns.map(([name], i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const line = (texts: readonly string[], name: string): string =>
    [...texts.map((text, i) => text.padStart(widths[i]!)), name].join('  ');
  return [
    line(
      columns.map(([name]) => name),
      title,
    ),
    ...rows.filter(({ milliseconds }) => milliseconds > 0).map((row, i) => line(cells[i]!, row.name || '(no layer)')),
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;
const time = (milliseconds: number): string => milliseconds.toFixed(milliseconds < 10 ? 4 : 2);
const rate = (perSecond: number): string => perSecond.toFixed(perSecond < 100 ? 1 : 0);
