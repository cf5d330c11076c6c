import { err, type Failure, type Result } from '../../domain/result.ts';
import { createConnection } from '../core/connection.ts';
import { createLock } from '../core/lock.ts';
import type { Logger } from '../core/logger.ts';
import { pause, startPolling } from '../core/polling.ts';
import { createStatusCell } from '../core/status.ts';
import type { TransportConfig } from '../core/transport.ts';
import type { IdCard } from './card.ts';
import { type IdCardDriver, isReaderFailure, openIdCardDriver, type ReaderErrorCode, type ReadOnceErrorCode } from './driver.ts';

const DEFAULT_POLL_MS = 2_000;
/** Asking faster makes some SAMs miss the card (research/hardware.md §1.2). */
const FIND_INTERVAL_MS = 300;

const PLACE = '请把身份证平放在阅读区。';
const READING = '正在读取，请不要移动身份证。';
const LIFT_AND_REPLACE = '没有读到，请把身份证拿起来，重新放一次。';
const PLACE_OR_LIFT = '请放身份证；已经放好的，请拿起来重新放一次。';

export type IdCardErrorCode = ReaderErrorCode | ReadOnceErrorCode | 'CARD_TIMEOUT' | 'CARD_CANCELLED' | 'READER_BUSY';

export interface IdCardReaderStatus {
  readonly state: 'disconnected' | 'ready' | 'reading' | 'error';
  /** While reading: what the person should do now. */
  readonly phase?: 'PLACE' | 'READING' | 'LIFT_AND_REPLACE';
  readonly message: string;
}

export interface IdCardReadOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface IdCardService {
  status(): IdCardReaderStatus;
  onStatus(listener: (status: IdCardReaderStatus) => void): () => void;
  /**
   * Waits for a card and reads it. A card that could not be read may be lifted and placed again until the time is over. Fails at
   * once when the reader is away; the next call tries again. One read at a time (READER_BUSY).
   */
  read(options: IdCardReadOptions): Promise<Result<IdCard, IdCardErrorCode>>;
  close(): Promise<void>;
}

export interface IdCardServiceOptions {
  readonly transport: TransportConfig;
  /** Gets states and codes, never what a card holds. */
  readonly logger: Logger;
  readonly pollMs?: number;
}

export function createIdCardService({ transport, logger, pollMs = DEFAULT_POLL_MS }: IdCardServiceOptions): IdCardService {
  const lock = createLock();
  const closing = new AbortController();
  const status = createStatusCell<IdCardReaderStatus>(
    'id-card',
    { state: 'disconnected', message: '正在连接身份证阅读器。' },
    ['disconnected', 'error'],
    logger,
  );
  const connection = createConnection<IdCardDriver, ReaderErrorCode>(
    () => openIdCardDriver(transport),
    () => status.set({ state: 'disconnected', message: '身份证阅读器断开了，请检查连接线和电源。' }),
  );
  let reading = false;
  /** The SAM does not find a card again that it has read, so after a success "no card" may also mean "the same card". */
  let sameCardMayLie = false;

  async function dropAndReport(failure: Failure): Promise<void> {
    await connection.drop();
    status.set({ state: failure.code === 'READER_FAULT' ? 'error' : 'disconnected', message: failure.message });
  }

  const stopPolling = startPolling(
    () =>
      lock(async () => {
        if (closing.signal.aborted) return;
        const driver = await connection.use();
        const checked = driver.ok ? await driver.value.checkStatus() : driver;
        if (checked.ok) status.set({ state: 'ready', message: '身份证阅读器已就绪。' });
        else await dropAndReport(checked.error);
      }),
    pollMs,
  );

  async function readUntil(deadlineMs: number, signal: AbortSignal): Promise<Result<IdCard, IdCardErrorCode>> {
    let failure: Failure<IdCardErrorCode> | null = null;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const driver = await connection.use();
      if (!driver.ok) {
        await dropAndReport(driver.error);
        return driver;
      }
      if (attempt > 0 && performance.now() >= deadlineMs) return { ok: false, error: failure ?? timeout() };
      status.set(promptFor(failure, sameCardMayLie));
      const card = await driver.value.readOnce(() => status.set({ state: 'reading', phase: 'READING', message: READING }));
      if (card.ok) {
        sameCardMayLie = true;
        return card;
      }
      if (card.error.code !== 'NO_CARD') {
        failure = card.error;
        logger.warn({ device: 'id-card', code: card.error.code, detail: card.error.detail }, 'card not read');
        status.set(promptFor(failure, false));
      }
      if (isReaderFailure(card.error)) await connection.drop();
      else await pause(FIND_INTERVAL_MS, signal);
    }
    return err('CARD_CANCELLED', '已取消读取身份证。');
  }

  return {
    status: status.get,
    onStatus: status.onChange,
    async read({ timeoutMs, signal }) {
      if (reading) return err('READER_BUSY', '正在读取另一张身份证，请稍等。');
      reading = true;
      const stop = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
      try {
        return await lock(async () => {
          const result = await readUntil(performance.now() + timeoutMs, stop);
          if (status.get().state === 'reading') status.set({ state: 'ready', message: '身份证阅读器已就绪。' });
          return result;
        });
      } finally {
        reading = false;
      }
    },
    async close() {
      closing.abort();
      await stopPolling();
      await lock(() => connection.drop());
    },
  };
}

function promptFor(failure: Failure | null, sameCardMayLie: boolean): IdCardReaderStatus {
  if (failure !== null) return { state: 'reading', phase: 'LIFT_AND_REPLACE', message: LIFT_AND_REPLACE };
  return { state: 'reading', phase: 'PLACE', message: sameCardMayLie ? PLACE_OR_LIFT : PLACE };
}

function timeout(): Failure<'CARD_TIMEOUT'> {
  return { code: 'CARD_TIMEOUT', message: '没有放身份证，或没有放对位置。请再试一次，或手工录入。' };
}
