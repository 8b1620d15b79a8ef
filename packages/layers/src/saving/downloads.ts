import { StateError } from '@capas/core';

/** Lets the browser save bytes as a file of this name in its folder of downloads. @param who who asks, for messages */
export function offerDownload(who: string, name: string, bytes: Uint8Array): void {
  const { document } = globalThis;
  if (!document) throw new StateError(`${who}: there are no downloads here: they are of browsers.`);
  const url = URL.createObjectURL(new Blob([bytes as BlobPart]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the browser has begun by then
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
