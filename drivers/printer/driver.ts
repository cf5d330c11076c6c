import { createListeners, type Listeners } from '../core/listeners.ts';
import { pause } from '../core/polling.ts';
import type { Transport } from '../core/transport.ts';
import { JOB_MARKER } from './escpos.ts';
import { CANCELLED, failed, isBad, NOT_CONFIRMED, PRINTED, type PrintOutcome, stateFailure, unknown } from './outcome.ts';
import {
  createStatusDecoder,
  type PrinterState,
  parseAutoStatus,
  parseMarkerAnswer,
  parseRealTimeStatus,
  type StatusRequest,
  statusRequest,
} from './status.ts';

const STATUS_TIMEOUT_MS = 800;
const JOB_POLL_INTERVAL_MS = 500;
/** After the printer reported a stop, the answer to a marker that it reached just before may still be on its way. */
const MARKER_GRACE_MS = 700;
const FENCE_TIMEOUT_MS = 3_000;
const FENCE_QUIET_MS = 150;

/** No answer, or nobody there. */
type Lost = 'silent' | 'disconnected';

/** The printer at the other end of one open connection. Calls must not overlap: the service's lock sees to that. */
export interface PrinterDriver {
  /** Asks for all four real-time status bytes; `silent` when one stays out, `disconnected` when the connection ended. */
  readState(): Promise<PrinterState>;
  /** Makes sure that no marker of an earlier job is still to be answered; `silent`: the printer does not answer markers. */
  clearMarkers(): Promise<'clear' | Lost>;
  /** `bytes` must end with the job marker. */
  print(bytes: Uint8Array, options: PrintOptions): Promise<PrintOutcome>;
  /** Every state that the printer tells, asked or not. */
  onState(listener: (state: PrinterState) => void): () => void;
}

