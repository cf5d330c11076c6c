import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CasePersonal } from '../../domain/documents.ts';
import type { Failure } from '../../domain/result.ts';
import type { DeskCase, ReadCard } from '../../sync/protocol/link.ts';
import { useLink } from '../link/hooks.ts';
import type { CaseDraft } from './case-draft.ts';

type Full = NonNullable<CasePersonal['applicant']>;
const REVEAL_S = 30;

interface Props {
  readonly existing: DeskCase | null;
  readonly draft: CaseDraft;
}

/** Masked until the clerk asks for it, and again after `REVEAL_S`. */
export function MaskedApplicant({ existing, draft }: Props) {
  const { t } = useTranslation('desk');
  const entered = draft.applicant?.kind === 'card' ? draft.applicant.card : null;
  const card = draft.applicantSaved ? null : entered;
  const masked = card !== null ? fromCard(card) : (existing?.applicantMasked ?? null);
  // One person's data must not stay open under another's name; but being saved meanwhile does not make another person of them.
  const subject = entered?.cardId ?? JSON.stringify(masked);
  const { full, secondsLeft, failure, show, hide } = useReveal(subject, card, existing);
  if (masked === null) return null;
  const facts = full === null ? maskedFacts(masked) : fullFacts(full);
  return (
    <div className="desk-masked" data-revealed={full !== null}>
      <dl>
        {facts.map(({ label, value }) => (
          <div key={label} className={`desk-masked-${label}`}>
            <dt>{t(`applicant.${label}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt className="desk-unseen">{t('applicant.title')}</dt>
          <dd>{t(`applicant.${masked.source}`)}</dd>
        </div>
      </dl>
      <Button size="small" title={t('applicant.revealHint', { count: REVEAL_S })} onClick={full === null ? show : hide}>
        {full === null ? t('applicant.reveal') : t('applicant.hide', { count: secondsLeft })}
      </Button>
      {full === null && <small>{t('applicant.revealHint', { count: REVEAL_S })}</small>}
      {failure && <Alert type="error" showIcon role="alert" title={failure.message} />}
    </div>
  );
}

function fromCard(card: ReadCard): NonNullable<DeskCase['applicantMasked']> {
  return { name: card.nameMasked, idNumber: card.idNumberMasked, phone: null, address: card.addressMasked, source: 'CARD' };
}

type Label = 'name' | 'idNumber' | 'sex' | 'ethnic' | 'phone' | 'address';
interface Fact {
  readonly label: Label;
  readonly value: string;
}

function maskedFacts(masked: NonNullable<DeskCase['applicantMasked']>): readonly Fact[] {
  return present([
    ['name', masked.name],
    ['idNumber', masked.idNumber],
    ['phone', masked.phone],
    ['address', masked.address],
  ]);
}

function fullFacts(full: Full): readonly Fact[] {
  return present([
    ['name', full.name],
    ['idNumber', full.idNumber],
    ['sex', full.sex],
    ['ethnic', full.ethnic],
    ['phone', full.phone],
    ['address', full.address],
  ]);
}

function present(entries: readonly (readonly [Label, string | null | undefined])[]): readonly Fact[] {
  return entries.flatMap(([label, value]) => (value == null || value === '' ? [] : [{ label, value }]));
}

function useReveal(subject: string, card: ReadCard | null, existing: DeskCase | null) {
  const link = useLink();
  const [shown, setShown] = useState<{ readonly full: Full; readonly subject: string } | null>(null);
  const [secondsLeft, setSecondsLeft] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const full = shown?.subject === subject ? shown.full : null;
  const hide = () => setShown(null);
  const open = full !== null;
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => setSecondsLeft((left) => left - 1), 1_000);
    const end = setTimeout(() => setShown(null), REVEAL_S * 1_000);
    return () => {
      clearInterval(timer);
      clearTimeout(end);
    };
  }, [open]);
  const ask = async () => {
    if (card === null && existing === null) return;
    const result =
      card !== null
        ? await link.call('card.reveal', { cardId: card.cardId })
        : await link.call('case.reveal', { caseId: (existing as DeskCase).caseId });
    setFailure(result.ok ? null : result.error);
    if (!result.ok) return;
    setSecondsLeft(REVEAL_S);
    setShown({ full: result.value, subject });
  };
  return { full, secondsLeft, failure, show: () => void ask(), hide };
}
