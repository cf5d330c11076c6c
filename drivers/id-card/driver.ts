import { err, type Failure, ok, type Result } from '../../domain/result.ts';
import { createLock } from '../core/lock.ts';
import { openTransport, type Transport, type TransportConfig, type TransportErrorCode } from '../core/transport.ts';
import { type CardErrorCode, decodeCardText, type IdCard } from './card.ts';
import { createSdtReader, decodeBase, decodeReply, encodeRequest, type SdtCommand, type SdtReply, statusMessage } from './wire.ts';

/** What other hosts wait for (research/hardware.md §1.2): a read takes about 0.7 s on the card plus 0.12 s on the line. */
const ANSWER_TIMEOUT_MS: Readonly<Record<SdtCommand, number>> = {
  status: 1_000,
  samId: 1_000,
  find: 1_000,
  select: 1_000,
  readBase: 3_000,
};

/** The session is of no more use: drop it and connect again. */
export type ReaderErrorCode = TransportErrorCode | 'READER_SILENT' | 'READER_GARBLED' | 'READER_FAULT';
/** The session is fine, the card is not (or not there). */
export type ReadOnceErrorCode = ReaderErrorCode | CardErrorCode | 'NO_CARD' | 'CARD_READ_FAILED';

export interface IdCardDriver {
  /** Asks the SAM whether it is well. */
  checkStatus(): Promise<Result<void, ReaderErrorCode>>;
  /** `12.34-20201231-0000000001-0000000002-0000000003`, as printed on the reader's label. */
  readSamId(): Promise<Result<string, ReaderErrorCode | 'CARD_READ_FAILED'>>;
  /** Find, select, read. After one success the SAM answers NO_CARD until the card has left the field. `onFound` fires before the slow part. */
  readOnce(onFound?: () => void): Promise<Result<IdCard, ReadOnceErrorCode>>;
  onClose(listener: () => void): () => void;
  close(): Promise<void>;
}

/** True for failures after which the session must be dropped: the bytes of a late answer would pass for the next one. */
export function isReaderFailure(failure: Failure<ReadOnceErrorCode>): failure is Failure<ReaderErrorCode> {
  return !['NO_CARD', 'CARD_READ_FAILED', 'CARD_DATA_BAD', 'CARD_KIND_UNKNOWN'].includes(failure.code);
}

/** Opens the line and lets the SAM report itself, so that what is returned is a reader and not just a port. */
export async function openIdCardDriver(config: TransportConfig): Promise<Result<IdCardDriver, ReaderErrorCode>> {
  const opened = await openTransport(config);
  if (!opened.ok) return { ok: false, error: { ...opened.error, message: `身份证阅读器没有连上：${opened.error.message}` } };
  const driver = createDriver(opened.value);
  const checked = await driver.checkStatus();
  if (checked.ok) return ok(driver);
  await driver.close();
  return checked;
}

function createDriver(transport: Transport): IdCardDriver {
  const lock = createLock();
  const exchange = createExchange(transport);

  async function ask(command: SdtCommand, expected: 'OK' | 'CARD_FOUND'): Promise<Result<Uint8Array, ReadOnceErrorCode>> {
    const reply = await exchange(command);
    if (!reply.ok) return reply;
    const { status, code, data } = reply.value;
    // Some readers answer 'find' with 90 in place of 9F.
    if (status === expected || status === 'OK') return ok(data);
    if (status === 'SELF_TEST_FAILED' || status === 'NOT_AUTHORISED') return err('READER_FAULT', statusMessage(reply.value), { code });
    if (status === 'FIND_FAILED') return err('NO_CARD', statusMessage(reply.value));
    return err('CARD_READ_FAILED', statusMessage(reply.value), { command, code });
  }

  return {
    checkStatus: () =>
      lock(async () => {
        const reply = await ask('status', 'OK');
        if (reply.ok) return ok(undefined);
        const { error } = reply;
        return isReaderFailure(error) ? { ok: false, error } : err('READER_FAULT', error.message, error.detail);
      }),
    readSamId: () =>
      lock(async () => {
        const reply = await exchange('samId');
        if (!reply.ok) return reply;
        if (reply.value.status !== 'OK' || reply.value.data.length !== 16) return err('CARD_READ_FAILED', statusMessage(reply.value));
        return ok(formatSamId(reply.value.data));
      }),
    readOnce: (onFound) =>
      lock(async () => {
        const found = await ask('find', 'CARD_FOUND');
        if (!found.ok) return found;
        onFound?.();
        const selected = await ask('select', 'OK');
        if (!selected.ok) return selected;
        const read = await ask('readBase', 'OK');
        if (!read.ok) return read;
        const base = decodeBase(read.value);
        return base.ok ? decodeCardText(base.value.text) : base;
      }),
    onClose: transport.onClose,
    close: transport.close,
  };
}

function createExchange(transport: Transport): (command: SdtCommand) => Promise<Result<SdtReply, ReaderErrorCode>> {
  const frames = createSdtReader();
  let deliver: ((reply: SdtReply) => void) | null = null;
  transport.onData((bytes) => {
    for (const frame of frames.push(bytes, performance.now())) {
      const reply = decodeReply(frame);
      if (reply !== null) deliver?.(reply);
    }
  });
  return async (command) => {
    frames.reset();
    const garbledBefore = frames.discarded;
    let stopWaiting = () => {};
    const answer = new Promise<Result<SdtReply, ReaderErrorCode>>((resolve) => {
      const timer = setTimeout(() => {
        frames.reset();
        resolve(frames.discarded > garbledBefore ? garbled() : silent());
      }, ANSWER_TIMEOUT_MS[command]);
      const unsubscribe = transport.onClose(() => resolve(gone()));
      deliver = (reply) => resolve(ok(reply));
      stopWaiting = () => {
        clearTimeout(timer);
        unsubscribe();
        deliver = null;
      };
    });
    const written = await transport.write(encodeRequest(command));
    const result = written.ok ? await answer : written;
    stopWaiting();
    return result;
  };
}

function silent() {
  return err('READER_SILENT', '身份证阅读器没有应答，请检查电源和连接线。');
}
function garbled() {
  return err('READER_GARBLED', '身份证阅读器的应答残缺不全，请检查连接线是否松动。');
}
function gone() {
  return err('TRANSPORT_CLOSED', '身份证阅读器断开了，请检查连接线和电源。');
}

/** u16, u16, u32, u32, u32, little-endian (research/hardware.md §1.6). */
function formatSamId(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  const head = `${digits(view.getUint16(0, true), 2)}.${digits(view.getUint16(2, true), 2)}`;
  return [head, digits(view.getUint32(4, true), 8), digits(view.getUint32(8, true), 10), digits(view.getUint32(12, true), 10)].join('-');
}