interface PrintOptions {
  readonly confirmTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What comes in from the printer, sorted, and the two questions that it answers. */
interface PrinterLink {
  readonly markerAnswers: Listeners<number>;
  readonly states: Listeners<PrinterState>;
  /** All four DLE EOT requests, in order and one at a time: the answers don't say which request they belong to. */
  askState(): Promise<PrinterState>;
  /** Sends a marker of its own and waits until no more answers come. */
  askMarker(): Promise<'clear' | Lost>;
}

function createLink(transport: Transport): PrinterLink {
  const decode = createStatusDecoder();
  const realTimeAnswers = createListeners<number>();
  const markerAnswers = createListeners<number>();
  const states = createListeners<PrinterState>();
  let lost: Lost = 'silent';
  transport.onClose(() => {
    lost = 'disconnected';
  });
  transport.onData((chunk) => {
    for (const message of decode(chunk)) {
      if (message.kind === 'real-time') realTimeAnswers.emit(message.byte);
      else if (message.kind === 'marker') markerAnswers.emit(message.byte);
      else states.emit(parseAutoStatus(message.bytes));
    }
  });

  const ask = (request: StatusRequest): Promise<number | null> => {
    const answer = firstOf(STATUS_TIMEOUT_MS, realTimeAnswers, transport);
    // Not waited for: a write can hang at a printer that stopped taking bytes, the answer has a time limit.
    void transport.write(statusRequest(request));
    return answer;
  };

  return {
    markerAnswers,
    states,
    async askState() {
      const printer = await ask(1);
      const offlineCause = printer === null ? null : await ask(2);
      const errorCause = offlineCause === null ? null : await ask(3);
      const paper = errorCause === null ? null : await ask(4);
      if (printer === null || offlineCause === null || errorCause === null || paper === null) return lost;
      return parseRealTimeStatus({ 1: printer, 2: offlineCause, 3: errorCause, 4: paper });
    },
    async askMarker() {
      const first = firstOf(FENCE_TIMEOUT_MS, markerAnswers, transport);
      void transport.write(Uint8Array.from(JOB_MARKER));
      if ((await first) === null) return lost;
      // The answer to an older marker comes right before this one's, as nothing is printed between them.
      while ((await firstOf(FENCE_QUIET_MS, markerAnswers, transport)) !== null);
      return 'clear';
    },
  };
}

export function createPrinterDriver(transport: Transport): PrinterDriver {
  const link = createLink(transport);
  const { states } = link;
  // The answer to GS r names no job. After a connect the printer may still hold one that somebody sent before.
  let markersClear = false;

  const readState = async (): Promise<PrinterState> => {
    const state = await link.askState();
    states.emit(state);
    return state;
  };

  const clearMarkers = async (): Promise<'clear' | Lost> => {
    const answer = markersClear ? 'clear' : await link.askMarker();
    markersClear = answer === 'clear';
    return answer;
  };

  /** Asks while the job prints; a printer that is too busy to answer is not silent yet. */
  const pollDuringJob = async (ended: AbortSignal) => {
    for (;;) {
      await pause(JOB_POLL_INTERVAL_MS, ended);
      if (ended.aborted) return;
      const state = await link.askState();
      if (state !== 'silent') states.emit(state);
    }
  };

  const send = async (bytes: Uint8Array, options: PrintOptions): Promise<PrintOutcome> => {
    const ended = new AbortController();
    markersClear = false;
    const written = transport.write(bytes);
    const polling = pollDuringJob(ended.signal);
    const { outcome, answered } = await waitForConfirmation({ ...options, ...link, written, transport });
    markersClear = answered;
    ended.abort();
    // A status request that is still open must not be answered into the next job.
    await polling;
    return outcome;
  };

  return {
    readState,
    clearMarkers,
    onState: states.add,
    async print(bytes, options) {
      const state = await readState();
      if (isBad(state)) return failed(stateFailure(state));
      const markers = await clearMarkers();
      if (markers !== 'clear') return failed(stateFailure(markers));
      if (options.signal?.aborted) return failed(CANCELLED);
      return send(bytes, options);
    },
  };
}

interface ConfirmationSources extends PrintOptions {
  readonly written: ReturnType<Transport['write']>;
  readonly markerAnswers: Listeners<number>;
  readonly states: Listeners<PrinterState>;
  readonly transport: Transport;
}

/** Bytes are on their way, so whatever is not the marker's answer leaves the outcome unknown. */
function waitForConfirmation(sources: ConfirmationSources): Promise<{ readonly outcome: PrintOutcome; readonly answered: boolean }> {
  return new Promise((resolve) => {
    const cleanups: (() => void)[] = [];
    const settle = (outcome: PrintOutcome, answered: boolean) => {
      for (const cleanup of cleanups.splice(0)) cleanup();
      resolve({ outcome, answered });
    };
    const after = (delayMs: number, outcome: PrintOutcome) => {
      const timer = setTimeout(() => settle(outcome, false), delayMs);
      cleanups.push(() => clearTimeout(timer));
    };
    const onAbort = () => settle(unknown(CANCELLED), false);
    sources.signal?.addEventListener('abort', onAbort);
    cleanups.push(
      () => sources.signal?.removeEventListener('abort', onAbort),
      sources.transport.onClose(() => settle(unknown(stateFailure('disconnected')), false)),
      sources.markerAnswers.add((byte) => {
        // A printer that answers with "no paper" did not stop when it ran out, and may have printed on nothing.
        const paper = parseMarkerAnswer(byte);
        settle(isBad(paper) ? unknown(stateFailure(paper)) : PRINTED, true);
      }),
    );
    sources.written.then((written) => {
      if (written.ok) return;
      const reason = stateFailure('disconnected');
      settle(written.error.code === 'TRANSPORT_CLOSED' ? failed(reason) : unknown(reason), false);
    });
    let stopped = false;
    const removeStates = sources.states.add((state) => {
      if (stopped || !isBad(state)) return;
      stopped = true;
      after(MARKER_GRACE_MS, unknown(stateFailure(state)));
    });
    cleanups.push(removeStates);
    after(sources.confirmTimeoutMs, unknown(NOT_CONFIRMED));
  });
}

/** The first value, or null when time is up or the connection ends; leaves no listener and no timer behind. */
function firstOf<T>(timeoutMs: number, values: Listeners<T>, transport: Transport): Promise<T | null> {
  return new Promise((resolve) => {
    const settle = (value: T | null) => {
      clearTimeout(timer);
      removeValue();
      removeEnd();
      resolve(value);
    };
    const timer = setTimeout(() => settle(null), timeoutMs);
    const removeValue = values.add(settle);
    const removeEnd = transport.onClose(() => settle(null));
  });
}
