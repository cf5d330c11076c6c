import type { CaseBody, CaseState } from './documents.ts';
import { err, ok, type Result } from './result.ts';

export type CaseAct =
  | { readonly kind: 'receive'; readonly at: number; readonly dueDay?: string }
  | { readonly kind: 'supplement' }
  | { readonly kind: 'refuse'; readonly at: number }
  | { readonly kind: 'accept'; readonly at: number }
  | { readonly kind: 'close'; readonly at: number };

export type CaseErrorCode = 'CASE_STATE' | 'ITEM_MISSING' | 'APPLICANT_MISSING' | 'MATERIALS_MISSING';

export const CASE_STATE_ZH: Readonly<Record<CaseState, string>> = {
  draft: '登记中',
  received: '已收件',
  supplement: '待补正',
  accepted: '已受理',
  refused: '不予收件',
  closed: '已办结',
  withdrawn: '已撤回',
};

const ALLOWED: Readonly<Record<CaseAct['kind'], readonly CaseState[]>> = {
  receive: ['draft', 'supplement'],
  supplement: ['draft', 'received', 'supplement'],
  refuse: ['draft', 'supplement'],
  accept: ['received'],
  close: ['received', 'accepted'],
};

/**
 * 收件 is not 受理: receiving takes the papers in, the time limit starts at acceptance upstream (domain.md §7). What is missing is
 * told at once and in full; the case keeps its number through every supplement.
 */
export function applyCaseAct(
  state: CaseState,
  body: CaseBody,
  act: CaseAct,
): Result<{ readonly state: CaseState; readonly body: CaseBody }, CaseErrorCode> {
  if (!ALLOWED[act.kind].includes(state)) return err('CASE_STATE', `这个办件${CASE_STATE_ZH[state]}，不能这样操作。`, { state });
  switch (act.kind) {
    case 'receive': {
      if (body.itemId === undefined) return err('ITEM_MISSING', '请先选择事项。');
      if (body.sealed === undefined || body.applicantMasked === undefined) return err('APPLICANT_MISSING', '请先读身份证或填写申请人。');
      const missing = missingMaterials(body);
      if (missing.length > 0) return err('MATERIALS_MISSING', `还缺：${missing.join('、')}。请收齐，或一次性告知补正。`, { missing });
      return ok({ state: 'received', body: { ...body, receivedAt: act.at, ...(act.dueDay !== undefined && { dueDay: act.dueDay }) } });
    }
    case 'supplement':
      return ok({ state: 'supplement', body });
    case 'refuse':
      return ok({ state: 'refused', body: { ...body, closedAt: act.at } });
    case 'accept':
      return ok({ state: 'accepted', body: { ...body, acceptedAt: act.at } });
    case 'close':
      return ok({ state: 'closed', body: { ...body, closedAt: act.at } });
  }
}

export function missingMaterials(body: Pick<CaseBody, 'materials'>): readonly string[] {
  return body.materials.filter((material) => material.required && !material.checked).map((material) => material.name);
}

/** `{siteCode}{yyyyMMdd}{deviceNo}{seq}`: the device segment keeps numbers apart without asking anybody. */
export function caseNumberOf(siteCode: string, day: string, deviceNo: number, sequence: number): string {
  return `${siteCode}${day.replaceAll('-', '')}${String(deviceNo).padStart(2, '0')}${String(sequence).padStart(4, '0')}`;
}
