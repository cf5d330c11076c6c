import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RATING_LEVELS } from '../../domain/rating-level.ts';
import { findKeypadProfile, KEYPAD_PROFILE_IDS, type KeypadProfile, keypadProfileSchema } from './profile.ts';
import { createKeypadCodec, levelsOf } from './wire.ts';

function profileOf(id: string): KeypadProfile {
  const profile = findKeypadProfile(id);
  if (profile === null) throw new Error(`no profile ${id}`);
  return profile;
}

const PROFILE = profileOf('qs-ff68');
const codec = createKeypadCodec(PROFILE);

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

const oneByte = fc.uint8Array({ minLength: 1, maxLength: 1 });
const message = fc.record({ addr: oneByte, func: oneByte, data: fc.uint8Array({ maxLength: 54 }) });

describe('FF 68 frames (research/hardware.md §4), byte for byte', () => {
  test('start rating', () => {
    expect(codec.encode(PROFILE.commands.prompt)).toEqual(hex('FF68 03 03 68 01 01 0B 0D 16'));
  });

  test.each([
    ['tickets and waiting', 'FF68 08 08 68 01 02 0A0A0A000108 2A 16', '02', '0A0A0A000108'],
    ['beep', 'FF68 02 02 68 01 03 04 16', '03', ''],
    ['stars', 'FF68 03 03 68 01 02 05 08 16', '02', '05'],
  ])('%s', (_, frame, func, data) => {
    expect(codec.decode(hex(frame))).toEqual({ addr: hex('01'), func: hex(func), data: hex(data) });
    expect(codec.encode({ addr: hex('01'), func: hex(func), data: hex(data) })).toEqual(hex(frame));
  });

  test('a rating is acknowledged by the same frame with function 01 and a sum lower by 10', () => {
    const rated = codec.decode(hex('FF68 03 03 68 01 11 02 14 16'));
    expect(rated).not.toBeNull();
    expect(codec.interpret(rated ?? {})).toEqual({
      event: { kind: 'rating', level: 'BASICALLY_SATISFIED' },
      ack: hex('FF68 03 03 68 01 01 02 04 16'),
    });
  });

  test('a key is echoed', () => {
    const frame = hex('FF68 03 03 68 07 01 0C 14 16');
    expect(codec.interpret(codec.decode(frame) ?? {})).toEqual({ event: { kind: 'key' }, ack: frame });
  });
});

test('each of the five levels goes through the profile and comes back as itself', () => {
  expect(levelsOf(PROFILE)).toEqual([...RATING_LEVELS]);
  for (const level of RATING_LEVELS) {
    expect(codec.interpret(codec.ratingMessage(level) ?? {}).event).toEqual({ kind: 'rating', level });
  }
});

test('a digit outside the map is no rating, and neither is a rating without a digit', () => {
  for (const data of ['05', 'FF', '']) {
    expect(codec.interpret({ addr: hex('01'), func: hex('11'), data: hex(data) }).event).toEqual({ kind: 'unknown' });
  }
  expect(codec.interpret({ addr: hex('01'), func: hex('7F'), data: hex('') })).toEqual({ event: { kind: 'unknown' }, ack: null });
});

test('decode undoes encode, torn at every byte boundary', () => {
  fc.assert(
    fc.property(message, (fields) => {
      const frame = codec.encode(fields);
      expect(codec.decode(frame)).toEqual(fields);
      for (let cut = 0; cut <= frame.length; cut += 1) {
        const reader = codec.createReader();
        expect([...reader.push(frame.subarray(0, cut), 0), ...reader.push(frame.subarray(cut), 1)]).toEqual([frame]);
      }
    }),
  );
});

test('any bytes: no throw, and only frames that encode back to themselves', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), message.map(codec.encode)), { maxLength: 6 }), (pieces) => {
      const reader = codec.createReader();
      for (const frame of pieces.flatMap((piece) => reader.push(piece, 0))) {
        const decoded = codec.decode(frame);
        expect(codec.encode(decoded ?? {})).toEqual(frame);
        codec.interpret(decoded ?? {});
      }
      expect(reader.pending).toBeLessThan(PROFILE.frame.maxSize);
    }),
  );
});

test('a wrong byte anywhere is never taken for a message', () => {
  const frame = codec.encode(PROFILE.commands.prompt);
  for (let at = 0; at < frame.length; at += 1) expect(codec.decode(frame.with(at, (frame[at] ?? 0) ^ 0x20))).toBeNull();
});

describe('profiles', () => {
  const raw = {
    id: 'fixed',
    name: '定长',
    sources: ['invented for this test'],
    assumptions: [],
    baudRate: 9600,
    frame: { parts: [{ const: 'AA' }, { field: 'key', size: 1 }, { checksum: 'crc16-modbus', over: ['key'] }], maxSize: 8, maxGapMs: 50 },
    commands: { prompt: { key: '80' } },
    events: [{ emit: 'rating', when: {}, value: { field: 'key', byte: 0, map: { '31': 'SATISFIED' } } }],
  };
  const reject = (change: object) => keypadProfileSchema.safeParse({ ...raw, ...change }).success === false;

  test('a fixed-size frame with a CRC needs no code', () => {
    const fixed = createKeypadCodec(keypadProfileSchema.parse(raw));
    const pressed = fixed.encode({ key: hex('31') });
    expect(pressed).toHaveLength(4);
    const [frame] = fixed.createReader().push(pressed, 0);
    expect(fixed.interpret(fixed.decode(frame ?? new Uint8Array()) ?? {})).toEqual({
      event: { kind: 'rating', level: 'SATISFIED' },
      ack: null,
    });
    expect(fixed.ratingMessage('VERY_SATISFIED')).toBeNull();
  });

  test('what cannot work is refused when it is loaded', () => {
    const frame = (parts: unknown[]) => ({ frame: { ...raw.frame, parts } });
    expect(reject({ extra: 1 })).toBe(true);
    expect(reject(frame([{ field: 'key', size: 1 }]))).toBe(true);
    expect(reject(frame([{ const: 'AA' }, { field: 'key' }]))).toBe(true);
    expect(reject(frame([{ const: 'AA' }, { length: ['key', 'b'] }, { field: 'key' }, { field: 'b' }]))).toBe(true);
    expect(reject(frame([{ const: 'AA' }, { field: 'key', size: 1 }, { checksum: 'xor8', over: ['nothing'] }]))).toBe(true);
    expect(reject({ commands: { prompt: { key: '8000' } } })).toBe(true);
    expect(reject({ commands: { prompt: {} } })).toBe(true);
    expect(reject({ events: [{ emit: 'key', when: { typo: '01' } }] })).toBe(true);
    expect(reject({ events: [{ emit: 'rating', when: {}, value: { field: 'key', byte: 0, map: { '31': 5 } } }] })).toBe(true);
  });

  test('every shipped profile says where it comes from', () => {
    expect(KEYPAD_PROFILE_IDS.map((id) => profileOf(id).sources.length > 0)).toEqual(KEYPAD_PROFILE_IDS.map(() => true));
  });
});
