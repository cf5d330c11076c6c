import { Alert, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseId } from '../../domain/ids.ts';
import type { Failure } from '../../domain/result.ts';
import type { CaseMaterial } from '../../sync/protocol/link.ts';
import { useDesk } from './desk-context.ts';

interface Props {
  readonly materials: readonly CaseMaterial[];
  /** Brings the case into the ledger first; null: that failed and is shown. */
  readonly save: () => Promise<CaseId | null>;
  readonly onClose: () => void;
}

/** Missing required material cannot be left out: the law wants it told at once (行政许可法 第32条). */
export function SupplementDialog({ materials, save, onClose }: Props) {
  const { t } = useTranslation('desk');
  const { act, busy } = useDesk();
  const [extra, setExtra] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<Failure | null>(null);
  const absent = materials.filter((material) => !material.checked);
  const missing = absent.filter((material) => material.required || extra.has(material.name)).map((material) => material.name);
  const tell = async () => {
    const caseId = await save();
    if (caseId === null) return onClose();
    const result = await act('case.supplement', { caseId, missing });
    setFailure(result.ok ? null : result.error);
    if (result.ok) onClose();
  };
  const toggle = (name: string) =>
    setExtra((before) => {
      const next = new Set(before);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  return (
    <Modal
      open
      getContainer={false}
      title={t('supplement.title')}
      okText={t('supplement.confirm', { count: missing.length })}
      okButtonProps={{ disabled: missing.length === 0 }}
      confirmLoading={busy}
      onOk={() => void tell()}
      onCancel={onClose}
    >
      <p>{t('supplement.hint')}</p>
      <ul className="desk-supplement">
        {absent.map(({ name, required }) => (
          <li key={name}>
            <Checkbox checked={required || extra.has(name)} disabled={required} onChange={() => toggle(name)}>
              {name}
            </Checkbox>
            <span className="desk-materials-need" data-required={required}>
              {t(required ? 'case.required' : 'case.optional')}
            </span>
          </li>
        ))}
      </ul>
      {failure && <Alert className="desk-failure" type="error" showIcon role="alert" title={failure.message} />}
    </Modal>
  );
}
