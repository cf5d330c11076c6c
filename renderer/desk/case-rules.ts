import type { CaseState, ItemBody } from '../../domain/documents.ts';
import type { CaseMaterial } from '../../sync/protocol/link.ts';

/** Before 收件, and again while material is awaited, the clerk may change the case. */
export function isEditable(state: CaseState): boolean {
  return state === 'draft' || state === 'supplement';
}

/** Everything required that is not there, in the order of the guide: told at once (一次性告知). */
export function missingRequired(materials: readonly CaseMaterial[]): readonly CaseMaterial[] {
  return materials.filter((material) => material.required && !material.checked);
}

export type ReceiveBlocker = 'ITEM' | 'APPLICANT' | 'MATERIALS';

/** What still stands before 收件; empty when nothing does. */
export function receiveBlockers(facts: {
  readonly itemChosen: boolean;
  readonly applicantKnown: boolean;
  readonly materials: readonly CaseMaterial[];
}): readonly ReceiveBlocker[] {
  const blockers: ReceiveBlocker[] = [];
  if (!facts.itemChosen) blockers.push('ITEM');
  if (!facts.applicantKnown) blockers.push('APPLICANT');
  if (missingRequired(facts.materials).length > 0) blockers.push('MATERIALS');
  return blockers;
}

/** The guide's list for a newly chosen item; what was already ticked under the same name stays ticked. */
export function materialsOf(item: Pick<ItemBody, 'materials'>, before: readonly CaseMaterial[]): readonly CaseMaterial[] {
  return item.materials.map(({ name, required, copies }) => {
    const old = before.find((material) => material.name === name);
    return { name, required, checked: old?.checked ?? false, copies: old?.checked === true ? old.copies : copies };
  });
}
