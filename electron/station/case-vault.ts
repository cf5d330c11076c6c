import type { Case, CasePersonal } from '../../domain/documents.ts';
import { casePersonalSchema } from '../../domain/documents.ts';
import { caseIdSchema } from '../../domain/ids.ts';
import { maskAddress, maskIdNumber, maskName, maskPhone } from '../../domain/mask.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { DeskCase } from '../../sync/protocol/link.ts';
import { importDataKey, open, seal } from '../../sync/replica/seal.ts';
import type { Station } from './context.ts';

/** Opened cases in memory: the desk is shown again at every change, and a case is opened once per state. */
const MAX_OPENED = 200;

/** Seals and opens what a case holds of a person. Outside, only masked words leave it. */
export class CaseVault {
  readonly #station: Station;
  readonly #opened = new Map<string, CasePersonal>();
  #key: { readonly text: string; readonly key: Promise<CryptoKey> } | null = null;

  constructor(station: Station) {
    this.#station = station;
  }

  /** Code: NOT_ENROLLED. */
  async seal(caseId: string, personal: CasePersonal): Promise<Result<string>> {
    const key = this.#dataKey();
    return key.ok ? ok(await seal(await key.value, { collection: 'cases', id: caseId }, personal)) : key;
  }

  /** Codes: NOT_ENROLLED, SEAL_UNKNOWN, SEAL_BROKEN. */
  async open({ id, body }: Pick<Case, 'id' | 'body'>): Promise<Result<CasePersonal>> {
    const { sealed } = body;
    if (sealed === undefined) return ok({});
    const known = this.#opened.get(sealed);
    if (known !== undefined) return ok(known);
    const key = this.#dataKey();
    if (!key.ok) return key;
    const opened = await open(await key.value, { collection: 'cases', id }, sealed);
    if (!opened.ok) return opened;
    const personal = casePersonalSchema.parse(opened.value);
    if (this.#opened.size >= MAX_OPENED) this.#opened.clear();
    this.#opened.set(sealed, personal);
    return ok(personal);
  }

  /** A case that cannot be opened is shown without its applicant and note. */
  async view(doc: Case): Promise<DeskCase> {
    const { body } = doc;
    const personal = await this.open(doc);
    if (!personal.ok) this.#station.log.warn({ caseId: doc.id, code: personal.error.code }, personal.error.message);
    const { applicant, note } = personal.ok ? personal.value : {};
    return {
      caseId: caseIdSchema.parse(doc.id),
      caseNumber: body.caseNumber,
      state: doc.state,
      ticketId: body.ticketId ?? null,
      ticketNumber: body.ticketNumber ?? null,
      itemId: body.itemId ?? null,
      itemName: body.itemName ?? null,
      materials: body.materials,
      applicantMasked:
        applicant === undefined
          ? null
          : {
              name: maskName(applicant.name),
              idNumber: maskIdNumber(applicant.idNumber),
              phone: applicant.phone === undefined ? null : maskPhone(applicant.phone),
              address: applicant.address === undefined ? null : maskAddress(applicant.address),
              source: applicant.source,
            },
      note: note ?? '',
      receivedAt: body.receivedAt ?? null,
      promised: body.handling === 'PROMISED',
      dueDay: body.dueDay ?? null,
      receiptPrintedAt: body.receiptPrintedAt ?? null,
    };
  }

  #dataKey(): Result<Promise<CryptoKey>, 'NOT_ENROLLED'> {
    const text = this.#station.keys?.dataKey;
    if (text === undefined) return err('NOT_ENROLLED', '本机还没有在大厅主机登记，不能保存个人信息。请等大厅主机连通后再试。');
    if (this.#key?.text !== text) this.#key = { text, key: importDataKey(text) };
    return ok(this.#key.key);
  }
}
