import { Alert, Button } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../domain/result.ts';
import type { DeskCase, ReadCard } from '../../sync/protocol/link.ts';
import { useLink } from '../link/hooks.ts';
import { type CaseDraft, isSettled } from './case-draft.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import { MaskedApplicant } from './masked-applicant.tsx';
import { TypedApplicant } from './typed-applicant.tsx';

interface Props {
  readonly existing: DeskCase | null;
  readonly draft: CaseDraft;
  readonly keeper: DraftKeeper;
  readonly editable: boolean;
  /** Read earlier in this visit. */
  readonly visitCard: ReadCard | null;
  readonly onCard: (card: ReadCard) => void;
}

export function Applicant({ existing, draft, keeper, editable, visitCard, onCard }: Props) {
  const { t } = useTranslation('desk');
  const enterCard = (card: ReadCard) => {
    keeper.dispatch({ type: 'applicantEntered', applicant: { kind: 'card', card } });
    onCard(card);
    void keeper.flush();
  };
  const reading = useCardReading(enterCard);
  const { applicant } = draft;
  const known = applicant !== null || existing?.applicantMasked != null;
  const type = () => keeper.dispatch({ type: 'applicantEntered', applicant: { kind: 'typed', name: '', idNumber: '', phone: '' } });
  const closeTyped = async () => {
    if (await keeper.flush()) if (isSettled(keeper.draft())) keeper.dispatch({ type: 'applicantClosed' });
  };
  return (
    <fieldset className="desk-applicant">
      <legend>{t('applicant.title')}</legend>
      {applicant?.kind === 'typed' ? (
        <TypedApplicant
          typed={applicant}
          onChange={(typed) => keeper.dispatch({ type: 'applicantEntered', applicant: typed })}
          onDone={() => void closeTyped()}
          onCancel={() => keeper.dispatch({ type: 'applicantClosed' })}
        />
      ) : (
        known && <MaskedApplicant existing={existing} draft={draft} />
      )}
      {applicant?.kind === 'card' && applicant.card.expired && (
        <Alert type="warning" showIcon role="alert" title={t('applicant.expired', { date: applicant.card.validTo })} />
      )}
      {editable && applicant?.kind !== 'typed' && (
        <div className="desk-applicant-buttons">
          {reading.active ? (
            <>
              <span role="status">{reading.message ?? t('applicant.place')}</span>
              <Button onClick={reading.cancel}>{t('applicant.cancelRead')}</Button>
            </>
          ) : (
            <>
              <Button type={known ? 'default' : 'primary'} size={known ? 'small' : 'middle'} onClick={reading.start}>
                {t(known ? 'applicant.reread' : 'applicant.read')}
              </Button>
              <Button size={known ? 'small' : 'middle'} onClick={type}>
                {t(known ? 'applicant.retype' : 'applicant.type')}
              </Button>
              {!known && visitCard !== null && <Button onClick={() => enterCard(visitCard)}>{t('applicant.reuse')}</Button>}
            </>
          )}
        </div>
      )}
      {reading.failure && <Alert type="error" showIcon role="alert" title={reading.failure.message} />}
    </fieldset>
  );
}

interface CardReading {
  readonly active: boolean;
  /** What the person should do now. */
  readonly message: string | null;
  readonly failure: Failure | null;
  readonly start: () => void;
  readonly cancel: () => void;
}

function useCardReading(onRead: (card: ReadCard) => void): CardReading {
  const link = useLink();
  const [active, setActive] = useState(false);
  const [message, setMessage] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const waiting = useRef(false);
  const cancel = useCallback(() => {
    if (waiting.current) void link.call('card.cancel', {});
  }, [link]);
  // Leaving the form frees the reader.
  useEffect(() => cancel, [cancel]);
  const read = async () => {
    setMessage(null);
    setFailure(null);
    setActive(true);
    waiting.current = true;
    const stop = link.on('card', (card) => setMessage(card.message));
    const result = await link.call('card.read', { purpose: 'CASE' });
    stop();
    waiting.current = false;
    setActive(false);
    if (result.ok) onRead(result.value);
    else if (result.error.code !== 'CARD_CANCELLED') setFailure(result.error);
  };
  return { active, message, failure, start: () => void read(), cancel };
}
