import { z } from 'zod';
import { ok, type Result } from '../../domain/result.ts';
import { createConnection } from '../core/connection.ts';
import { createLock } from '../core/lock.ts';
import type { Logger } from '../core/logger.ts';
import { startPolling } from '../core/polling.ts';
import { createStatusCell } from '../core/status.ts';
import { openTransport, type Transport, type TransportConfig, type TransportErrorCode } from '../core/transport.ts';
import { createPrinterDriver, type PrinterDriver } from './driver.ts';
import { CANCELLED, failed, isBad, NOT_CONFIRMED, PRINTED, type PrintOutcome, stateFailure, unknown } from './outcome.ts';
import { type PrinterState, type PrinterStatus, printerStatus } from './status.ts';

export type { PrintOutcome } from './outcome.ts';
export type { PrinterState, PrinterStatus } from './status.ts';

const POLL_INTERVAL_MS = 2_000;
/** A printer that was switched off on the network leaves a dead connection behind, which only a new connect notices. */
const SILENT_POLLS_BEFORE_RECONNECT = 3;

export const printerProfileSchema = z.strictObject({
  columns: z.union([z.literal(48), z.literal(32)]),
  /** `write-only`: the printer can't answer (USB device file, one-way cable), and policy counts a job as printed once it is sent. */
  statusMode: z.enum(['full', 'write-only']),
  /** Whether its font has the four-byte characters of GB 18030. */
  rareCharacters: z.boolean().default(true),
  /** How long a job may take to the printer's answer behind the cut. */
  confirmTimeoutMs: z.int().min(500).max(60_000).default(8_000),
});
export type PrinterProfile = z.infer<typeof printerProfileSchema>;

export interface PrintJob {
  /** For the log. */
  readonly jobId: string;
  /** From `encode`. */
  readonly bytes: Uint8Array;
  /** Before sending: `failed`; after: `unknown`. */
  readonly signal?: AbortSignal;
}

export interface PrinterService {
  status(): PrinterStatus;
  /** Called on changes only. Returns the function that removes the listener. */
  onStatus(listener: (status: PrinterStatus) => void): () => void;
  /** Jobs print one after the other; every call ends with an outcome, it does not throw. */
  print(job: PrintJob): Promise<PrintOutcome>;
  /** Ends a running job as `unknown` and releases the port. */
  close(): Promise<void>;
}

export interface PrinterServiceOptions {
  readonly transport: TransportConfig;
  readonly profile: PrinterProfile;
  readonly logger: Logger;
  readonly pollIntervalMs?: number;
}

const WRITE_ONLY_READY: PrinterStatus = { state: 'ready', message: '打印机已连接，但不报告纸张情况。' };
const DOES_NOT_CONFIRM: PrinterStatus = { state: 'silent', message: '打印机不回报打印结果，请检查设置里的打印机型号。' };
const BAD_STATES: readonly PrinterState[] = ['paper-end', 'cover-open', 'cutter-error', 'overheated', 'offline', 'silent', 'disconnected'];

/** One open connection to the printer. */
interface Session {
  readonly transport: Transport;
  readonly driver: PrinterDriver;
  silentPolls: number;
  /** Whether it answers job markers; true until it was found not to. */
  confirms: boolean;
  onClose(listener: () => void): () => void;
  close(): Promise<void>;
}

async function openSession(config: TransportConfig): Promise<Result<Session, TransportErrorCode>> {
  const opened = await openTransport(config);
  if (!opened.ok) return opened;
  const transport = opened.value;
  const driver = createPrinterDriver(transport);
  return ok({ transport, driver, silentPolls: 0, confirms: true, onClose: transport.onClose, close: transport.close });
}

export function createPrinterService(options: PrinterServiceOptions): PrinterService {
  const { profile, logger } = options;
  const lock = createLock();
  const closing = new AbortController();
  const status = createStatusCell<PrinterStatus>('printer', printerStatus('disconnected'), BAD_STATES, logger);
  const isWriteOnly = profile.statusMode === 'write-only';

  const open = async (): Promise<Result<Session, TransportErrorCode>> => {
    const opened = await openSession(options.transport);
    if (!opened.ok) {
      status.set({ state: 'disconnected', message: opened.error.message });
      return opened;
    }
    const session = opened.value;
    session.driver.onState((state) => status.set(session.confirms || isBad(state) ? printerStatus(state) : DOES_NOT_CONFIRM));
    if (isWriteOnly) status.set(WRITE_ONLY_READY);
    return opened;
  };
  const connection = createConnection(open, () => status.set(printerStatus('disconnected')));

  const poll = async () => {
    const used = await connection.use();
    if (!used.ok || isWriteOnly) return;
    const session = used.value;
    const state = await session.driver.readState();
    session.silentPolls = state === 'silent' ? session.silentPolls + 1 : 0;
    if (session.silentPolls >= SILENT_POLLS_BEFORE_RECONNECT) await connection.drop();
    if (isBad(state)) return;
    session.confirms = (await session.driver.clearMarkers()) !== 'silent';
    if (!session.confirms) status.set(DOES_NOT_CONFIRM);
  };
  const stopPolling = startPolling(() => lock(poll), options.pollIntervalMs ?? POLL_INTERVAL_MS);

  const run = async (job: PrintJob): Promise<PrintOutcome> => {
    const signal = job.signal === undefined ? closing.signal : AbortSignal.any([job.signal, closing.signal]);
    if (signal.aborted) return failed(CANCELLED);
    const used = await connection.use();
    if (!used.ok) return failed({ ...stateFailure('disconnected'), message: used.error.message });
    const { transport, driver } = used.value;
    const { confirmTimeoutMs } = profile;
    if (isWriteOnly) return writeOnly(transport, job.bytes, confirmTimeoutMs);
    return driver.print(job.bytes, { confirmTimeoutMs, signal });
  };

  return {
    status: status.get,
    onStatus: status.onChange,
    async print(job) {
      const outcome = await lock(() => run(job));
      logOutcome(logger, job.jobId, outcome);
      return outcome;
    },
    async close() {
      closing.abort();
      await stopPolling();
      await lock(connection.drop);
    },
  };
}

function logOutcome(logger: Logger, jobId: string, outcome: PrintOutcome): void {
  if (outcome.outcome === 'printed') logger.info({ device: 'printer', jobId }, 'printed');
  else logger.warn({ device: 'printer', jobId, outcome: outcome.outcome, code: outcome.reason.code }, outcome.reason.message);
}

/** usblp blocks a write while the printer has no paper, hence the time limit. */
async function writeOnly(transport: Transport, bytes: Uint8Array, timeoutMs: number): Promise<PrintOutcome> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), timeoutMs);
  const written = await Promise.race([transport.write(bytes), late.promise]);
  clearTimeout(timer);
  if (written === null) return unknown(NOT_CONFIRMED);
  return written.ok ? PRINTED : unknown(stateFailure('disconnected'));
}
