import { describe, expect, it } from 'vitest';
import type { CaseId, ItemId } from '../../domain/ids.ts';
import type { DeskCase, ReadCard } from '../../sync/protocol/link.ts';
import {
  type CaseDraft,
  type DraftAction,
  draftOf,
  draftReducer,
  hasHalfTypedApplicant,
  isDirty,
  isSettled,
  nextSave,
  typedProblems,
} from './case-draft.ts';

const empty = { itemId: null, materials: [], note: '' };
const run = (draft: CaseDraft, ...actions: DraftAction[]) => actions.reduce(draftReducer, draft);
const deskCase = (note: string) => ({ caseId: 'c1' as CaseId, itemId: null, materials: [], note }) as unknown as DeskCase;
const note = (text: string): DraftAction => ({ type: 'edited', fields: { note: text } });
const send = (draft: CaseDraft, id: string) => ({ type: 'sent', params: nextSave(draft, null, () => id) }) as const;
const lost: DraftAction = { type: 'failed', failure: { code: 'LINK_TIMEOUT', message: '没有回应' }, unanswered: true };
const typed = { kind: 'typed', name: '张三', idNumber: '11010519491231002x', phone: '' } as const;

describe('case draft', () => {
  it('is saved only after the answer, and only what was sent', () => {
    const edited = run(draftOf(null, empty), note('甲'));
    const sent = run(edited, send(edited, 'r1'));
    expect(sent.savedAt).toBeNull();
    const later = run(sent, note('甲乙'), { type: 'answered', case: deskCase('甲'), at: 5 });
    expect(later).toMatchObject({ caseId: 'c1', savedAt: 5, fields: { note: '甲乙' } });
    expect(isDirty(later)).toBe(true);
    expect(nextSave(later, null, () => 'r2')).toMatchObject({ requestId: 'r2', caseId: 'c1', note: '甲乙' });
  });

  it('repeats an unanswered save unchanged, then saves what was typed since', () => {
    const edited = run(draftOf(null, empty), note('甲'));
    const again = run(edited, send(edited, 'r1'), lost, note('甲乙'));
    expect(nextSave(again, null, () => 'r2')).toMatchObject({ requestId: 'r1', caseId: null, note: '甲' });
    const answered = run(again, send(again, 'r2'), { type: 'answered', case: deskCase('甲'), at: 6 });
    expect(isDirty(answered)).toBe(true);
    expect(nextSave(answered, null, () => 'r3')).toMatchObject({ requestId: 'r3', note: '甲乙' });
  });

  it('a refused save keeps the input and its words, and the next has a new id', () => {
    const edited = run(draftOf(null, empty), note('甲'));
    const refused = run(edited, send(edited, 'r1'), {
      type: 'failed',
      failure: { code: 'DISK_FULL', message: '磁盘满了' },
      unanswered: false,
    });
    expect(refused).toMatchObject({ fields: { note: '甲' }, failure: { code: 'DISK_FULL' }, savedAt: null });
    expect(isDirty(refused)).toBe(true);
    expect(nextSave(refused, null, () => 'r2').requestId).toBe('r2');
  });

  it('what the page put in is no reason to save, and goes with what the clerk enters', () => {
    const prefilled = run(draftOf(null, empty), { type: 'prefilled', fields: { itemId: 'i1' as ItemId } });
    expect([isDirty(prefilled), isSettled(prefilled)]).toEqual([false, true]);
    const edited = run(prefilled, note('甲'));
    expect(isDirty(edited)).toBe(true);
    expect(nextSave(edited, null, () => 'r1')).toMatchObject({ itemId: 'i1', note: '甲' });
  });

  it('takes the word of the server only when nothing typed here is ahead of it', () => {
    const settled = draftOf(deskCase('甲'), empty);
    expect(run(settled, { type: 'serverSaid', case: deskCase('乙') }).fields.note).toBe('乙');
    expect(run(settled, note('丙'), { type: 'serverSaid', case: deskCase('乙') }).fields.note).toBe('丙');
  });

  it('sends a typed person only when complete, mended, and once', () => {
    const half = run(draftOf(null, empty), { type: 'applicantEntered', applicant: { ...typed, idNumber: '1101051949' } });
    expect(isDirty(half)).toBe(false);
    expect(isSettled(half)).toBe(false);
    const whole = run(half, { type: 'applicantEntered', applicant: typed });
    expect(nextSave(whole, null, () => 'r1').applicant).toEqual({ typed: { name: '张三', idNumber: '11010519491231002X' } });
    const saved = run(whole, send(whole, 'r1'), { type: 'answered', case: deskCase(''), at: 1 });
    expect(isSettled(saved)).toBe(true);
    expect(nextSave(saved, null, () => 'r2')).not.toHaveProperty('applicant');
  });

  it('a person typed anew while the save was under way stays unsaved', () => {
    const whole = run(draftOf(null, empty), { type: 'applicantEntered', applicant: typed });
    const saved = run(
      whole,
      send(whole, 'r1'),
      { type: 'applicantEntered', applicant: { ...typed, phone: '13800001234' } },
      { type: 'answered', case: deskCase(''), at: 1 },
    );
    expect(isDirty(saved)).toBe(true);
  });

  it('knows when leaving would lose a half typed person; an empty form is nothing to lose', () => {
    const entered = (applicant: typeof typed | (Omit<typeof typed, 'name' | 'idNumber'> & { name: string; idNumber: string })) =>
      run(draftOf(null, empty), { type: 'applicantEntered', applicant });
    expect(hasHalfTypedApplicant(entered({ ...typed, idNumber: '' }))).toBe(true);
    expect(hasHalfTypedApplicant(entered({ ...typed, name: '', idNumber: ' ' }))).toBe(false);
    expect(hasHalfTypedApplicant(entered(typed))).toBe(false);
  });

  it('sends a read card by its handle', () => {
    const card = { cardId: 'k1' } as ReadCard;
    const read = run(draftOf(null, { ...empty, itemId: 'i1' as ItemId }), { type: 'applicantEntered', applicant: { kind: 'card', card } });
    expect(nextSave(read, null, () => 'r1')).toMatchObject({ itemId: 'i1', applicant: { cardId: 'k1' } });
  });

  it('checks the check digit, the name and the phone', () => {
    expect(typedProblems(typed)).toEqual({ name: false, idNumber: false, phone: false });
    expect(typedProblems({ ...typed, idNumber: '110105194912310021', name: ' ', phone: '12' })).toEqual({
      name: true,
      idNumber: true,
      phone: true,
    });
  });
});
