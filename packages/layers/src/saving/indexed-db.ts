import { StateError } from '@capas/core';

/** The data base of the browser in which models are kept, and the place in it. */
const DATABASE = 'capas';
const STORE = 'files';

/** The bytes that were kept under `indexeddb://name`. @param who who asks, for messages */
export async function readIndexedDb(who: string, url: string): Promise<Uint8Array> {
  const bytes = await inStore(who, 'readonly', (store) => store.get(keyOf(url)));
  if (!(bytes instanceof Uint8Array)) throw new StateError(`${who}: nothing was saved under '${url}' here.`);
  return bytes;
}

/** Keeps bytes under `indexeddb://name`, in the place of what was there. */
export async function writeIndexedDb(who: string, url: string, bytes: Uint8Array): Promise<void> {
  await inStore(who, 'readwrite', (store) => store.put(bytes, keyOf(url)));
}

const keyOf = (url: string): string => url.replace(/^indexeddb:(\/\/)?/, '');

async function inStore<T>(
  who: string,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const { indexedDB } = globalThis;
  if (!indexedDB) throw new StateError(`${who}: there is no IndexedDB here: it is of browsers.`);
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
  const database = await settled(who, opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const result = await settled(who, ask(transaction.objectStore(STORE)));
    // what is written is there once the transaction is complete: a full disk shows only then
    if (mode === 'readwrite') await completed(who, transaction);
    return result;
  } finally {
    database.close();
  }
}

const settled = <T>(who: string, request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(failed(who, request.error));
  });

const completed = (who: string, transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(failed(who, transaction.error));
  });

const failed = (who: string, error: DOMException | null): StateError =>
  new StateError(`${who}: IndexedDB says: ${error?.message ?? 'aborted'}.`, { cause: error });
