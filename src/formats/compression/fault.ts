/** What decoders throw: what is wrong with compressed bytes, without the file they are of. */
export class CompressionFault extends Error {
  /** What to do about it; corrupt and truncated files have to be had again. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

export function truncated(): CompressionFault {
  return new CompressionFault('it ends in the middle', 'the file is not whole: copy or download it again');
}

export function corrupt(what: string): CompressionFault {
  return new CompressionFault(what, 'the file is damaged: copy or download it again');
}
