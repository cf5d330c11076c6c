import { Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemBody } from '../../domain/documents.ts';
import type { ItemId } from '../../domain/ids.ts';
import { searchItems } from '../app/item-search.ts';
import { useItems } from '../app/use-reference.ts';

const MAX_SHOWN = 60;

interface Props {
  readonly id: string;
  readonly itemId: ItemId | null;
  /** Shown while the list has not arrived. */
  readonly itemName: string | null;
  readonly disabled?: boolean;
  readonly onChoose: (item: ItemBody) => void;
}

/** One of the items offered here, found by Han, pinyin or initials. */
export function ItemPicker({ id, itemId, itemName, disabled = false, onChoose }: Props) {
  const { t } = useTranslation('desk');
  const items = useItems();
  const [query, setQuery] = useState('');
  const offered = useMemo(() => (items.status === 'ready' ? items.data.filter((item) => item.offeredHere) : []), [items]);
  const found = useMemo(() => searchItems(offered, query).slice(0, MAX_SHOWN), [offered, query]);
  const current = offered.find((item) => item.itemId === itemId);
  const options = found.map((item) => ({ value: item.itemId, label: item.name, title: item.name, department: item.department }));
  return (
    <Select
      id={id}
      className="desk-item-picker"
      showSearch={{ filterOption: false, onSearch: setQuery, searchValue: query }}
      disabled={disabled}
      placeholder={t('case.itemPlaceholder')}
      notFoundContent={t(items.status === 'ready' ? 'case.itemNone' : 'case.itemLoading')}
      value={itemId === null ? null : { value: itemId, label: current?.name ?? itemName ?? itemId }}
      labelInValue
      getPopupContainer={(trigger) => trigger.parentElement ?? document.body}
      options={options}
      optionRender={(option) => (
        <span className="desk-item-option">
          <span>{option.label}</span>
          <small>{option.data.department}</small>
        </span>
      )}
      onChange={(chosen: { value: ItemId; label: string }) => {
        const item = offered.find((one) => one.itemId === chosen.value);
        setQuery('');
        if (item !== undefined) onChoose(item);
      }}
    />
  );
}
