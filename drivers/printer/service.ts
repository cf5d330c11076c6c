import { z } from 'zod';
import { createLock } from '../core/lock.ts';
import type { Logger } from '../core/logger.ts';
import { createStatusCell } from '../core/status.ts';
import { openTransport, type Transport, type TransportConfig } from '../core/transport.ts';
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

interface Connection {
  readonly transport: Transport;
  readonly driver: PrinterDriver;
  silentPolls: number;
  /** Whether it answers job markers; true until it was found not to. */
  confirms: boolean;
}

export function createPrinterService(options: PrinterServiceOptions): PrinterService {
  const { profile, logger } = options;
  const lock = createLock();
  const closing = new AbortController();
  const status = createStatusCell<PrinterStatus>('printer', printerStatus('disconnected'), BAD_STATES, logger);
  const isWriteOnly = profile.statusMode === 'write-only';
  let connection: Connection | null = null;
  let pollTimer: NodeJS.Timeout | undefined;

  /** The one way to a connection, at the start as after a loss. */
  const connect = async (): Promise<Connection | null> => {
    if (connection !== null) return connection;
    const opened = await openTransport(options.transport);
    if (!opened.ok) {
      status.set({ state: 'disconnected', message: opened.error.message });
      return null;
    }
    const transport = opened.value;
    const next: Connection = { transport, driver: createPrinterDriver(transport), silentPolls: 0, confirms: true };
    connection = next;
    next.driver.onState((state) => status.set(next.confirms || isBad(state) ? printerStatus(state) : DOES_NOT_CONFIRM));
    transport.onClose(() => {
      if (connection !== next) return;
      connection = null;
      status.set(printerStatus('disconnected'));
    });
    if (isWriteOnly) status.set(WRITE_ONLY_READY);
    return next;
  };

  const disconnect = async () => {
    const last = connection;
    connection = null;
    await last?.transport.close();
  };

  const poll = async () => {
    const current = await connect();
    if (current === null || isWriteOnly) return;
    const state = await current.driver.readState();
    current.silentPolls = state === 'silent' ? current.silentPolls + 1 : 0;
    if (current.silentPolls >= SILENT_POLLS_BEFORE_RECONNECT) await disconnect();
    if (isBad(state)) return;
    current.confirms = await current.driver.clearMarkers();
    if (!current.confirms) status.set(DOES_NOT_CONFIRM);
  };

  const run = async (job: PrintJob): Promise<PrintOutcome> => {
    const signal = job.signal === undefined ? closing.signal : AbortSignal.any([job.signal, closing.signal]);
    if (signal.aborted) return failed(CANCELLED);
    const current = await connect();
    if (current === null) return failed({ ...stateFailure('disconnected'), message: status.get().message });
    if (isWriteOnly) return writeOnly(current.transport, job.bytes, profile.confirmTimeoutMs);
    return current.driver.print(job.bytes, { confirmTimeoutMs: profile.confirmTimeoutMs, signal });
  };

  const schedule = (delayMs: number) => {
    pollTimer = setTimeout(async () => {
      await lock(poll);
      if (!closing.signal.aborted) schedule(options.pollIntervalMs ?? POLL_INTERVAL_MS);
    }, delayMs);
  };
  schedule(0);

  return {
    status: status.get,
    onStatus: status.onChange,
    async print(job) {
      const outcome = await lock(() => run(job));
      if (outcome.outcome === 'printed') logger.info({ device: 'printer', jobId: job.jobId }, 'printed');
      else
        logger.warn({ device: 'printer', jobId: job.jobId, outcome: outcome.outcome, code: outcome.reason.code }, outcome.reason.message);
      return outcome;
    },
    async close() {
      closing.abort();
      clearTimeout(pollTimer);
      await lock(disconnect);
    },
  };
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
