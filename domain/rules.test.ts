import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCaseAct, caseNumberOf } from './cases.ts';
import { type CalendarBody, type CaseBody, caseBodySchema, type Envelope } from './documents.ts';
import { checkDigit, isIdNumber } from './id-number.ts';
import { hallIdSchema, newId, stationIdSchema, uuidV7 } from './ids.ts';
import { businessDay, isOpenAt } from './local-time.ts';
import { maskAddress, maskIdNumber, maskName, maskPhone } from './mask.ts';
import { mergeDocuments } from './merge.ts';
import { addWorkdays } from './workdays.ts';

describe('masks', () => {
  it.each([
    ['张三', '张*'],
    ['欧阳修文', '欧阳**'],
    ['𠮷野家康', '𠮷***'],
    ['李', '李*'],
    ['', ''],
  ])('%s → %s', (name, masked) => expect(maskName(name)).toBe(masked));

  it('shows at most the last four of an ID number and the ends of a phone', () => {
    expect(maskIdNumber('11010519491231002X')).toBe('**************002X');
    expect(maskPhone('13800001234')).toBe('138****1234');
    expect(maskAddress('示例区青禾镇柳塘村8号')).not.toContain('8号');
  });

  it('never lets more than four characters of any number through', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9X]{0,20}$/), (idNumber) => {
        expect(maskIdNumber(idNumber).replaceAll('*', '').length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('ID numbers (GB 11643)', () => {
  it('knows the example of the standard', () => {
    expect(checkDigit('11010519491231002')).toBe('X');
    expect(isIdNumber('11010519491231002X')).toBe(true);
  });

  it.each(['110105194912310021', '11010519491331002X', '1101051949123100', ''])('refuses %s', (bad) => expect(isIdNumber(bad)).toBe(false));
});

describe('time', () => {
  const policy = {
    timeZone: 'Asia/Shanghai',
    businessDayStart: '04:00',
    openingHours: [
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '17:00' },
    ],
  };
  const at = (iso: string) => Date.parse(iso);

  it('the business day changes at four in the morning', () => {
    expect(businessDay(at('2026-11-21T03:59:00+08:00'), policy)).toBe('2026-11-20');
    expect(businessDay(at('2026-11-21T04:00:00+08:00'), policy)).toBe('2026-11-21');
  });

  it('knows the noon break', () => {
    expect(
      ['08:59', '09:00', '11:59', '12:00', '13:00', '17:00'].map((hhmm) => isOpenAt(at(`2026-11-20T${hhmm}:00+08:00`), policy)),
    ).toEqual([false, true, true, false, true, false]);
  });
});

describe('working days', () => {
  const calendar: CalendarBody = {
    year: 2026,
    holidays: ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
    extraWorkdays: ['2026-10-10'],
    source: 'test',
  };

  it('skips holidays and counts 调休上班日', () => {
    expect(addWorkdays('2026-09-30', 3, [calendar])).toEqual({ ok: true, value: '2026-10-10' });
  });

  it('says so when no calendar covers the year', () => {
    const result = addWorkdays('2026-12-31', 1, [calendar]);
    expect(result.ok ? '' : result.error.code).toBe('CALENDAR_MISSING');
  });
});

describe('cases', () => {
  const body: CaseBody = caseBodySchema.parse({
    caseNumber: 'n',
    materials: [{ name: '身份证', required: true, checked: false, copies: 1 }],
    windowId: 'w1',
    staffId: 's1',
    startedAt: 1,
  });
  const ready: CaseBody = { ...body, itemId: caseBodySchema.shape.itemId.parse('i1'), sealed: 'x', applicantMasked: '张*', materials: [] };

  it('tells everything that is missing at once', () => {
    const result = applyCaseAct('draft', { ...ready, materials: body.materials }, { kind: 'receive', at: 2 });
    expect(result.ok ? '' : [result.error.code, result.error.detail]).toEqual(['MATERIALS_MISSING', { missing: ['身份证'] }]);
  });

  it('receives, and a received case is not received again', () => {
    const received = applyCaseAct('draft', ready, { kind: 'receive', at: 2, dueDay: '2026-11-25' });
    expect(received.ok && [received.value.state, received.value.body.dueDay]).toEqual(['received', '2026-11-25']);
    expect(applyCaseAct('received', ready, { kind: 'receive', at: 3 }).ok).toBe(false);
  });

  it('numbers carry site, day, device and sequence', () => {
    expect(caseNumberOf('990101', '2026-11-20', 3, 12)).toBe('99010120261120030012');
  });
});

describe('merge', () => {
  const envelope = (stamp: number, body: Record<string, unknown>): Envelope => ({
    id: 'x',
    hallId: hallIdSchema.parse('h'),
    kind: 'case',
    state: 'draft',
    day: '',
    updatedAt: `${String(1_700_000_000_000 + stamp)}-0000-s`,
    updatedBy: stationIdSchema.parse('s'),
    _deleted: false,
    body,
  });
  const bodies = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer());

  it.each(['cases', 'tickets', 'reviews'] as const)('%s: either order gives the same, and no field is lost', (collection) => {
    fc.assert(
      fc.property(bodies, bodies, fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 2, maxLength: 2 }), (x, y, stamps) => {
        const [a, b] = [envelope(stamps[0] ?? 0, x), envelope(stamps[1] ?? 1, y)];
        const merged = mergeDocuments(collection, a, b);
        expect(mergeDocuments(collection, b, a)).toEqual(merged);
        expect(mergeDocuments(collection, merged, merged)).toEqual(merged);
        if (collection !== 'tickets')
          expect(Object.keys(merged.body).sort()).toEqual([...new Set([...Object.keys(x), ...Object.keys(y)])].sort());
      }),
    );
  });
});

describe('ids', () => {
  it('are UUIDv7 in time order', () => {
    const random = new Uint8Array(10).fill(255);
    expect(uuidV7(0x0192_3456_789a, random)).toBe('01923456-789a-7fff-bfff-ffffffffffff');
    expect(newId(1_000) < newId(2_000)).toBe(true);
    expect(newId()).not.toBe(newId());
  });
});
