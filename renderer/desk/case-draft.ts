import { isIdNumber, normalizeIdNumber } from '../../domain/id-number.ts';
import type { CaseId, ItemId, TicketId } from '../../domain/ids.ts';
import type { Failure } from '../../domain/result.ts';
import type { CaseMaterial, DeskCase, LinkMethods, ReadCard } from '../../sync/protocol/link.ts';

export interface DraftFields {
  readonly itemId: ItemId | null;
  readonly materials: readonly CaseMaterial[];
  readonly note: string;
}
export type ApplicantInput =
  | { readonly kind: 'card'; readonly card: ReadCard }
  | { readonly kind: 'typed'; readonly name: string; readonly idNumber: string; readonly phone: string };
export type SaveParams = LinkMethods['case.save']['params'];

/** One save on its way. After a lost answer it is repeated unchanged: its id stands for exactly these words. */
interface Sending {
  readonly params: SaveParams;
  readonly fieldEdits: number;
  readonly applicant: ApplicantInput | null;
  readonly underWay: boolean;
}

/** What the clerk typed and how much of it the ledger has confirmed. */
export interface CaseDraft {
  readonly caseId: CaseId | null;
  readonly fields: DraftFields;
  readonly fieldEdits: number;
  readonly savedFieldEdits: number;
  readonly applicant: ApplicantInput | null;
  readonly applicantSaved: boolean;
  readonly sending: Sending | null;
  readonly savedAt: number | null;
  readonly failure: Failure | null;
}

export type DraftAction =
  /** Put in by the page, not by the clerk: saved with what the clerk enters, never for its own sake. */
  | { readonly type: 'prefilled'; readonly fields: Partial<DraftFields> }
  | { readonly type: 'edited'; readonly fields: Partial<DraftFields> }
  | { readonly type: 'applicantEntered'; readonly applicant: ApplicantInput }
  | { readonly type: 'applicantClosed' }
  | { readonly type: 'sent'; readonly params: SaveParams }
  | { readonly type: 'answered'; readonly case: DeskCase; readonly at: number }
  | { readonly type: 'failed'; readonly failure: Failure; readonly unanswered: boolean }
  | { readonly type: 'serverSaid'; readonly case: DeskCase };

export function draftOf(existing: DeskCase | null, initial: DraftFields): CaseDraft {
  return {
    caseId: existing?.caseId ?? null,
    fields: existing === null ? initial : fieldsOf(existing),
    fieldEdits: 0,
    savedFieldEdits: 0,
    applicant: null,
    applicantSaved: true,
    sending: null,
    savedAt: null,
    failure: null,
  };
}

export function draftReducer(draft: CaseDraft, action: DraftAction): CaseDraft {
  switch (action.type) {
    case 'prefilled':
      return { ...draft, fields: { ...draft.fields, ...action.fields } };
    case 'edited':
      return { ...draft, fields: { ...draft.fields, ...action.fields }, fieldEdits: draft.fieldEdits + 1, failure: null };
    case 'applicantEntered':
      return { ...draft, applicant: action.applicant, applicantSaved: false, failure: null };
    case 'applicantClosed':
      return { ...draft, applicant: null, applicantSaved: true };
    case 'sent': {
      const repeated = draft.sending?.params === action.params ? draft.sending : null;
      const sending = repeated ?? { params: action.params, fieldEdits: draft.fieldEdits, applicant: draft.applicant };
      return { ...draft, sending: { ...sending, underWay: true }, failure: null };
    }
    case 'answered':
      return answered(draft, action.case, action.at);
    case 'failed': {
      const kept = action.unanswered && draft.sending !== null ? { ...draft.sending, underWay: false } : null;
      return { ...draft, sending: kept, failure: action.failure };
    }
    case 'serverSaid':
      return isSettled(draft) && draft.caseId === action.case.caseId ? withServerFields(draft, action.case) : draft;
  }
}

function answered(draft: CaseDraft, saved: DeskCase, at: number): CaseDraft {
  const { sending } = draft;
  if (sending === null) return draft;
  return {
    ...draft,
    caseId: saved.caseId,
    savedFieldEdits: sending.fieldEdits,
    applicantSaved: draft.applicantSaved || (sending.params.applicant !== undefined && sending.applicant === draft.applicant),
    sending: null,
    savedAt: at,
    failure: null,
  };
}

function withServerFields(draft: CaseDraft, server: DeskCase): CaseDraft {
  const fields = fieldsOf(server);
  return JSON.stringify(fields) === JSON.stringify(draft.fields) ? draft : { ...draft, fields };
}

function fieldsOf({ itemId, materials, note }: DeskCase): DraftFields {
  return { itemId, materials, note };
}

export interface TypedProblems {
  readonly name: boolean;
  readonly idNumber: boolean;
  readonly phone: boolean;
}

/** Which of the typed fields cannot be saved as they stand. Name: 1–60 characters; phone: optional, 5–20 digits, blanks and hyphens. */
export function typedProblems(typed: Extract<ApplicantInput, { kind: 'typed' }>): TypedProblems {
  const name = typed.name.trim();
  const phone = typed.phone.trim();
  return {
    name: name === '' || name.length > 60,
    idNumber: !isIdNumber(normalizeIdNumber(typed.idNumber)),
    phone: phone !== '' && !/^\+?[\d -]{5,20}$/.test(phone),
  };
}

export function isApplicantComplete(applicant: ApplicantInput): boolean {
  return applicant.kind === 'card' || Object.values(typedProblems(applicant)).every((problem) => !problem);
}

/** Somebody began to type a person and did not finish: it would be lost by leaving. */
export function hasHalfTypedApplicant({ applicant, applicantSaved }: CaseDraft): boolean {
  if (applicant?.kind !== 'typed' || applicantSaved || isApplicantComplete(applicant)) return false;
  return [applicant.name, applicant.idNumber, applicant.phone].some((text) => text.trim() !== '');
}

/** There is something that can be saved and is not. */
export function isDirty(draft: CaseDraft): boolean {
  return draft.sending?.underWay === false || draft.fieldEdits > draft.savedFieldEdits || hasApplicantToSave(draft);
}

function hasApplicantToSave(draft: CaseDraft): boolean {
  return draft.applicant !== null && !draft.applicantSaved && isApplicantComplete(draft.applicant);
}

/** Nothing typed here is ahead of the server, so its word may replace ours. */
export function isSettled(draft: CaseDraft): boolean {
  return draft.sending === null && draft.fieldEdits === draft.savedFieldEdits && draft.applicantSaved;
}

/** The next save: the unanswered one unchanged, else what is typed now. */
export function nextSave(draft: CaseDraft, ticketId: TicketId | null, newRequestId: () => string): SaveParams {
  if (draft.sending !== null) return draft.sending.params;
  const applicant = hasApplicantToSave(draft) && draft.applicant !== null ? { applicant: applicantParam(draft.applicant) } : {};
  return { requestId: newRequestId(), caseId: draft.caseId, ticketId, ...draft.fields, ...applicant };
}

function applicantParam(applicant: ApplicantInput): NonNullable<SaveParams['applicant']> {
  if (applicant.kind === 'card') return { cardId: applicant.card.cardId };
  const phone = applicant.phone.trim();
  const typed = { name: applicant.name.trim(), idNumber: normalizeIdNumber(applicant.idNumber) };
  return { typed: phone === '' ? typed : { ...typed, phone } };
}
