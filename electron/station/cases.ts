import { applyCaseAct, type CaseAct, caseNumberOf, missingMaterials } from '../../domain/cases.ts';
import type { Case, CaseBody, CasePersonal, CaseState } from '../../domain/documents.ts';
import { isIdNumber, normalizeIdNumber } from '../../domain/id-number.ts';
import { type CaseId, caseIdSchema, newId } from '../../domain/ids.ts';
import { maskName } from '../../domain/mask.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { addWorkdays } from '../../domain/workdays.ts';
import { createLock } from '../../drivers/core/lock.ts';
import type { DeskCase, LinkMethods, StaffSession } from '../../sync/protocol/link.ts';
import { personHash } from '../../sync/replica/seal.ts';
import { DayDocs } from '../../sync/server/hub/day-docs.ts';
import type { LinkPage } from '../../sync/server/link/link-page.ts';
import { type Applicant, applicantOfCard, type Cards } from './cards.ts';
import type { CaseVault } from './case-vault.ts';
import type { Station } from './context.ts';
import type { Requests } from './requests.ts';

type SaveParams = LinkMethods['case.save']['params'];

interface Draft {
  readonly id: CaseId;
  readonly before: Case | null;
  readonly personal: CasePersonal;
}

/** 办件 at this desk. Every answer means: it is in the ledger. Acts stand in `events`; nothing personal leaves the seal. */
export class Cases {
  readonly #station: Station;
  readonly #requests: Requests;
  readonly #cards: Cards;
  readonly #vault: CaseVault;
  readonly #today: DayDocs;
  /** Sealing waits for the cipher; nothing of the case may change meanwhile. */
  readonly #oneAtATime = createLock();

  constructor(parts: { station: Station; requests: Requests; cards: Cards; vault: CaseVault }) {
    this.#station = parts.station;
    this.#requests = parts.requests;
    this.#cards = parts.cards;
    this.#vault = parts.vault;
    this.#today = new DayDocs(parts.station.ledger.store, parts.station.config.hallId, 'cases');
  }

  /** The cases of this ticket's service today, whichever window began them, oldest first. */
  ofTicket(ticketId: string): readonly Case[] {
    const all = this.#today.of(this.#station.today()) as unknown as readonly Case[];
    return all.filter(({ body }) => body.ticketId === ticketId).sort((a, b) => a.body.startedAt - b.body.startedAt);
  }

  /** The last one of them. */
  lastOfTicket(ticketId: string): CaseId | null {
    const last = this.ofTicket(ticketId).at(-1);
    return last === undefined ? null : caseIdSchema.parse(last.id);
  }

