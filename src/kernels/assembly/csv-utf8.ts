// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.

/** Address of the first byte of the first sequence in [from, to) that is not UTF-8; 0 when all is well. */
export function firstInvalidUtf8(from: usize, to: usize): usize {
  let at = from;
  while (at < to) {
    while (at + 16 <= to && i8x16.bitmask(v128.load(at)) == 0) at += 16;
    if (at >= to) break;
    const first = <u32>load<u8>(at);
    if (first < 0x80) {
      at++;
      continue;
    }
    const left = to - at;
    if (first < 0xe0) {
      if (first < 0xc2 || left < 2 || (load<u8>(at, 1) & 0xc0) != 0x80) return at;
      at += 2;
    } else if (first < 0xf0) {
      if (left < 3) return at;
      const second = <u32>load<u8>(at, 1);
      if ((second & 0xc0) != 0x80 || (load<u8>(at, 2) & 0xc0) != 0x80) return at;
      if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0)) return at;
      at += 3;
    } else {
      if (first > 0xf4 || left < 4) return at;
      const second = <u32>load<u8>(at, 1);
      if ((second & 0xc0) != 0x80 || (load<u8>(at, 2) & 0xc0) != 0x80 || (load<u8>(at, 3) & 0xc0) != 0x80) return at;
      if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90)) return at;
      at += 4;
    }
  }
  return 0;
}
