/**
 * SDT frames between host and SAM (GA 450; research/hardware.md §1.1-1.3), bytes only.
 * Request `AA AA AA 96 69 | len(2, BE) | CMD PARA | CHK`, reply `… | len | SW1 SW2 SW3 DATA | CHK`; len counts what follows it,
 * CHK is the XOR of everything between preamble and CHK.
 */
import { err, ok, type Result } from '../../domain/result.ts';
import { CHECKSUMS } from '../core/checksum.ts';
import { createFrameReader, type FrameReader } from '../core/frame.ts';

const PREAMBLE = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
const HEADER_SIZE = PREAMBLE.length + 2;
/** The longest known reply, text + photo + 1024 B of fingerprint, has 2321 bytes. */
const MAX_FRAME_SIZE = 4_096;
const MAX_GAP_MS = 500;
const TEXT_SIZE = 256;

export const SDT_COMMANDS = {
  status: [0x11, 0xff],
  samId: [0x12, 0xff],
  find: [0x20, 0x01],
  select: [0x20, 0x02],
  readBase: [0x30, 0x01],
} as const;
export type SdtCommand = keyof typeof SDT_COMMANDS;

/** SW3, the SAM's own status (research/hardware.md §1.3). */
export const SDT_STATUS = {
  OK: 0x90,
  CARD_FOUND: 0x9f,
  REQUEST_CHECKSUM: 0x10,
  REQUEST_LENGTH: 0x11,
  BAD_COMMAND: 0x21,
  UNRECOGNISED: 0x24,
  CARD_AUTH_FAILED: 0x31,
  READER_AUTH_FAILED: 0x32,
  VERIFY_FAILED: 0x33,
  WRONG_CARD: 0x40,
  READ_FAILED: 0x41,
  RANDOM_FAILED: 0x47,
  SELF_TEST_FAILED: 0x60,
  NOT_AUTHORISED: 0x66,
  FIND_FAILED: 0x80,
  SELECT_FAILED: 0x81,
  ITEM_ABSENT: 0x91,
} as const;
export type SdtStatus = keyof typeof SDT_STATUS;

const LIFT_AND_REPLACE = '没有读到身份证，请拿起来重新放一次。';
const RETRY_OR_TYPE = '阅读器没有听懂指令，请再试一次；仍不行请手工录入。';
const STATUS_MESSAGES: Readonly<Record<SdtStatus, string>> = {
  OK: '操作成功。',
  CARD_FOUND: '已感应到身份证。',
  REQUEST_CHECKSUM: '阅读器收到的数据有误，请检查连接线后再试。',
  REQUEST_LENGTH: '阅读器收到的数据有误，请检查连接线后再试。',
  BAD_COMMAND: RETRY_OR_TYPE,
  UNRECOGNISED: RETRY_OR_TYPE,
  CARD_AUTH_FAILED: '证件没有通过阅读器的验证，请拿起来重新放一次；仍不行请手工录入。',
  READER_AUTH_FAILED: '证件不接受这台阅读器，请拿起来重新放一次；仍不行请手工录入。',
  VERIFY_FAILED: '证件信息校验失败，请拿起来重新放一次。',
  WRONG_CARD: '这张卡不是身份证，请放身份证。',
  READ_FAILED: LIFT_AND_REPLACE,
  RANDOM_FAILED: LIFT_AND_REPLACE,
  SELF_TEST_FAILED: '身份证阅读器自检失败，请断电后重新插上；仍不行请联系维修。',
  NOT_AUTHORISED: '身份证阅读器的安全模块没有授权，请联系维修。',
  FIND_FAILED: '没有感应到身份证，请把身份证平放在阅读区。',
  SELECT_FAILED: LIFT_AND_REPLACE,
  ITEM_ABSENT: '证件里没有这一项。',
};
const STATUS_BY_CODE = new Map<number, SdtStatus>(Object.entries(SDT_STATUS).map(([name, code]) => [code, name as SdtStatus]));

/** `status` is null for a code that is in no table; `code` is always as received. */
export interface SdtReply {
  readonly code: number;
  readonly status: SdtStatus | null;
  readonly data: Uint8Array;
}

/** One Chinese sentence for any SW3, known or not. */
export function statusMessage(reply: Pick<SdtReply, 'code' | 'status'>): string {
  if (reply.status !== null) return STATUS_MESSAGES[reply.status];
  return `阅读器报告未知状态 ${reply.code.toString(16).toUpperCase().padStart(2, '0')}，请拿起身份证重新放一次。`;
}

export function encodeRequest(command: SdtCommand): Uint8Array {
  return encodeFrame(SDT_COMMANDS[command]);
}

export function encodeReply(status: SdtStatus, data: Uint8Array = new Uint8Array()): Uint8Array {
  return encodeFrame([0x00, 0x00, SDT_STATUS[status], ...data]);
}

/** Takes a frame as `createSdtReader` gives it; null if it is none of our commands. */
export function decodeRequest(frame: Uint8Array): SdtCommand | null {
  const body = frame.subarray(HEADER_SIZE, -1);
  for (const [name, [command, parameter]] of Object.entries(SDT_COMMANDS)) {
    if (body.length === 2 && body[0] === command && body[1] === parameter) return name as SdtCommand;
  }
  return null;
}

/** Takes a frame as `createSdtReader` gives it; null if it is too short for a reply. */
export function decodeReply(frame: Uint8Array): SdtReply | null {
  const code = frame[HEADER_SIZE + 2];
  if (code === undefined || frame.length < HEADER_SIZE + 4) return null;
  return { code, status: STATUS_BY_CODE.get(code) ?? null, data: frame.slice(HEADER_SIZE + 3, -1) };
}

/** Finds whole frames with a right checksum, of either direction. */
export function createSdtReader(): FrameReader {
  return createFrameReader({
    start: PREAMBLE,
    maxFrameSize: MAX_FRAME_SIZE,
    maxGapMs: MAX_GAP_MS,
    measure(bytes) {
      if (bytes.length < HEADER_SIZE) return null;
      const length = readUint16(bytes, PREAMBLE.length);
      return length < 3 ? 0 : HEADER_SIZE + length;
    },
    // The XOR of a text and its own XOR is 0.
    isValid: (frame) => CHECKSUMS.xor8(frame.subarray(PREAMBLE.length))[0] === 0,
  });
}

export interface SdtBase {
  /** 256 bytes, UTF-16LE; see card.ts. */
  readonly text: Uint8Array;
  /** WLT-coded; kept as bytes because no open decoder exists (research/hardware.md §1.8). */
  readonly photo: Uint8Array;
}

/** The data of a `readBase` reply: two lengths (BE), text, photo. */
export function decodeBase(data: Uint8Array): Result<SdtBase, 'CARD_DATA_BAD'> {
  const textSize = readUint16(data, 0);
  const photoSize = readUint16(data, 2);
  if (data.length < 4 || textSize !== TEXT_SIZE || data.length !== 4 + textSize + photoSize) {
    return err('CARD_DATA_BAD', LIFT_AND_REPLACE, { size: data.length, textSize, photoSize });
  }
  return ok({ text: data.slice(4, 4 + textSize), photo: data.slice(4 + textSize) });
}

export function encodeBase(base: SdtBase): Uint8Array {
  return Uint8Array.from([...uint16(base.text.length), ...uint16(base.photo.length), ...base.text, ...base.photo]);
}

function encodeFrame(body: readonly number[]): Uint8Array {
  const checked = Uint8Array.from([...uint16(body.length + 1), ...body]);
  return Uint8Array.from([...PREAMBLE, ...checked, ...CHECKSUMS.xor8(checked)]);
}

function uint16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
