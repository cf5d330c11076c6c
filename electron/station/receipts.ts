import type { Case } from '../../domain/documents.ts';
import { type CaseId, newId } from '../../domain/ids.ts';
import { err, type Failure, ok, type Result } from '../../domain/result.ts';
import { renderReceipt } from '../../drivers/printer/layout.ts';
import type { StaffSession } from '../../sync/protocol/link.ts';
import type { HallReference } from '../../sync/server/reference.ts';
import type { Cases } from './cases.ts';
import type { Station } from './context.ts';
import type { StationPrinter } from './devices.ts';
import type { Requests } from './requests.ts';

export interface ReceiptOutcome {
  readonly print: 'printed' | 'failed' | 'unknown';
  readonly printError?: Failure;
}

const NO_PRINTER: Failure = { code: 'NO_PRINTER', message: '本机没有打印机，请手写回执，或在系统里记下办件编号。' };
const RECEIVED_STATES: ReadonlySet<Case['state']> = new Set(['received', 'supplement', 'accepted', 'closed']);

/** 回执. A repeat of the request does not print again: what the first paper came to is the answer. */
export class Receipts {
  readonly #station: Station;
  readonly #requests: Requests;
  readonly #cases: Cases;
  readonly #printer: StationPrinter | null;

  constructor(parts: { station: Station; requests: Requests; cases: Cases; printer: StationPrinter | null }) {
    this.#station = parts.station;
    this.#requests = parts.requests;
    this.#cases = parts.cases;
    this.#printer = parts.printer;
  }

  /** Codes: NOT_READY, CASE_UNKNOWN, CASE_STATE. */
  print(requestId: string, caseId: CaseId, staff: StaffSession): Promise<Result<ReceiptOutcome>> {
    return this.#requests.once(requestId, 'case.printReceipt', async () => {
      const hall = this.#station.reference.require();
      if (!hall.ok) return hall;
      const doc = this.#station.ledger.get<Case>('cases', caseId);
      if (doc === null) return err('CASE_UNKNOWN', '找不到这个办件，请刷新后再试。');
      if (!RECEIVED_STATES.has(doc.state)) return err('CASE_STATE', '收件以后才能打印回执。');
      if (this.#printer === null) return ok({ print: 'failed', printError: NO_PRINTER });
      const jobId = newId();
      this.#station.write((tx) => {
        tx.startPrint({ jobId, kind: 'receipt', subjectId: caseId, attempts: 1 });
        tx.answer(requestId, 'case.printReceipt', { print: 'unknown' } satisfies ReceiptOutcome);
      });
      const outcome = await this.#printer.print(jobId, renderReceipt(paperOf(doc, hall.value, staff), { columns: this.#printer.columns }));
      const answer: ReceiptOutcome =
        outcome.outcome === 'printed' ? { print: 'printed' } : { print: outcome.outcome, printError: outcome.reason };
      this.#station.write((tx) => {
        tx.endPrint(jobId, outcome.outcome);
        tx.answer(requestId, 'case.printReceipt', answer);
      });
      if (answer.print === 'printed') this.#cases.receiptPrinted(caseId, staff);
      return ok(answer);
    });
  }
}

function paperOf({ body }: Case, { hall }: HallReference, staff: StaffSession) {
  return {
    hallName: hall.name,
    caseNumber: body.caseNumber,
    ticketNumber: body.ticketNumber ?? '',
    itemName: body.itemName ?? '',
    receivedAt: new Date(body.receivedAt ?? body.startedAt).toISOString(),
    applicantMaskedName: body.applicantMasked ?? '',
    materials: body.materials.filter((material) => material.checked),
    staffNumber: staff.staffNumber,
    phone: hall.phone,
    qrText: body.caseNumber,
  };
}