  /** Codes: CASE_UNKNOWN, CASE_STATE, CARD_GONE, BAD_ID_NUMBER, ITEM_UNKNOWN, NOT_READY, NOT_ENROLLED. */
  save(params: SaveParams, staff: StaffSession, page: LinkPage): Promise<Result<DeskCase>> {
    return this.#once(params.requestId, 'case.save', async () => {
      const applicant = this.#applicant(params, page);
      if (!applicant.ok) return applicant;
      const draft = await this.#open(params.caseId);
      if (!draft.ok) return draft;
      const { before, personal } = draft.value;
      if (before !== null && before.state !== 'draft' && before.state !== 'supplement')
        return err('CASE_STATE', '这个办件已经收件，不能再修改。');
      const next: CasePersonal = { ...personal, ...(applicant.value !== null && { applicant: applicant.value }), note: params.note };
      const body = await this.#bodyOf(params, draft.value, next, staff);
      if (!body.ok) return body;
      const act = before === null ? 'case.create' : 'case.save';
      return this.#keep(params.requestId, 'case.save', draft.value, { state: before?.state ?? 'draft', body: body.value }, { act, staff });
    });
  }

  /** Takes the papers in. Codes: CASE_UNKNOWN, CASE_STATE, ITEM_MISSING, APPLICANT_MISSING, MATERIALS_MISSING. */
  receive(requestId: string, caseId: CaseId, staff: StaffSession): Promise<Result<DeskCase>> {
    return this.#act({ requestId, caseId, staff, method: 'case.receive' }, (body) => {
      const dueDay = this.#dueDay(body);
      return { kind: 'receive', at: this.#station.ledger.now(), ...(dueDay !== null && { dueDay }) };
    });
  }

  /** The reason may name a person: it goes under the seal. */
  refuse(requestId: string, caseId: CaseId, reason: string, staff: StaffSession): Promise<Result<DeskCase>> {
    const note = `不予收件：${reason}`;
    return this.#act({ requestId, caseId, staff, method: 'case.refuse', note }, () => ({ kind: 'refuse', at: this.#station.ledger.now() }));
  }

  /** 一次性告知: everything that is missing, told at once; the case keeps its number. */
  supplement(requestId: string, caseId: CaseId, missing: readonly string[], staff: StaffSession): Promise<Result<DeskCase>> {
    const note = `一次性告知需补正：${missing.join('、')}`;
    return this.#act({ requestId, caseId, staff, method: 'case.supplement', note }, () => ({ kind: 'supplement' }));
  }

  /** Full applicant, on the clerk's word and on record. Codes: CASE_UNKNOWN, APPLICANT_MISSING. */
  async reveal(caseId: CaseId, staff: StaffSession): Promise<Result<Applicant>> {
    const draft = await this.#open(caseId);
    if (!draft.ok) return draft;
    const { applicant } = draft.value.personal;
    if (applicant === undefined) return err('APPLICANT_MISSING', '这个办件还没有申请人信息。');
    this.#station.write((tx) =>
      tx.event(this.#station.act('case.reveal', { staffId: staff.staffId, subject: { collection: 'cases', id: caseId } })),
    );
    return ok(applicant);
  }

  /** The receipt is out: on the case and in `events`. */
  receiptPrinted(caseId: CaseId, staff: StaffSession): void {
    this.#station.write((tx) => {
      const before = tx.get<Case>('cases', caseId);
      if (before === null) return;
      const at = this.#station.ledger.now();
      tx.put('cases', {
        ...before,
        updatedAt: tx.stamp(),
        updatedBy: this.#station.config.stationId,
        body: { ...before.body, receiptPrintedAt: at },
      });
      tx.event(this.#station.act('case.printReceipt', { staffId: staff.staffId, subject: { collection: 'cases', id: caseId } }));
    });
  }

  #once(requestId: string, method: string, run: () => Promise<Result<DeskCase>>): Promise<Result<DeskCase>> {
    // The kept answer is the case's id only: what the answer shows of a person must not stand in clear in the ledger.
    const restore = async (kept: unknown): Promise<Result<DeskCase>> => this.#view(caseIdSchema.parse(kept));
    return this.#requests.once(requestId, method, () => this.#oneAtATime(run), restore);
  }

  #act(
    request: {
      readonly requestId: string;
      readonly caseId: CaseId;
      readonly staff: StaffSession;
      readonly method: string;
      readonly note?: string;
    },
    actOf: (body: CaseBody) => CaseAct,
  ): Promise<Result<DeskCase>> {
    return this.#once(request.requestId, request.method, async () => {
      const draft = await this.#open(request.caseId);
      if (!draft.ok) return draft;
      const { before, id, personal } = draft.value;
      if (before === null) return unknownCase();
      const act = actOf(before.body);
      const applied = applyCaseAct(before.state, before.body, act);
      if (!applied.ok) return applied;
      const note = request.note === undefined ? personal.note : [personal.note, request.note].filter(Boolean).join('\n');
      const sealed =
        note === personal.note ? ok(before.body.sealed) : await this.#vault.seal(id, { ...personal, ...(note !== undefined && { note }) });
      if (!sealed.ok) return sealed;
      const body: CaseBody = { ...applied.value.body, ...(sealed.value !== undefined && { sealed: sealed.value }) };
      return this.#keep(
        request.requestId,
        request.method,
        draft.value,
        { state: applied.value.state, body },
        { act: request.method, staff: request.staff },
      );
    });
  }

  async #open(caseId: CaseId | null): Promise<Result<Draft>> {
    if (caseId === null) return ok({ id: caseIdSchema.parse(newId()), before: null, personal: {} });
    const before = this.#station.ledger.get<Case>('cases', caseId);
    if (before === null) return unknownCase();
    const personal = await this.#vault.open(before);
    return personal.ok ? ok({ id: caseId, before, personal: personal.value }) : personal;
  }

  /** null: the applicant stays as it is. */
  #applicant({ applicant }: SaveParams, page: LinkPage): Result<Applicant | null> {
    if (applicant === undefined) return ok(null);
    if ('cardId' in applicant) {
      const card = this.#cards.find(applicant.cardId, page);
      return card.ok ? ok(applicantOfCard(card.value)) : card;
    }
    const { name, phone } = applicant.typed;
    const idNumber = normalizeIdNumber(applicant.typed.idNumber);
    // A passport or permit has another form; what looks like a resident's number must be a right one.
    if (!isIdNumber(idNumber) && !/^(?!\d{15})[A-Z0-9()-]{5,20}$/.test(idNumber))
      return err('BAD_ID_NUMBER', '证件号码不对，请核对后再填。');
    return ok({ name, idNumber, ...(phone !== undefined && phone !== '' && { phone }), source: 'TYPED' });
  }

  async #bodyOf(params: SaveParams, { id, before }: Draft, personal: CasePersonal, staff: StaffSession): Promise<Result<CaseBody>> {
    const { reference, ledger, keys, config } = this.#station;
    const hall = reference.require();
    if (!hall.ok) return hall;
    const item = params.itemId === null ? null : (hall.value.items.get(params.itemId) ?? undefined);
    if (item === undefined) return err('ITEM_UNKNOWN', '没有这个事项，请重新选择。');
    const { windowId } = config;
    const window = reference.window(windowId);
    if (windowId === undefined || window === null) return err('NO_WINDOW', '本机没有对应的窗口，请联系管理员检查配置。');
    const sealed = await this.#vault.seal(id, personal);
    if (!sealed.ok) return sealed;
    const hash =
      personal.applicant === undefined || keys?.hashKey === undefined ? null : await personHash(keys.hashKey, personal.applicant.idNumber);
    const ticket = params.ticketId === null ? null : ledger.ticket(params.ticketId);
    const fresh = { caseNumber: '', windowId, staffId: staff.staffId, startedAt: ledger.now() };
    return ok({
      ...(before?.body ?? fresh),
      ...(params.ticketId !== null && { ticketId: params.ticketId }),
      ...(ticket !== null && { ticketNumber: ticket.body.number }),
      ...(item !== null && { itemId: item.itemId, itemName: item.name, handling: item.handling }),
      materials: [...params.materials],
      sealed: sealed.value,
      ...(personal.applicant !== undefined && { applicantMasked: maskName(personal.applicant.name) }),
      ...(hash !== null && { personHash: hash }),
      windowId,
      staffId: staff.staffId,
    });
  }

  async #keep(
    requestId: string,
    method: string,
    { id, before: basedOn }: Draft,
    next: { readonly state: CaseState; readonly body: CaseBody },
    by: { readonly act: string; readonly staff: StaffSession },
  ): Promise<Result<DeskCase>> {
    const { config } = this.#station;
    const kept = this.#station.write((tx) => {
      const before = tx.get<Case>('cases', id);
      if (before?.updatedAt !== basedOn?.updatedAt) return false;
      const day = before?.day ?? this.#station.today();
      const body = next.body.caseNumber === '' ? { ...next.body, caseNumber: this.#number(day, tx.count(`case:${day}`)) } : next.body;
      const doc: Case = {
        id,
        hallId: config.hallId,
        kind: 'case',
        state: next.state,
        day,
        updatedAt: tx.stamp(),
        updatedBy: config.stationId,
        _deleted: false,
        body,
      };
      tx.put('cases', doc);
      tx.event(
        this.#station.act(by.act, {
          staffId: by.staff.staffId,
          subject: { collection: 'cases', id },
          ...(before !== null && { before: before.state }),
          after: next.state,
          detail: { caseNumber: body.caseNumber, missing: missingMaterials(body).length },
        }),
      );
      tx.answer(requestId, method, id);
      return true;
    });
    return kept ? this.#view(id) : err('CASE_CHANGED', '这个办件刚被别的窗口改过，请核对后再试。');
  }

  async #view(id: CaseId): Promise<Result<DeskCase>> {
    const doc = this.#station.ledger.get<Case>('cases', id);
    return doc === null ? unknownCase() : ok(await this.#vault.view(doc));
  }

  #number(day: string, sequence: number): string {
    const { reference, config } = this.#station;
    return caseNumberOf(reference.current?.hall.siteCode ?? '', day, reference.window(config.windowId)?.number ?? 0, sequence);
  }

  /** null: nothing was promised, or no calendar covers it; a day is never guessed. */
  #dueDay(body: CaseBody): string | null {
    const item = body.itemId === undefined ? undefined : this.#station.reference.current?.items.get(body.itemId);
    if (item?.handling !== 'PROMISED' || item.promisedDays === undefined) return null;
    const due = addWorkdays(this.#station.today(), item.promisedDays, this.#station.reference.calendars());
    if (!due.ok) this.#station.log.warn({ code: due.error.code, detail: due.error.detail }, due.error.message);
    return due.ok ? due.value : null;
  }
}

function unknownCase(): Result<never> {
  return err('CASE_UNKNOWN', '找不到这个办件，请刷新后再试。');
}
