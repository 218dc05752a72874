// Moving the bytes of texts and records.

const LONG_TEXT: u32 = 128;

/** Texts are short, and a call of memory.copy costs more than they do. */
// @ts-ignore: decorator
@inline
export function copyBytes(to: usize, from: usize, bytes: u32): void {
  if (bytes >= LONG_TEXT) {
    memory.copy(to, from, bytes);
    return;
  }
  while (bytes >= 8) {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
    bytes -= 8;
  }
  if (bytes & 4) {
    store<u32>(to, load<u32>(from));
    to += 4;
    from += 4;
  }
  if (bytes & 2) {
    store<u16>(to, load<u16>(from));
    to += 2;
    from += 2;
  }
  if (bytes & 1) store<u8>(to, load<u8>(from));
}
