import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, type FrameFormat } from './frame.ts';

/** `AA AA | length of body | body | sum of body`. */
const FORMAT: FrameFormat = {
  start: Uint8Array.of(0xaa, 0xaa),
  maxFrameSize: 40,
  maxGapMs: 100,
  measure: (bytes) => (bytes.length < 3 ? null : 4 + (bytes[2] ?? 0)),
  isValid: (frame) => sum(frame.subarray(3, -1)) === frame.at(-1),
};

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
}

function frameOf(body: readonly number[]): number[] {
  return [0xaa, 0xaa, body.length, ...body, sum(Uint8Array.from(body))];
}

const body = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 36 });
/** Never the start byte, so that noise cannot pretend to open a frame and hold back the real one. */
const noise = fc.array(fc.integer({ min: 0, max: 0xa9 }), { maxLength: 20 });

test('frames come out whole however the stream is torn', () => {
  fc.assert(
    fc.property(fc.array(body, { maxLength: 4 }), fc.array(fc.nat(200), { maxLength: 10 }), (bodies, cuts) => {
      const frames = bodies.map(frameOf);
      const stream = Uint8Array.from(frames.flat());
      const reader = createFrameReader(FORMAT);
      const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).toSorted((a, b) => a - b), stream.length];
      const received = edges.slice(1).flatMap((end, index) => reader.push(stream.subarray(edges[index], end), 0));
      expect(received.map((frame) => [...frame])).toEqual(frames);
      expect(reader.pending).toBe(0);
      expect(reader.discarded).toBe(0);
    }),
  );
});

test('noise before, between and after frames is thrown away and counted', () => {
  fc.assert(
    fc.property(noise, body, noise, body, noise, (before, first, between, second, after) => {
      const reader = createFrameReader(FORMAT);
      const stream = [...before, ...frameOf(first), ...between, ...frameOf(second), ...after];
      expect(reader.push(Uint8Array.from(stream), 0).map((frame) => [...frame])).toEqual([frameOf(first), frameOf(second)]);
      expect(reader.discarded).toBe(before.length + between.length + after.length);
    }),
  );
});

test('a real frame inside a broken one is found', () => {
  const reader = createFrameReader(FORMAT);
  const inner = frameOf([1, 2]);
  const outer = [0xaa, 0xaa, inner.length, ...inner, 0x00];
  expect(reader.push(Uint8Array.from(outer), 0).map((frame) => [...frame])).toEqual([inner]);
});

test('one start byte too many does not hide the frame', () => {
  const reader = createFrameReader(FORMAT);
  // AA AA AA: the third byte looks like a length of 170, which is over the limit.
  expect(reader.push(Uint8Array.from([0xaa, ...frameOf([5])]), 0)).toHaveLength(1);
});

test('half a frame is given up after the gap, and the next one is read', () => {
  const reader = createFrameReader(FORMAT);
  const frame = Uint8Array.from(frameOf([1, 2, 3]));
  expect(reader.push(frame.subarray(0, 4), 0)).toEqual([]);
  expect(reader.push(frame, 101)).toEqual([frame]);
  expect(reader.discarded).toBe(4);
});

test('any bytes in any pieces: no throw, bounded buffer, every byte accounted for', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (pieces) => {
      const reader = createFrameReader(FORMAT);
      let inFrames = 0;
      for (const piece of pieces) {
        for (const frame of reader.push(piece, 0)) inFrames += frame.length;
        expect(reader.pending).toBeLessThan(FORMAT.maxFrameSize);
      }
      const total = pieces.reduce((count, piece) => count + piece.length, 0);
      expect(inFrames + reader.pending + reader.discarded).toBe(total);
    }),
  );
});
