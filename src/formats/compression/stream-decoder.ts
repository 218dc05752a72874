/** The face of the decoders of frames and members: from compressed input to pieces of output. */

export interface StreamDecoder {
  /** Output that later output may repeat; known when a frame has begun. */
  readonly windowBytes: number;
  /** The most that one piece has. */
  readonly pieceBytes: number;
  /**
   * Decodes the header of the next frame or member; false where the input ends. Throws CompressionFault, as `next` does.
   */
  begin(): boolean;
  /**
   * Decodes a piece to `target`, with the `history` bytes of the frame before it; how many bytes it has, -1 at the end
   * of the frame.
   */
  next(target: number, capacity: number, history: number): number;
}
