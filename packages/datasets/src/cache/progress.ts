/** How far a download is. `total` is unknown where the server does not say it. */
export interface DownloadProgress {
  readonly fname: string;
  readonly loaded: number;
  readonly total: number | undefined;
}

const REDRAW_MS = 100;
const MEGABYTE = 1e6;

/**
 * A listener that shows a download on stderr: on a terminal a line that is drawn again, elsewhere a line at the start and
 * one at the end. Silent without stderr (in a browser).
 */
export function progressLine(): (progress: DownloadProgress) => void {
  const stderr = (globalThis as { process?: NodeJS.Process }).process?.stderr;
  const started = Date.now();
  let first: number | undefined;
  let drawn = 0;
  return (progress) => {
    const { fname, loaded, total } = progress;
    const isStart = first === undefined;
    const isDone = loaded === total;
    first ??= loaded;
    if (!stderr) return;
    const line = describe(progress, (loaded - first) / Math.max(Date.now() - started, 1));
    if (!stderr.isTTY) {
      if (isStart && !isDone) stderr.write(`${fname}: downloading${total ? ` ${megabytes(total)} MB` : ''}\n`);
      if (isDone) stderr.write(`${line}\n`);
    } else if (isDone || Date.now() - drawn >= REDRAW_MS) {
      drawn = Date.now();
      stderr.write(`\r${line}\x1b[K${isDone ? '\n' : ''}`);
    }
  };
}

const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);

function describe({ fname, loaded, total }: DownloadProgress, bytesPerMs: number): string {
  const done = total ? `${Math.floor((100 * loaded) / total)} % ` : '';
  const of = total ? ` of ${megabytes(total)}` : '';
  return `${fname}: ${done}${megabytes(loaded)}${of} MB, ${megabytes(bytesPerMs * 1000)} MB/s`;
}
