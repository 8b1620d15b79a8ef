/**
 * Whether the objects in all global heaps of an HDF5 file, where it keeps texts, lie in their heaps. The library walks from object to
 * object by their sizes, and a damaged size can make it walk for ever.
 *
 * @see HDF5 File Format Specification 3.0, III.E "Disk Format: Level 1E - Global Heap"
 */
export function hasWholeHeaps(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(G); at >= 0 && at + HEADER <= bytes.length; at = bytes.indexOf(G, at + 1)) {
    // the signature `GCOL`, version 1, three bytes of zero
    if (view.getUint32(at, true) !== 0x4c4f4347 || view.getUint32(at + 4, true) !== 1) continue;
    const size = view.getBigUint64(at + 8, true);
    if (size > BigInt(bytes.length - at) || !isWhole(view, at + HEADER, at + Number(size))) return false;
  }
  return true;
}

function isWhole(view: DataView, start: number, end: number): boolean {
  for (let at = start; at + HEADER <= end; ) {
    const isFree = view.getUint16(at, true) === 0;
    const size = view.getBigUint64(at + 8, true);
    if (size > BigInt(end - at)) return false;
    // what is free counts its header
    if (isFree && size < HEADER) return false;
    at += (isFree ? 0 : HEADER) + Math.ceil(Number(size) / 8) * 8;
    if (at > end) return false;
  }
  return true;
}

const G = 0x47;
const HEADER = 16;
