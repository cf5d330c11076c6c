import { describe, expect, it, vi } from 'vitest';
import type { CaseId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { DeskCase } from '../../sync/protocol/link.ts';
import type { SaveParams } from './case-draft.ts';
import { createDraftKeeper } from './draft-keeper.ts';

/** A ledger that answers when told to. */
function ledger() {
  const asked: SaveParams[] = [];
  const answers: ((result: Result<DeskCase>) => void)[] = [];
  const save = (params: SaveParams) => {
    asked.push(params);
    return new Promise<Result<DeskCase>>((resolve) => answers.push(resolve));
  };
  const answer = (index: number) => {
    const params = asked[index];
    answers[index]?.(ok({ ...params, caseId: 'c1' as CaseId } as unknown as DeskCase));
  };
  return { asked, answers, save, answer };
}

function keeperOn(save: ReturnType<typeof ledger>['save'], onCreated: (saved: DeskCase) => void = () => undefined) {
  let n = 0;
  const initial = { itemId: null, materials: [], note: '' };
  return createDraftKeeper({ existing: null, initial, ticketId: null, save, onCreated, newRequestId: () => `r${++n}` });
}
const note = (text: string) => ({ type: 'edited', fields: { note: text } }) as const;

describe('draft keeper', () => {
  it('saves by itself after the quiet time, and creates the case once', async () => {
    const { asked, save, answer } = ledger();
    const created = vi.fn();
    const keeper = keeperOn(save, created);
    keeper.dispatch(note('甲'));
    keeper.dispatch(note('甲乙'));
    await vi.waitFor(() => expect(asked).toHaveLength(1), 5_000);
    answer(0);
    await vi.waitFor(() => expect(keeper.draft().savedAt).not.toBeNull());
    expect(asked.map((params) => params.note)).toEqual(['甲乙']);
    expect(created).toHaveBeenCalledTimes(1);
  });

  it('flush waits for the save under way and saves what was typed meanwhile, one at a time', async () => {
    const { asked, save, answer } = ledger();
    const keeper = keeperOn(save);
    keeper.dispatch(note('甲'));
    const first = keeper.flush();
    keeper.dispatch(note('甲乙'));
    const second = keeper.flush();
    expect(asked).toHaveLength(1);
    answer(0);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]).toMatchObject({ caseId: 'c1', note: '甲乙' });
    answer(1);
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(asked).toHaveLength(2);
  });

  it('answers false after a lost answer, keeps the input and repeats under the same id', async () => {
    const { asked, answers, save, answer } = ledger();
    const keeper = keeperOn(save);
    keeper.dispatch(note('甲'));
    const lost = keeper.flush();
    answers[0]?.(err('LINK_DOWN', '断开'));
    expect(await lost).toBe(false);
    expect(keeper.draft()).toMatchObject({ fields: { note: '甲' }, failure: { code: 'LINK_DOWN' } });
    const again = keeper.flush();
    expect(asked[1]).toEqual(asked[0]);
    answer(1);
    expect(await again).toBe(true);
    expect(keeper.draft().failure).toBeNull();
  });

  it('creates an untouched case only when asked to', async () => {
    const { asked, save, answer } = ledger();
    const keeper = keeperOn(save);
    expect(await keeper.flush()).toBe(true);
    expect(asked).toHaveLength(0);
    const created = keeper.flush({ create: true });
    answer(0);
    expect(await created).toBe(true);
    expect(keeper.draft().caseId).toBe('c1');
  });
});
