/** How far a download is. `total` is unknown where the server does not say it. */
export interface DownloadProgress {
  readonly fname: string;
  readonly loaded: number;
  readonly total: number | undefined;
}

const REDRAW_MS = 100;
const MEGABYTE = 1e6;

/**
 * A listener that shows a download on stderr: a line that is drawn again on a terminal, elsewhere one line at the end.
 * Silent without stderr (in a browser).
 */
export function progressLine(): (progress: DownloadProgress) => void {
  const stderr = (globalThis as { process?: NodeJS.Process }).process?.stderr;
  const started = Date.now();
  let first: number | undefined;
  let drawn = 0;
  return (progress) => {
    first ??= progress.loaded;
    const isDone = progress.loaded === progress.total;
    if (!stderr || (!isDone && (!stderr.isTTY || Date.now() - drawn < REDRAW_MS))) return;
    drawn = Date.now();
    const line = describe(progress, (progress.loaded - first) / Math.max(drawn - started, 1));
    stderr.write(stderr.isTTY ? `\r${line}\x1b[K${isDone ? '\n' : ''}` : `${line}\n`);
  };
}

function describe({ fname, loaded, total }: DownloadProgress, bytesPerMs: number): string {
  const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
  const done = total ? `${Math.floor((100 * loaded) / total)} % ` : '';
  const of = total ? ` of ${megabytes(total)}` : '';
  return `${fname}: ${done}${megabytes(loaded)}${of} MB, ${megabytes(bytesPerMs * 1000)} MB/s`;
}
