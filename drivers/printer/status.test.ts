import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AutoStatus, createStatusDecoder, parseAutoStatus, parseMarkerAnswer, parseRealTimeStatus, printerStatus } from './status.ts';

const READY = { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 };
const byte = () => fc.integer({ min: 0, max: 255 });

describe('real-time status', () => {
  test.each([
    ['ready', READY],
    ['ready', { ...READY, 1: 0x16 }],
    ['paper-near-end', { ...READY, 4: 0x1e }],
    ['paper-end', { 1: 0x1a, 2: 0x32, 3: 0x12, 4: 0x7e }],
    ['cover-open', { 1: 0x1a, 2: 0x16, 3: 0x12, 4: 0x12 }],
    ['cover-open', { 1: 0x1a, 2: 0x36, 3: 0x12, 4: 0x7e }],
    ['cutter-error', { 1: 0x1a, 2: 0x52, 3: 0x1a, 4: 0x12 }],
    ['overheated', { 1: 0x1a, 2: 0x52, 3: 0x52, 4: 0x12 }],
    ['offline', { 1: 0x1a, 2: 0x52, 3: 0x32, 4: 0x12 }],
    ['offline', { ...READY, 1: 0x1a }],
  ] as const)('%s', (state, answers) => {
    expect(parseRealTimeStatus(answers)).toBe(state);
    expect(printerStatus(state).message).toMatch(/。$/);
  });
});

describe('automatic status', () => {
  test.each([
    ['ready', [0x10, 0, 0, 0]],
    ['paper-near-end', [0x10, 0, 0x03, 0]],
    ['paper-end', [0x18, 0, 0x0f, 0]],
    ['cover-open', [0x38, 0, 0, 0]],
    ['cutter-error', [0x18, 0x08, 0, 0]],
    ['overheated', [0x18, 0x40, 0, 0]],
    ['offline', [0x18, 0x20, 0, 0]],
  ] as const)('%s', (state, bytes) => {
    expect(parseAutoStatus(bytes)).toBe(state);
  });
});

test('the marker answer tells near-end and end, also from printers that know only 00 and 0F', () => {
  expect([0x00, 0x03, 0x0c, 0x0f].map(parseMarkerAnswer)).toEqual(['ready', 'paper-near-end', 'paper-end', 'paper-end']);
});

test('answers of all kinds are told apart in one stream, cut anywhere', () => {
  const stream = [0x12, 0x10, 0x00, 0x03, 0x00, 0x00, 0x11, 0x1e, 0x13, 0x0f];
  const expected = [
    { kind: 'real-time', byte: 0x12 },
    { kind: 'auto', bytes: [0x10, 0x00, 0x03, 0x00] },
    { kind: 'marker', byte: 0x00 },
    { kind: 'real-time', byte: 0x1e },
    { kind: 'marker', byte: 0x0f },
  ];
  for (let cut = 0; cut <= stream.length; cut++) {
    const decode = createStatusDecoder();
    expect([...decode(Uint8Array.from(stream.slice(0, cut))), ...decode(Uint8Array.from(stream.slice(cut)))]).toEqual(expected);
  }
});

test('an automatic status that breaks off does not swallow the answer behind it', () => {
  expect(createStatusDecoder()(Uint8Array.of(0x10, 0x00, 0x12, 0x00))).toEqual([
    { kind: 'real-time', byte: 0x12 },
    { kind: 'marker', byte: 0x00 },
  ]);
});

test('any bytes give a state and never throw', () => {
  const states = ['ready', 'paper-near-end', 'paper-end', 'cover-open', 'cutter-error', 'overheated', 'offline'];
  fc.assert(
    fc.property(byte(), byte(), byte(), byte(), (a, b, c, d) => {
      expect(states).toContain(parseRealTimeStatus({ 1: a, 2: b, 3: c, 4: d }));
      expect(states).toContain(parseAutoStatus([a, b, c, d]));
      expect(states).toContain(parseMarkerAnswer(a));
    }),
  );
});

test('paper end or an open cover is never read as ready, whatever the other bits say', () => {
  fc.assert(
    fc.property(byte(), byte(), byte(), byte(), (a, b, c, d) => {
      expect(parseRealTimeStatus({ 1: a, 2: b, 3: c, 4: d | 0x60 })).not.toMatch(/ready|near-end/);
      expect(parseRealTimeStatus({ 1: a, 2: b | 0x04, 3: c, 4: d })).toBe('cover-open');
      expect(parseAutoStatus([a, b, c | 0x0c, d] satisfies AutoStatus)).not.toMatch(/ready|near-end/);
    }),
  );
});

test('100,000 random chunks: the decoder never throws, and only bytes with the right fixed bits become messages', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 4 }), (chunks) => {
      const decode = createStatusDecoder();
      for (const message of chunks.flatMap((chunk) => decode(chunk))) {
        if (message.kind === 'real-time') expect(message.byte & 0x93).toBe(0x12);
        else if (message.kind === 'marker') expect(message.byte & 0x90).toBe(0);
        else expect((message.bytes[0] & 0x93) === 0x10 && message.bytes.slice(1).every((tail) => (tail & 0x90) === 0)).toBe(true);
      }
    }),
    { numRuns: 100_000, seed: 20_261_121 },
  );
});
