import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createSdtReader,
  decodeBase,
  decodeReply,
  decodeRequest,
  encodeBase,
  encodeReply,
  encodeRequest,
  SDT_COMMANDS,
  SDT_STATUS,
  type SdtCommand,
  type SdtStatus,
  statusMessage,
} from './wire.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

function replyFrom(stream: Uint8Array) {
  const [frame] = createSdtReader().push(stream, 0);
  return frame === undefined ? null : decodeReply(frame);
}

const commandName = fc.constantFrom(...(Object.keys(SDT_COMMANDS) as SdtCommand[]));
const statusName = fc.constantFrom(...(Object.keys(SDT_STATUS) as SdtStatus[]));

describe('published constant frames (research/hardware.md §1.2), byte for byte', () => {
  test.each([
    ['status', 'AAAAAA96690003 11FF ED'],
    ['samId', 'AAAAAA96690003 12FF EE'],
    ['find', 'AAAAAA96690003 2001 22'],
    ['select', 'AAAAAA96690003 2002 21'],
    ['readBase', 'AAAAAA96690003 3001 32'],
  ] as const)('request %s', (command, frame) => {
    expect(encodeRequest(command)).toEqual(hex(frame));
  });

  test.each([
    ['OK', 0, 'AAAAAA9669 0004 000090 94'],
    ['CARD_FOUND', 4, 'AAAAAA9669 0008 00009F 00000000 97'],
    ['OK', 8, 'AAAAAA9669 000C 000090 0000000000000000 9C'],
    ['FIND_FAILED', 0, 'AAAAAA9669 0004 000080 84'],
    ['SELECT_FAILED', 0, 'AAAAAA9669 0004 000081 85'],
    ['READ_FAILED', 0, 'AAAAAA9669 0004 000041 45'],
  ] as const)('reply %s with %i zero bytes', (status, size, frame) => {
    expect(encodeReply(status, new Uint8Array(size))).toEqual(hex(frame));
    expect(replyFrom(hex(frame))).toEqual({ code: SDT_STATUS[status], status, data: new Uint8Array(size) });
  });

  test('a base reply has 1295 bytes and the published header', () => {
    const frame = encodeReply('OK', encodeBase({ text: new Uint8Array(256), photo: new Uint8Array(1_024) }));
    expect(frame).toHaveLength(1_295);
    expect(frame.subarray(0, 14)).toEqual(hex('AAAAAA9669 0508 000090 0100 0400'));
  });
});

test('decode undoes encode', () => {
  fc.assert(
    fc.property(statusName, fc.uint8Array({ maxLength: 1_400 }), (status, data) => {
      expect(replyFrom(encodeReply(status, data))).toEqual({ code: SDT_STATUS[status], status, data });
    }),
  );
  fc.assert(
    fc.property(commandName, (command) => {
      const [frame] = createSdtReader().push(encodeRequest(command), 0);
      expect(decodeRequest(frame ?? new Uint8Array())).toBe(command);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.uint8Array({ maxLength: 1_024 }), (text, photo) => {
      expect(decodeBase(encodeBase({ text, photo }))).toEqual({ ok: true, value: { text, photo } });
    }),
  );
});

test('a base reply torn at any byte is read once and whole', () => {
  const reply = encodeReply('OK', encodeBase({ text: new Uint8Array(256).fill(0xaa), photo: new Uint8Array(1_024).fill(0x69) }));
  for (let cut = 0; cut <= reply.length; cut += 1) {
    const reader = createSdtReader();
    const frames = [...reader.push(reply.subarray(0, cut), 0), ...reader.push(reply.subarray(cut), 1)];
    expect(frames).toEqual([reply]);
  }
});

test('noise and half preambles before the frame do not hide it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0xaa, 0x96, 0x00, 0xff), { maxLength: 30 }), (noise) => {
      // 69 is left out, so that the noise never holds a whole preamble and with it a length to wait for.
      expect(replyFrom(Uint8Array.from([...noise, ...encodeReply('FIND_FAILED')]))?.status).toBe('FIND_FAILED');
    }),
  );
});

test('a wrong byte anywhere behind the preamble is never taken for a reply', () => {
  const reply = encodeReply('CARD_FOUND', new Uint8Array(4));
  for (let at = 5; at < reply.length; at += 1) {
    expect(replyFrom(reply.with(at, (reply[at] ?? 0) ^ 0x40))).toBeNull();
  }
});

test('half a frame is forgotten after the gap and the next reply is read', () => {
  const reader = createSdtReader();
  const reply = encodeReply('OK', new Uint8Array(1_284));
  expect(reader.push(reply.subarray(0, 700), 0)).toEqual([]);
  expect(reader.push(reply, 2_000)).toEqual([reply]);
});

test('a base block whose lengths do not add up is refused', () => {
  const good = encodeBase({ text: new Uint8Array(256), photo: new Uint8Array(10) });
  for (const bad of [good.subarray(0, -1), good.with(1, 1), new Uint8Array(3), new Uint8Array()]) {
    expect(decodeBase(bad)).toMatchObject({ ok: false, error: { code: 'CARD_DATA_BAD' } });
  }
});

test('every status has its sentence, and an unknown one shows its code', () => {
  for (const [status, code] of Object.entries(SDT_STATUS)) {
    expect(statusMessage({ code, status: status as SdtStatus })).toMatch(/^\p{Script=Han}.*。$/u);
  }
  expect(statusMessage({ code: 0x0b, status: null })).toContain('0B');
});
