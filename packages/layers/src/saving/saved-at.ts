import type { Model } from '../models/model.ts';

/** When the content of a model was first saved, so that what has not changed since is saved as the same bytes. */
const dates = new WeakMap<Model, { readonly digest: string; readonly date: string }>();

/** The date to write beside this content. */
export async function savedAt(model: Model, content: readonly Uint8Array[], now: Date = new Date()): Promise<string> {
  const digest = await digestOf(content);
  const known = dates.get(model);
  if (known?.digest === digest) return known.date;
  const date = now.toISOString().slice(0, 19).replace('T', '@');
  dates.set(model, { digest, date });
  return date;
}

/** Notes that a model was opened from this content. */
export async function openedFrom(model: Model, content: readonly Uint8Array[], date: string): Promise<void> {
  dates.set(model, { digest: await digestOf(content), date });
}

async function digestOf(content: readonly Uint8Array[]): Promise<string> {
  const digests = await Promise.all(content.map((bytes) => crypto.subtle.digest('SHA-256', bytes as BufferSource)));
  return digests.map((digest) => new Uint8Array(digest).join()).join(' ');
}
