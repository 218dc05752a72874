/** Bytes of every kind that compressors treat differently. */
import { random } from '../../../support/random.js';

export interface Sample {
  readonly name: string;
  readonly data: Uint8Array;
}

let made: readonly Sample[] | undefined;

/** None is larger than 200 kB. */
export function samples(): readonly Sample[] {
  made ??= [
    { name: 'nothing', data: new Uint8Array() },
    { name: 'one byte', data: bytesOf('a') },
    { name: 'thirteen bytes', data: bytesOf('abcdefghijklm') },
    { name: 'a short repeat', data: bytesOf('abababababababababababababababab') },
    { name: 'few rows', data: rows(40) },
    { name: 'rows', data: rows(4000) },
    { name: 'zeros', data: new Uint8Array(150_000) },
    { name: 'noise', data: noise(100_000) },
    { name: 'little noise', data: noise(700) },
    { name: 'repeats of every distance', data: repeats() },
    { name: 'noise and rows', data: concat(noise(70_000), rows(500), noise(300), rows(500)) },
  ];
  return made;
}

function rows(count: number): Uint8Array {
  const rng = random(1);
  const lines = Array.from(
    { length: count },
    (_, i) =>
      `${i},${rng.pick(['open', 'shipped', 'returned'])},${rng.int(100_000) / 100},2024-0${1 + rng.int(9)}-11\n`,
  );
  return bytesOf(lines.join(''));
}

function noise(bytes: number): Uint8Array {
  const rng = random(2);
  return Uint8Array.from({ length: bytes }, () => rng.int(256));
}

function repeats(): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let distance = 1; distance < 40; distance++) {
    const piece = noise(distance);
    for (let i = 0; i < 200 / distance; i++) pieces.push(piece);
  }
  return concat(...pieces);
}

function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
