// Cyclic redundancy checks. Of reflected polynomials (gzip, snappy) sixteen bytes are taken at once, each through a table of
// what it does so many bytes ahead; bzip2's goes the other way round, byte by byte.

/** Fills CRC_TABLE_BYTES at `tables` for a reflected polynomial. */
export function makeCrcTables(tables: usize, polynomial: u32): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (polynomial & (0 - (crc & 1)));
    store<u32>(tables + (byte << 2), crc);
  }
  for (let entry: u32 = 256; entry < 4096; entry++) {
    const before = load<u32>(tables + ((entry - 256) << 2));
    store<u32>(tables + (entry << 2), (before >>> 8) ^ load<u32>(tables + ((before & 255) << 2)));
  }
}

// @ts-ignore: decorator
@inline
function fourBytes(tables: usize, word: u32, ahead: u32): u32 {
  return (
    load<u32>(tables + ((ahead + 3) << 10) + ((word & 255) << 2)) ^
    load<u32>(tables + ((ahead + 2) << 10) + (((word >>> 8) & 255) << 2)) ^
    load<u32>(tables + ((ahead + 1) << 10) + (((word >>> 16) & 255) << 2)) ^
    load<u32>(tables + (ahead << 10) + ((word >>> 24) << 2))
  );
}

/** The check of what `crc` is the check of, followed by these bytes. */
export function addCrc(tables: usize, crc: u32, from: usize, bytes: u32): u32 {
  crc = ~crc;
  while (bytes >= 16) {
    crc =
      fourBytes(tables, load<u32>(from) ^ crc, 12) ^
      fourBytes(tables, load<u32>(from, 4), 8) ^
      fourBytes(tables, load<u32>(from, 8), 4) ^
      fourBytes(tables, load<u32>(from, 12), 0);
    from += 16;
    bytes -= 16;
  }
  for (; bytes > 0; bytes--, from++) crc = (crc >>> 8) ^ load<u32>(tables + (((crc ^ <u32>load<u8>(from)) & 255) << 2));
  return ~crc;
}
