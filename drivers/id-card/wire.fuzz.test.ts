import { expect, test } from 'vitest';
import { decodeCardText } from './card.ts';
import { createSdtReader, decodeBase, decodeReply, decodeRequest, encodeBase, encodeReply, encodeRequest, statusMessage } from './wire.ts';

const INPUTS = 100_000;
const MAX_PENDING = 4_096;
/** Short enough that 100,000 inputs take seconds, long enough for a text of any kind in one of sixteen inputs. */
const MAX_RANDOM_SIZE = 64;

/** mulberry32: a fixed seed makes a failing input repeatable. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(frame: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = frame.slice();
  for (let changes = random(4); changes > 0; changes -= 1) bytes[random(bytes.length)] = random(256);
  const from = random(8) === 0 ? random(bytes.length) : 0;
  const to = random(4) === 0 ? random(bytes.length) : bytes.length;
  return bytes.subarray(from, Math.max(from, to));
}

function randomBytes(size: number, random: (below: number) => number): Uint8Array {
  return Uint8Array.from({ length: size }, () => random(256));
}

test('100,000 random and damaged inputs: no throw, bounded buffer, and the reader still reads afterwards', () => {
  const random = createRandom(20_261_121);
  const short = [encodeReply('CARD_FOUND', new Uint8Array(4)), encodeReply('OK'), encodeRequest('find'), encodeReply('READ_FAILED')];
  const reader = createSdtReader();
  let nowMs = 0;
  let frames = 0;
  for (let count = 0; count < INPUTS; count += 1) {
    const kind = random(16);
    const text = kind === 0 ? randomBytes(256, random) : null;
    // Behind a right checksum, so that the text decoder meets the bytes too.
    const input =
      text !== null
        ? encodeReply('OK', mutate(encodeBase({ text, photo: new Uint8Array(8) }), random))
        : kind < 6
          ? randomBytes(random(MAX_RANDOM_SIZE), random)
          : mutate(short[random(short.length)] ?? new Uint8Array(1), random);
    nowMs += random(20) === 0 ? 1_000 : 1;
    for (const frame of reader.push(input, nowMs)) {
      frames += 1;
      decodeRequest(frame);
      const reply = decodeReply(frame);
      if (reply === null) continue;
      statusMessage(reply);
      const base = decodeBase(reply.data);
      if (base.ok) decodeCardText(base.value.text);
    }
    if (reader.pending >= MAX_PENDING) throw new Error(`input ${count}: ${reader.pending} bytes held back`);
    if (text !== null) decodeCardText(text);
  }
  expect(frames).toBeGreaterThan(INPUTS / 10);
  expect(reader.push(encodeReply('FIND_FAILED'), nowMs + 1_000).map(decodeReply)).toMatchObject([{ status: 'FIND_FAILED' }]);
});
