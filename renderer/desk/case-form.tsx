import { Input } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemBody } from '../../domain/documents.ts';
import type { DeskCase, ReadCard } from '../../sync/protocol/link.ts';
import { useItems } from '../app/use-reference.ts';
import { Applicant } from './applicant.tsx';
import { CaseActions } from './case-actions.tsx';
import type { DraftFields } from './case-draft.ts';
import { isEditable, materialsOf } from './case-rules.ts';
import { useDesk } from './desk-context.ts';
import { ItemPicker } from './item-picker.tsx';
import { Materials } from './materials.tsx';
import { useCaseDraft } from './use-case-draft.ts';

const MAX_NOTE = 2000;
const EMPTY = { itemId: null, materials: [], note: '' } as const;

interface Props {
  readonly existing: DeskCase | null;
  /** The first case of the visit is about the ticket's item. */
  readonly first: boolean;
  readonly visitCard: ReadCard | null;
  readonly onCard: (card: ReadCard) => void;
  readonly onCreated: (saved: DeskCase) => void;
}

export function CaseForm({ existing, first, visitCard, onCard, onCreated }: Props) {
  const { t } = useTranslation('desk');
  const { draft, keeper } = useCaseDraft({ existing, initial: EMPTY, onCreated });
  const editable = existing === null || isEditable(existing.state);
  /** A choice is saved at once; typing is saved after a pause. */
  const choose = (fields: Partial<DraftFields>) => {
    keeper.dispatch({ type: 'edited', fields });
    void keeper.flush();
  };
  const ofItem = (item: ItemBody) => ({ itemId: item.itemId, materials: materialsOf(item, keeper.draft().fields.materials) });
  const chooseItem = (item: ItemBody) => choose(ofItem(item));
  const prefill = (item: ItemBody) => keeper.dispatch({ type: 'prefilled', fields: ofItem(item) });
  useTicketItem(first && existing === null && draft.fields.itemId === null, prefill);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches the focus leave a field
    <div className="desk-case-form" onBlur={() => void keeper.flush()}>
      <div className="desk-case-line">
        <label htmlFor="case-item">{t('case.item')}</label>
        <ItemPicker
          id="case-item"
          itemId={draft.fields.itemId}
          itemName={existing?.itemName ?? null}
          disabled={!editable}
          onChoose={chooseItem}
        />
      </div>
      <Applicant existing={existing} draft={draft} keeper={keeper} editable={editable} visitCard={visitCard} onCard={onCard} />
      <Materials
        itemChosen={draft.fields.itemId !== null}
        materials={draft.fields.materials}
        editable={editable}
        onChange={(materials) => choose({ materials })}
      />
      <div className="desk-case-line">
        <label htmlFor="case-note">{t('case.note')}</label>
        <Input.TextArea
          id="case-note"
          // Else Chromium keeps what is typed, in the clear, in its session files.
          autoComplete="off"
          autoSize={{ minRows: 1, maxRows: 3 }}
          maxLength={MAX_NOTE}
          placeholder={t('case.notePlaceholder')}
          disabled={!editable}
          value={draft.fields.note}
          onChange={(event) => keeper.dispatch({ type: 'edited', fields: { note: event.target.value } })}
        />
      </div>
      <CaseActions existing={existing} draft={draft} keeper={keeper} />
    </div>
  );
}

/** Puts the ticket's item in as soon as the list of items is there. */
function useTicketItem(wanted: boolean, prefill: (item: ItemBody) => void): void {
  const ticket = useDesk().state.ticket;
  const items = useItems();
  const item = wanted && items.status === 'ready' ? items.data.find((one) => one.itemId === ticket?.body.itemId) : undefined;
  useEffect(() => {
    if (item !== undefined) prefill(item);
  }, [item, prefill]);
}
