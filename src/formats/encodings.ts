/** Encodings of text files, each a decoder for pieces of a file one after another; what is not of the encoding is never guessed. */

export const ENCODINGS = ['utf-8', 'utf-16', 'utf-16le', 'utf-16be', 'latin-1', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Text of the next piece; undefined when it is not of the encoding. `isLast`: nothing follows. */
export type PieceDecoder = (piece: Buffer, isLast: boolean) => string | undefined;

export function pieceDecoder(encoding: Encoding): PieceDecoder {
  switch (encoding) {
    case 'utf-8':
      return unicode('utf-8');
    case 'utf-16':
      return utf16ByMark();
    case 'utf-16le':
      return unicode('utf-16le');
    case 'utf-16be':
      return bigEndian();
    case 'latin-1':
      return (piece) => piece.toString('latin1');
    case 'windows-1252':
      return windows1252;
  }
}

/** A byte order mark stays: whoever reads the text drops it. */
function unicode(name: 'utf-8' | 'utf-16le'): PieceDecoder {
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
  return (piece, isLast) => {
    try {
      return decoder.decode(piece, { stream: !isLast });
    } catch {
      return undefined;
    }
  };
}

function bigEndian(): PieceDecoder {
  const decode = unicode('utf-16le');
  /** The first half of a character whose second half comes with the next piece. */
  let half = Buffer.alloc(0);
  return (piece, isLast) => {
    const all = Buffer.concat([half, piece]);
    const even = all.length - (all.length % 2);
    half = all.subarray(even);
    if (isLast && half.length > 0) return undefined;
    return decode(all.subarray(0, even).swap16(), isLast);
  };
}

/** Without a mark nothing says which byte of a character comes first. */
function utf16ByMark(): PieceDecoder {
  let decode: PieceDecoder | undefined;
  return (piece, isLast) => {
    decode ??= piece.length < 2 ? undefined : decoderByMark(piece.readUInt16BE(0));
    return decode?.(piece, isLast);
  };
}

function decoderByMark(mark: number): PieceDecoder | undefined {
  if (mark === 0xfffe) return unicode('utf-16le');
  return mark === 0xfeff ? bigEndian() : undefined;
}

/** The characters of 0x80 to 0x9f; a blank: there is none. Node has had versions that take them for those of Latin-1. */
const WINDOWS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

function windows1252(piece: Buffer): string | undefined {
  let isWrong = false;
  const text = piece.toString('latin1').replace(/[\x80-\x9f]/g, (character) => {
    const found = WINDOWS[character.charCodeAt(0) - 0x80];
    isWrong ||= found === ' ';
    return found;
  });
  return isWrong ? undefined : text;
}
