// xxHash (github.com/Cyan4973/xxHash, xxhash_spec.md), 32 and 64 bits with seed 0, over bytes that come piece by piece: what
// LZ4 and zstd frames are checked with.
//
//     state    four lanes | bytes so far u64 | bytes not yet hashed, up to 32 | how many u32
import { HASH_STATE_BYTES } from './codec-layout';

const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;
const Q1: u32 = 0x9e3779b1;
const Q2: u32 = 0x85ebca77;
const Q3: u32 = 0xc2b2ae3d;
const Q4: u32 = 0x27d4eb2f;
const Q5: u32 = 0x165667b1;

const TOTAL: u32 = 32;
const KEPT: u32 = 40;
const KEPT_BYTES: u32 = 72;

// @ts-ignore: decorator
@inline
function round64(lane: u64, word: u64): u64 {
  return rotl(lane + word * P2, 31) * P1;
}

// @ts-ignore: decorator
@inline
function round32(lane: u32, word: u32): u32 {
  return rotl(lane + word * Q2, 13) * Q1;
}

export function beginHash64(state: usize): void {
  memory.fill(state, 0, HASH_STATE_BYTES);
  store<u64>(state, P1 + P2);
  store<u64>(state, P2, 8);
  store<u64>(state, 0, 16);
  store<u64>(state, 0 - P1, 24);
}

export function beginHash32(state: usize): void {
  memory.fill(state, 0, HASH_STATE_BYTES);
  store<u32>(state, Q1 + Q2);
  store<u32>(state, Q2, 4);
  store<u32>(state, 0, 8);
  store<u32>(state, 0 - Q1, 12);
}

export function addHash64(state: usize, from: usize, bytes: u32): void {
  add(state, from, bytes, 32);
}

export function addHash32(state: usize, from: usize, bytes: u32): void {
  add(state, from, bytes, 16);
}

/** `stripe`: bytes that go into the lanes at once. */
function add(state: usize, from: usize, bytes: u32, stripe: u32): void {
  store<u64>(state, load<u64>(state, TOTAL) + bytes, TOTAL);
  const kept = load<u32>(state, KEPT_BYTES);
  if (kept + bytes < stripe) {
    memory.copy(state + KEPT + kept, from, bytes);
    store<u32>(state, kept + bytes, KEPT_BYTES);
    return;
  }
  if (kept != 0) {
    const more = stripe - kept;
    memory.copy(state + KEPT + kept, from, more);
    hashStripes(state, state + KEPT, stripe, stripe);
    from += more;
    bytes -= more;
  }
  const whole = bytes - (bytes % stripe);
  hashStripes(state, from, whole, stripe);
  memory.copy(state + KEPT, from + whole, bytes - whole);
  store<u32>(state, bytes - whole, KEPT_BYTES);
}

function hashStripes(state: usize, from: usize, bytes: u32, stripe: u32): void {
  if (stripe == 16) {
    let a = load<u32>(state);
    let b = load<u32>(state, 4);
    let c = load<u32>(state, 8);
    let d = load<u32>(state, 12);
    for (let at: u32 = 0; at < bytes; at += 16) {
      a = round32(a, load<u32>(from + at));
      b = round32(b, load<u32>(from + at, 4));
      c = round32(c, load<u32>(from + at, 8));
      d = round32(d, load<u32>(from + at, 12));
    }
    store<u32>(state, a);
    store<u32>(state, b, 4);
    store<u32>(state, c, 8);
    store<u32>(state, d, 12);
    return;
  }
  let a = load<u64>(state);
  let b = load<u64>(state, 8);
  let c = load<u64>(state, 16);
  let d = load<u64>(state, 24);
  for (let at: u32 = 0; at < bytes; at += 32) {
    a = round64(a, load<u64>(from + at));
    b = round64(b, load<u64>(from + at, 8));
    c = round64(c, load<u64>(from + at, 16));
    d = round64(d, load<u64>(from + at, 24));
  }
  store<u64>(state, a);
  store<u64>(state, b, 8);
  store<u64>(state, c, 16);
  store<u64>(state, d, 24);
}

/** The lower half of the hash, which is what zstd stores. */
export function endHash64(state: usize): u32 {
  const total = load<u64>(state, TOTAL);
  let hash = P5;
  if (total >= 32) {
    const a = load<u64>(state);
    const b = load<u64>(state, 8);
    const c = load<u64>(state, 16);
    const d = load<u64>(state, 24);
    hash = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
    hash = (hash ^ round64(0, a)) * P1 + P4;
    hash = (hash ^ round64(0, b)) * P1 + P4;
    hash = (hash ^ round64(0, c)) * P1 + P4;
    hash = (hash ^ round64(0, d)) * P1 + P4;
  }
  hash += total;
  let at = state + KEPT;
  const end = at + load<u32>(state, KEPT_BYTES);
  for (; at + 8 <= end; at += 8) hash = rotl(hash ^ round64(0, load<u64>(at)), 27) * P1 + P4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * P1), 23) * P2 + P3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ (<u64>load<u8>(at) * P5), 11) * P1;
  hash = (hash ^ (hash >>> 33)) * P2;
  hash = (hash ^ (hash >>> 29)) * P3;
  return u32(hash ^ (hash >>> 32));
}

export function endHash32(state: usize): u32 {
  const total = load<u64>(state, TOTAL);
  let hash = Q5;
  if (total >= 16) {
    hash = rotl(load<u32>(state), 1) + rotl(load<u32>(state, 4), 7) + rotl(load<u32>(state, 8), 12) + rotl(load<u32>(state, 12), 18);
  }
  hash += <u32>total;
  let at = state + KEPT;
  const end = at + load<u32>(state, KEPT_BYTES);
  for (; at + 4 <= end; at += 4) hash = rotl(hash + load<u32>(at) * Q3, 17) * Q4;
  for (; at < end; at++) hash = rotl(hash + <u32>load<u8>(at) * Q5, 11) * Q1;
  hash = (hash ^ (hash >>> 15)) * Q2;
  hash = (hash ^ (hash >>> 13)) * Q3;
  return hash ^ (hash >>> 16);
}
