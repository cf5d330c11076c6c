import { Checkbox, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CaseMaterial } from '../../sync/protocol/link.ts';

const MAX_COPIES = 99;

interface Props {
  readonly itemChosen: boolean;
  readonly materials: readonly CaseMaterial[];
  readonly editable: boolean;
  readonly onChange: (materials: readonly CaseMaterial[]) => void;
}

/** The guide's material; a tick means: it is here and was looked at. */
export function Materials({ itemChosen, materials, editable, onChange }: Props) {
  const { t } = useTranslation('desk');
  const change = (index: number, patch: Partial<CaseMaterial>) =>
    onChange(materials.map((material, at) => (at === index ? { ...material, ...patch } : material)));
  return (
    <fieldset className="desk-materials" disabled={!editable}>
      <legend>{t('case.materials')}</legend>
      {materials.length === 0 && <p>{t(itemChosen ? 'case.materialsFree' : 'case.materialsNone')}</p>}
      <ul>
        {materials.map((material, index) => (
          <li key={material.name} data-missing={material.required && !material.checked}>
            <Checkbox
              checked={material.checked}
              disabled={!editable}
              onChange={(event) => change(index, { checked: event.target.checked })}
            >
              {material.name}
            </Checkbox>
            <span className="desk-materials-need" data-required={material.required}>
              {t(material.required ? 'case.required' : 'case.optional')}
            </span>
            <InputNumber
              size="small"
              // antd names the two small buttons in English; the arrow keys do the same.
              controls={false}
              min={0}
              max={MAX_COPIES}
              precision={0}
              disabled={!editable}
              aria-label={t('case.copies', { name: material.name })}
              suffix={t('case.copiesUnit')}
              value={material.copies}
              onChange={(copies) => change(index, { copies: copies ?? 0 })}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
