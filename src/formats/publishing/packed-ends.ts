/** The first and the last bytes of a compressed output, which the coordinator writes. */
import { PAGE_BYTES } from '../../memory/heap.js';
import { ownPlace } from '../compression/own-place.js';
import { MemberWriter, type Packed } from './member-writer.js';

/** Carries the preamble over to the first split; what of it is written already. */
export function packPreamble(packed: Packed, preamble: Uint8Array): Uint8Array {
  return collect(packed, (members) => {
    members.beginSplit(0);
    put(members, preamble);
    members.endSplit(-1);
  });
}

/** What is left of the last split and what closes the file, as a last member; a file is never without one. */
export function packClosing(packed: Packed, split: number, isFirst: boolean, closing?: Uint8Array): Uint8Array {
  return collect(packed, (members) => {
    members.beginSplit(split);
    if (closing !== undefined) put(members, closing);
    if (isFirst || members.filled > 0) members.writeMember();
  });
}

function put(members: MemberWriter, bytes: Uint8Array): void {
  const { memory } = ownPlace();
  const buffer = memory.allocate(1, 'compressing');
  for (let done = 0; done < bytes.length; done += PAGE_BYTES) {
    const piece = bytes.subarray(done, done + PAGE_BYTES);
    memory.heap.u8.set(piece, buffer);
    members.put(buffer, piece.length);
  }
  memory.free(buffer, 1);
}

function collect(packed: Packed, run: (members: MemberWriter) => void): Uint8Array {
  const pieces: Uint8Array[] = [];
  const { u8 } = ownPlace().memory.heap;
  const members = new MemberWriter(packed, ownPlace(), (address, bytes) => {
    pieces.push(u8.slice(address, address + bytes));
  });
  run(members);
  members.close();
  return Buffer.concat(pieces);
}
