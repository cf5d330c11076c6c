import type { RatingLevel } from '../../domain/rating-level.ts';
import { err, type Failure, ok, type Result } from '../../domain/result.ts';
import { createConnection } from '../core/connection.ts';
import { createLock } from '../core/lock.ts';
import type { Logger } from '../core/logger.ts';
import { startPolling } from '../core/polling.ts';
import { createStatusCell } from '../core/status.ts';
import type { TransportConfig } from '../core/transport.ts';
import { type KeypadDriver, type KeypadErrorCode, openKeypadDriver } from './driver.ts';
import type { KeypadEvent } from './wire.ts';

const DEFAULT_POLL_MS = 2_000;

export type AskErrorCode = 'RATING_TIMEOUT' | 'RATING_CANCELLED' | 'RATING_BUSY' | 'DEVICE_GONE';

export interface KeypadStatus {
  readonly state: 'disconnected' | 'ready' | 'asking' | 'error';
  readonly message: string;
}

export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface KeypadService {
  status(): KeypadStatus;
  onStatus(listener: (status: KeypadStatus) => void): () => void;
  /** Asks the citizen for a rating and waits for the key. Only a key pressed while asking is a rating; no key is no rating. */
  ask(options: AskOptions): Promise<Result<RatingLevel, AskErrorCode>>;
  close(): Promise<void>;
}

export interface KeypadServiceOptions {
  readonly transport: TransportConfig;
  readonly profileId: string;
  readonly logger: Logger;
  readonly pollMs?: number;
}

const READY: KeypadStatus = { state: 'ready', message: '评价器已就绪。' };

export function createKeypadService({ transport, profileId, logger, pollMs = DEFAULT_POLL_MS }: KeypadServiceOptions): KeypadService {
  const lock = createLock();
  const closing = new AbortController();
  const status = createStatusCell<KeypadStatus>(
    'keypad',
    { state: 'disconnected', message: '正在连接评价器。' },
    ['disconnected', 'error'],
    logger,
  );
  let answer: ((result: Result<RatingLevel, AskErrorCode>) => void) | null = null;
  let strayKeyLogged = false;

  function onEvent(event: KeypadEvent): void {
    if (answer !== null && event.kind === 'rating') {
      answer(ok(event.level));
    } else if (!strayKeyLogged) {
      strayKeyLogged = true;
      logger.info({ device: 'keypad', kind: event.kind }, 'key ignored: nobody asked');
    }
  }

  const connection = createConnection<KeypadDriver, KeypadErrorCode>(
    async () => {
      const opened = await openKeypadDriver(transport, profileId);
      if (opened.ok) opened.value.onEvent(onEvent);
      return opened;
    },
    () => {
      const failure = deviceGone('评价器断开了，请检查连接线和电源。');
      status.set({ state: 'disconnected', message: failure.message });
      answer?.({ ok: false, error: failure });
    },
  );

  /** The driver, with the status told either way. */
  const connect = () =>
    lock(async () => {
      const driver = await connection.use();
      if (!driver.ok) {
        status.set({ state: driver.error.code === 'PROFILE_UNKNOWN' ? 'error' : 'disconnected', message: driver.error.message });
      } else if (answer === null) {
        status.set(READY);
      }
      return driver;
    });

  const stopPolling = startPolling(async () => {
    await connect();
  }, pollMs);

  async function askOnce(driver: KeypadDriver, timeoutMs: number, signal: AbortSignal): Promise<Result<RatingLevel, AskErrorCode>> {
    const { promise, resolve } = Promise.withResolvers<Result<RatingLevel, AskErrorCode>>();
    const cancel = () => resolve(err('RATING_CANCELLED', '已取消本次评价。'));
    const timer = setTimeout(() => resolve(err('RATING_TIMEOUT', '没有收到评价，本次不记评价。')), timeoutMs);
    signal.addEventListener('abort', cancel);
    answer = resolve;
    strayKeyLogged = false;
    status.set({ state: 'asking', message: '请对本次服务作出评价。' });
    const prompted = await driver.prompt();
    if (!prompted.ok) resolve({ ok: false, error: deviceGone(prompted.error.message) });
    const result = await promise;
    answer = null;
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    if (!result.ok && result.error.code !== 'DEVICE_GONE') await driver.cancelPrompt();
    if (!prompted.ok) await lock(() => connection.drop());
    if (status.get().state === 'asking') status.set(READY);
    return result;
  }

  let asking = false;
  return {
    status: status.get,
    onStatus: status.onChange,
    async ask({ timeoutMs, signal }) {
      if (asking) return err('RATING_BUSY', '上一位的评价还没有结束，请稍等。');
      asking = true;
      try {
        const driver = await connect();
        if (!driver.ok) return { ok: false, error: deviceGone(driver.error.message) };
        const stop = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
        if (stop.aborted) return err('RATING_CANCELLED', '已取消本次评价。');
        return await askOnce(driver.value, timeoutMs, stop);
      } finally {
        asking = false;
      }
    },
    async close() {
      closing.abort();
      await stopPolling();
      await lock(() => connection.drop());
    },
  };
}

function deviceGone(message: string): Failure<'DEVICE_GONE'> {
  return { code: 'DEVICE_GONE', message };
}
