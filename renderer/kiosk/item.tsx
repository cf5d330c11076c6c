import type { TFunction } from 'i18next';
import type { Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemBody } from '../../domain/documents.ts';
import { newId } from '../../domain/ids.ts';
import { useEvent } from '../link/hooks.ts';
import { BigButton } from '../ui/big-button.tsx';
import { deviceStatus } from './devices.ts';
import { Heading } from './heading.tsx';
import type { Action } from './kiosk-flow.ts';
import { ScrollBox } from './scroll-box.tsx';

interface ItemProps {
  readonly item: ItemBody;
  readonly phone: string | null;
  readonly dispatch: Dispatch<Action>;
}

export function ItemView({ item, phone, dispatch }: ItemProps) {
  const { t } = useTranslation('kiosk');
  const reader = deviceStatus(useEvent('status'), 'idCard') !== undefined;
  return (
    <>
      <Heading title={<span lang="zh-CN">{item.name}</span>} hint={item.offeredHere ? t('itemHint') : undefined} />
      <div className="k-main k-item">
        {item.offeredHere ? (
          <>
            <ScrollBox label={item.name}>
              <Guide item={item} />
            </ScrollBox>
            <BigButton kind="primary" className="k-take" onClick={() => dispatch({ type: 'takeNumber', reader, requestId: newId() })}>
              {t('takeNumber')}
            </BigButton>
          </>
        ) : (
          <div className="k-note">
            <p>
              <strong>{t('notHere')}</strong>
            </p>
            <p>{item.offeredElsewhere === undefined ? t('notHereWhat') : t('notHereWhere', { place: item.offeredElsewhere })}</p>
            {phone !== null && <p>{t('notHerePhone', { phone })}</p>}
          </div>
        )}
      </div>
    </>
  );
}

/** The office's guide in short: what the person must know before queueing. */
function Guide({ item }: { readonly item: ItemBody }) {
  const { t } = useTranslation('kiosk');
  return (
    <>
      <section>
        <h2>{t('materials')}</h2>
        {item.materials.length === 0 ? (
          <p>{t('materialsUnknown')}</p>
        ) : (
          <ol className="k-materials">
            {item.materials.map((material) => (
              <li key={material.name}>
                <span lang="zh-CN">{material.name}</span>
                <small>
                  {t(material.required ? 'required' : 'optional')}
                  {material.copies > 0 && `　${t('copies', { count: material.copies })}`}
                  {material.note !== undefined && <span lang="zh-CN">　{material.note}</span>}
                </small>
              </li>
            ))}
          </ol>
        )}
      </section>
      <dl className="k-facts">
        <dt>{t('handling')}</dt>
        <dd>{handlingText(t, item)}</dd>
        <dt>{t('fee')}</dt>
        <dd lang={item.fee === '' ? undefined : 'zh-CN'}>{item.fee === '' ? t('feeUnknown') : item.fee}</dd>
        {item.conditions !== undefined && item.conditions !== '' && (
          <>
            <dt>{t('conditions')}</dt>
            <dd lang="zh-CN">{item.conditions}</dd>
          </>
        )}
        <dt>{t('department')}</dt>
        <dd lang="zh-CN">{item.department}</dd>
      </dl>
    </>
  );
}

function handlingText(t: TFunction<'kiosk'>, item: ItemBody): string {
  const legal = item.legalDays === undefined ? '' : t('legalDays', { count: item.legalDays });
  switch (item.handling) {
    case 'IMMEDIATE':
      return t('immediate');
    case 'PROMISED':
      return (item.promisedDays === undefined ? t('promisedUnknown') : t('promised', { count: item.promisedDays })) + legal;
    case 'REPORTED':
      return t('reported') + legal;
  }
}
