/** How to find frames in a stream of bytes. */
export interface FrameFormat {
  /** Constant bytes that every frame begins with; at least one. */
  readonly start: Uint8Array;
  /** Longer announcements are noise: without a bound a wrong length byte would make us wait for ever. */
  readonly maxFrameSize: number;
  /** Silence inside a frame after which its beginning is given up. */
  readonly maxGapMs: number;
  /** `bytes` begins with `start`. Gives the size of the whole frame, or null while that is not known yet, or 0 if this is no frame. */
  measure(bytes: Uint8Array): number | null;
  /** Checks trailer and checksum of a whole frame. */
  isValid(frame: Uint8Array): boolean;
}

export interface FrameReader {
  /** Takes what arrived at `nowMs` (any clock that does not run backwards) and gives the frames that are complete now. */
  push(bytes: Uint8Array, nowMs: number): Uint8Array[];
  /** Forgets an unfinished frame. */
  reset(): void;
  /** Bytes held back: always less than `maxFrameSize`. */
  readonly pending: number;
  /** Bytes thrown away so far because they belonged to no valid frame; tells "garbled" from "silent". */
  readonly discarded: number;
}

export function createFrameReader(format: FrameFormat): FrameReader {
  let buffer: Uint8Array = new Uint8Array();
  let lastPushMs = 0;
  let discarded = 0;

  /** Gives the next whole frame at or after `from`, or null and where the undecided rest begins. */
  function next(from: number): { frame: Uint8Array | null; end: number } {
    for (let at = from; ; at += 1) {
      const start = findStart(buffer, format.start, at);
      discarded += start - at;
      at = start;
      if (buffer.length - at < format.start.length) return { frame: null, end: at };
      const candidate = buffer.subarray(at);
      const size = format.measure(candidate);
      const couldBeFrame = size === null ? candidate.length < format.maxFrameSize : size > 0 && size <= format.maxFrameSize;
      if (couldBeFrame && (size === null || candidate.length < size)) return { frame: null, end: at };
      if (couldBeFrame && size !== null && format.isValid(candidate.subarray(0, size))) {
        return { frame: candidate.slice(0, size), end: at + size };
      }
      // One byte only: a real frame may begin inside what looked like one.
      discarded += 1;
    }
  }

  function reset(): void {
    discarded += buffer.length;
    buffer = new Uint8Array();
  }

  return {
    push(bytes, nowMs) {
      if (buffer.length > 0 && nowMs - lastPushMs > format.maxGapMs) reset();
      lastPushMs = nowMs;
      buffer = concat(buffer, bytes);
      const frames: Uint8Array[] = [];
      let { frame, end } = next(0);
      while (frame !== null) {
        frames.push(frame);
        ({ frame, end } = next(end));
      }
      buffer = buffer.slice(end);
      return frames;
    },
    reset,
    get pending() {
      return buffer.length;
    },
    get discarded() {
      return discarded;
    },
  };
}

/** Where `start` begins at or after `from`, or where its first bytes stand at the end, or the length. */
function findStart(bytes: Uint8Array, start: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const overlap = Math.min(start.length, bytes.length - at);
    let same = 0;
    while (same < overlap && bytes[at + same] === start[same]) same += 1;
    if (same === overlap) return at;
  }
  return bytes.length;
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}
