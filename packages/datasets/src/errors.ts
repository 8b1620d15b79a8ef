import { CapasError } from '@capas/core';

/** One address that was tried, and why it gave nothing. */
export interface FailedAttempt {
  readonly url: string;
  readonly reason: string;
}

/** A file is not at hand and could not be downloaded: says what was tried, and how to provide the file. */
export class DownloadError extends CapasError {
  override name = 'DownloadError';
  readonly tried: readonly FailedAttempt[];

  constructor(fname: string, tried: readonly FailedAttempt[], howToProvide: string) {
    const lines = tried.map(({ url, reason }) => `\n  tried ${url}: ${reason}`).join('');
    super(`${fname} could not be downloaded.${lines}${howToProvide && `\n${howToProvide}`}`);
    this.tried = tried;
  }
}

/** A file whose bytes are not the expected ones: its hash differs, or it ends too early. */
export class CorruptFileError extends CapasError {
  override name = 'CorruptFileError';
}
