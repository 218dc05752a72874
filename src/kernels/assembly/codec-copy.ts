// Moving bytes in decoders: from the input, and from what was written before.

/** A vector may be written past the end where so much room is left. */
const VECTOR: u32 = 16;

/** `bytes` bytes from another place. `sourceEnd` and `targetEnd` bound what may be read and written. */
// @ts-ignore: decorator
@inline
export function copyLiterals(to: usize, from: usize, bytes: u32, sourceEnd: usize, targetEnd: usize): void {
  if (targetEnd - to >= <usize>bytes + VECTOR && sourceEnd - from >= <usize>bytes + VECTOR) {
    v128.store(to, v128.load(from));
    for (let at: u32 = VECTOR; at < bytes; at += VECTOR) v128.store(to + at, v128.load(from + at));
  } else {
    memory.copy(to, from, bytes);
  }
}

/** `bytes` bytes, at least one, from `distance` before `to`; what is written counts as written for what follows. */
// @ts-ignore: decorator
@inline
export function copyMatch(to: usize, distance: u32, bytes: u32, targetEnd: usize): void {
  if (distance >= VECTOR && targetEnd - to >= <usize>bytes + VECTOR) {
    const from = to - distance;
    v128.store(to, v128.load(from));
    for (let at: u32 = VECTOR; at < bytes; at += VECTOR) v128.store(to + at, v128.load(from + at));
  } else {
    copyRepeat(to, distance, bytes);
  }
}

/** The match repeats itself, or lies at the end of the room. */
function copyRepeat(to: usize, distance: u32, bytes: u32): void {
  if (distance == 1) {
    memory.fill(to, load<u8>(to - 1), bytes);
  } else if (distance < VECTOR && bytes < 2 * VECTOR) {
    for (let at: u32 = 0; at < bytes; at++) store<u8>(to + at, load<u8>(to + at - distance));
  } else {
    // What is there already is copied, which doubles what is there.
    const from = to - distance;
    for (let done: u32 = 0; done < bytes; ) {
      const more = min(distance + done, bytes - done);
      memory.copy(to + done, from, more);
      done += more;
    }
  }
}

/** For JavaScript, whose own way of moving bytes of shared memory is slow. */
export function moveBytes(to: usize, from: usize, bytes: u32): void {
  memory.copy(to, from, bytes);
}
