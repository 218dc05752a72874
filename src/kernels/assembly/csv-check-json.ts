// Texts that must be JSON.
import { cutBlanks, isJson, skipBlanks } from './json-scan';

/** Cuts blanks around the texts off; answers the first row from `from` on whose text is no JSON, or -1. */
export function checkJson(texts: usize, validity: usize, from: u32, count: u32): i32 {
  for (let row = from; row < count; row++) {
    if (validity != 0 && load<u8>(validity + row) == 0) continue;
    const view = texts + (<usize>row << 3);
    const address = <usize>load<u32>(view);
    const start = skipBlanks(address, address + load<u32>(view, 4));
    const end = cutBlanks(start, address + load<u32>(view, 4));
    if (!isJson(start, end)) return row;
    store<u32>(view, <u32>start);
    store<u32>(view, <u32>(end - start), 4);
  }
  return -1;
}
