import type { Socket } from "node:net";

/** One frame at most, in bytes. The largest in good conduct is a bundle's code, or the answer of a source as JSON. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * Reads newline-delimited JSON from a socket.
 * @param onFrame each frame, unchecked
 * @param onBroken called once, for a frame that is too large or not JSON; nothing is read after it
 */
export function readFrames(socket: Socket, onFrame: (frame: unknown) => void, onBroken: (why: string) => void): void {
  let pieces: Buffer[] = [];
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      if (!take(rest.subarray(0, end)) || !finish()) return;
      rest = rest.subarray(end + 1);
    }
    take(rest);
  };
  const take = (piece: Buffer): boolean => {
    bytes += piece.length;
    if (bytes > MAX_FRAME_BYTES) return breakOff(`a frame is larger than ${MAX_FRAME_BYTES} bytes`);
    pieces.push(piece);
    return true;
  };
  const finish = (): boolean => {
    const text = Buffer.concat(pieces).toString("utf8");
    pieces = [];
    bytes = 0;
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return breakOff("a frame is not JSON");
    }
    onFrame(frame);
    return true;
  };
  const breakOff = (why: string): false => {
    pieces = [];
    socket.removeListener("data", onData);
    // Whatever still comes is let go unread, so that the other end can hear why.
    socket.resume();
    onBroken(why);
    return false;
  };
  socket.on("data", onData);
}

/** Writes one frame. JSON holds no newline of its own. */
export function writeFrame(socket: Socket, frame: object): void {
  if (socket.writable) socket.write(`${JSON.stringify(frame)}\n`);
}
