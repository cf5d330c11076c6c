import type { Failure } from '../../domain/result.ts';
import { type PrinterState, printerStatus } from './status.ts';

export type PrintFailureCode =
  | 'PRINTER_PAPER_END'
  | 'PRINTER_COVER_OPEN'
  | 'PRINTER_CUTTER_ERROR'
  | 'PRINTER_OVERHEATED'
  | 'PRINTER_OFFLINE'
  | 'PRINTER_SILENT'
  | 'PRINTER_DISCONNECTED'
  | 'PRINT_NOT_CONFIRMED'
  | 'PRINT_CANCELLED';

/**
 * How a job ended, for good. `printed`: the printer said so behind the cut (or policy takes its word for a write-only one).
 * `failed`: nothing came out. `unknown`: something was sent, so a whole paper, a torn one or none may be in the tray.
 */
export type PrintOutcome =
  | { readonly outcome: 'printed' }
  | { readonly outcome: 'failed'; readonly reason: Failure<PrintFailureCode>; readonly paperMoved: false }
  | { readonly outcome: 'unknown'; readonly reason: Failure<PrintFailureCode> };

export const PRINTED: PrintOutcome = { outcome: 'printed' };

export function failed(reason: Failure<PrintFailureCode>): PrintOutcome {
  return { outcome: 'failed', reason, paperMoved: false };
}

export function unknown(reason: Failure<PrintFailureCode>): PrintOutcome {
  return { outcome: 'unknown', reason: { ...reason, message: `单据可能没有打完整，请查看出纸口。${reason.message}` } };
}

/** A state in which no job can be printed. */
export type BadState = Exclude<PrinterState, 'ready' | 'paper-near-end'>;

const CODES: Readonly<Record<BadState, PrintFailureCode>> = {
  'paper-end': 'PRINTER_PAPER_END',
  'cover-open': 'PRINTER_COVER_OPEN',
  'cutter-error': 'PRINTER_CUTTER_ERROR',
  overheated: 'PRINTER_OVERHEATED',
  offline: 'PRINTER_OFFLINE',
  silent: 'PRINTER_SILENT',
  disconnected: 'PRINTER_DISCONNECTED',
};

export function isBad(state: PrinterState): state is BadState {
  return state !== 'ready' && state !== 'paper-near-end';
}

export function stateFailure(state: BadState): Failure<PrintFailureCode> {
  return { code: CODES[state], message: printerStatus(state).message };
}

export const CANCELLED: Failure<PrintFailureCode> = { code: 'PRINT_CANCELLED', message: '打印已取消。' };
export const NOT_CONFIRMED: Failure<PrintFailureCode> = { code: 'PRINT_NOT_CONFIRMED', message: '打印机没有确认打印完成。' };
