import type { Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../domain/ids.ts';
import type { Failure } from '../../domain/result.ts';
import type { ReadCard } from '../../sync/protocol/link.ts';
import { BigButton } from '../ui/big-button.tsx';
import { Heading } from './heading.tsx';
import type { Action } from './kiosk-flow.ts';
import type { CardPhase } from './use-kiosk.ts';

interface IdentifyProps {
  readonly problem: Failure | null;
  readonly phase: CardPhase | null;
  readonly dispatch: Dispatch<Action>;
}

export function IdentifyView({ problem, phase, dispatch }: IdentifyProps) {
  const { t } = useTranslation('kiosk');
  return (
    <>
      <Heading title={t('identifyTitle')} hint={t('identifyHint')} />
      <div className="k-main k-identify">
        <CardPicture />
        <p className="k-phase" role="status" data-problem={problem !== null}>
          {problem === null ? t(phase === null ? 'readerStarting' : `phase${phase}`) : t(problemKey(problem))}
        </p>
        <p className="k-privacy">{t('privacy')}</p>
        <div className="k-actions">
          {problem !== null && <BigButton onClick={() => dispatch({ type: 'readAgain' })}>{t('readAgain')}</BigButton>}
          <BigButton kind={problem === null ? 'plain' : 'primary'} onClick={() => dispatch({ type: 'withoutCard', requestId: newId() })}>
            {t('withoutCard')}
          </BigButton>
        </div>
      </div>
    </>
  );
}

/** The reader's own sentences are for the clerk; here the person only needs the way on. */
function problemKey(problem: Failure): 'cardTimeout' | 'cardFailed' | 'readerAway' {
  if (problem.code === 'CARD_TIMEOUT') return 'cardTimeout';
  return problem.code.startsWith('CARD_') ? 'cardFailed' : 'readerAway';
}

function CardPicture() {
  return (
    <svg className="k-card-picture" viewBox="0 0 240 150" aria-hidden="true">
      <rect x="4" y="92" width="232" height="54" rx="10" fill="#c9d6e3" stroke="#44515e" strokeWidth="4" />
      <rect x="45" y="6" width="150" height="94" rx="8" fill="#fff" stroke="#0b5cad" strokeWidth="4" />
      <circle cx="160" cy="42" r="14" fill="#0b5cad" />
      <rect x="142" y="60" width="36" height="24" rx="8" fill="#0b5cad" />
      <path d="M60 34h60M60 52h60M60 70h40" stroke="#44515e" strokeWidth="6" />
      <path d="M120 104v26m-12-12 12 12 12-12" stroke="#a61b1b" strokeWidth="6" fill="none" />
    </svg>
  );
}

export function ConfirmView({ card, dispatch }: { readonly card: ReadCard; readonly dispatch: Dispatch<Action> }) {
  const { t } = useTranslation('kiosk');
  return (
    <>
      <Heading title={t('confirmTitle')} hint={t('confirmHint')} />
      <div className="k-main k-confirm">
        <dl className="k-person">
          <dt>{t('name')}</dt>
          <dd lang="zh-CN">{card.nameMasked}</dd>
          <dt>{t('idNumber')}</dt>
          <dd>{card.idNumberMasked}</dd>
        </dl>
        {card.expired && <p className="k-note">{t('cardExpired')}</p>}
        <p className="k-phase" role="status">
          {t('takeCard')}
        </p>
        <div className="k-actions">
          <BigButton kind="primary" onClick={() => dispatch({ type: 'confirmCard', requestId: newId() })}>
            {t('itsMe')}
          </BigButton>
          <BigButton onClick={() => dispatch({ type: 'readAgain' })}>{t('notMe')}</BigButton>
        </div>
      </div>
    </>
  );
}
