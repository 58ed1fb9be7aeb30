/**
 * The allow-list: ascending 6-byte hashes, big-endian, in one run of bytes (293 KiB for 50,000 badges).
 *
 * Each is the first 48 bits of HMAC-SHA256(list key, badge code); held to `tests/vectors/allow_list.json`.
 */

export const HASH_BYTES = 6;
const COUNT_BYTES = 4;

/** Whether the hash (its first 6 bytes) stands in the list. */
export function holds(list: Uint8Array, hash: Uint8Array): boolean {
  let low = 0;
  let high = list.length / HASH_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(list, middle * HASH_BYTES, hash, 0);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** Whether the bytes are a list: whole hashes, each greater than the one before. */
export function isList(bytes: Uint8Array): boolean {
  if (bytes.length % HASH_BYTES !== 0) return false;
  for (let at = HASH_BYTES; at < bytes.length; at += HASH_BYTES) {
    if (compare(bytes, at - HASH_BYTES, bytes, at) >= 0) return false;
  }
  return true;
}

/**
 * The list after a delta: how many go as uint32 big-endian, those that go, those that come, both ascending.
 *
 * Null when the delta is not one, or does not fit: one goes that is not there, one comes that is. Then the
 * whole list is fetched.
 */
export function applyDelta(list: Uint8Array, delta: Uint8Array): Uint8Array | null {
  if (delta.length < COUNT_BYTES) return null;
  const gone = new DataView(delta.buffer, delta.byteOffset).getUint32(0);
  const split = COUNT_BYTES + gone * HASH_BYTES;
  if (split > delta.length) return null;
  const removed = delta.subarray(COUNT_BYTES, split);
  const added = delta.subarray(split);
  if (!isList(removed) || !isList(added)) return null;
  const kept = without(list, removed);
  return kept && merged(kept, added);
}

function without(list: Uint8Array, removed: Uint8Array): Uint8Array | null {
  if (removed.length > list.length) return null;
  const kept = new Uint8Array(list.length - removed.length);
  let to = 0;
  let next = 0;
  for (let at = 0; at < list.length; at += HASH_BYTES) {
    if (next < removed.length && compare(list, at, removed, next) === 0) {
      next += HASH_BYTES;
    } else {
      if (to === kept.length) return null;
      copy(list, at, kept, to);
      to += HASH_BYTES;
    }
  }
  return next === removed.length ? kept : null;
}

function merged(list: Uint8Array, added: Uint8Array): Uint8Array | null {
  const all = new Uint8Array(list.length + added.length);
  let next = 0;
  let at = 0;
  for (let to = 0; to < all.length; to += HASH_BYTES) {
    const order =
      at === list.length ? 1 : next === added.length ? -1 : compare(list, at, added, next);
    if (order === 0) return null;
    if (order < 0) {
      copy(list, at, all, to);
      at += HASH_BYTES;
    } else {
      copy(added, next, all, to);
      next += HASH_BYTES;
    }
  }
  return all;
}

function compare(a: Uint8Array, atA: number, b: Uint8Array, atB: number): number {
  for (let byte = 0; byte < HASH_BYTES; byte++) {
    const difference = (a[atA + byte] ?? 0) - (b[atB + byte] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function copy(from: Uint8Array, at: number, into: Uint8Array, to: number): void {
  for (let byte = 0; byte < HASH_BYTES; byte++) into[to + byte] = from[at + byte] ?? 0;
}
