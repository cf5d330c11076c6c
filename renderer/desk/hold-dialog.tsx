import { Alert, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { type HoldKind, holdKindSchema } from '../../domain/documents.ts';
import { useDesk } from './desk-context.ts';

/** The three holds with what each means; one click holds. */
export function HoldDialog({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const { t } = useTranslation('desk');
  const { act, busy, failure } = useDesk();
  const hold = async (holdKind: HoldKind) => {
    if ((await act('queue.hold', { holdKind })).ok) onClose();
  };
  return (
    <Modal open getContainer={false} title={t('hold.title', { number })} footer={null} onCancel={onClose}>
      <div className="desk-choices">
        {holdKindSchema.options.map((kind) => (
          <button key={kind} type="button" disabled={busy} onClick={() => void hold(kind)}>
            <b className="desk-choice-name">{t(`hold.${kind}`)}</b>
            <span>{t(`hold.${kind}.what`)}</span>
          </button>
        ))}
      </div>
      {failure && <Alert className="desk-failure" type="error" showIcon role="alert" title={failure.message} />}
    </Modal>
  );
}
