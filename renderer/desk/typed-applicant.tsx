import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApplicantInput, isApplicantComplete, typedProblems } from './case-draft.ts';

type Typed = Extract<ApplicantInput, { kind: 'typed' }>;
type Field = 'name' | 'idNumber' | 'phone';

interface Props {
  readonly typed: Typed;
  readonly onChange: (typed: Typed) => void;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** Where no reader is, or the card cannot be read. When the clerk goes on, what was saved is masked like a read card. */
export function TypedApplicant({ typed, onChange, onDone, onCancel }: Props) {
  const { t } = useTranslation('desk');
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const problems = typedProblems(typed);
  const complete = isApplicantComplete(typed);
  const field = (name: Field, label: string, problem: string, maxLength: number, more: object = {}): ReactNode => {
    const wrong = left.has(name) && problems[name];
    return (
      <div className="desk-typed-field">
        <label htmlFor={`applicant-${name}`}>{label}</label>
        <Input
          id={`applicant-${name}`}
          autoComplete="off"
          maxLength={maxLength}
          status={wrong ? 'error' : ''}
          aria-invalid={wrong}
          aria-describedby={`applicant-${name}-problem`}
          value={typed[name]}
          onChange={(event) => onChange({ ...typed, [name]: event.target.value })}
          onBlur={() => setLeft((before) => new Set(before).add(name))}
          {...more}
        />
        <small id={`applicant-${name}-problem`}>{wrong && problem}</small>
      </div>
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches the focus leave the three fields
    <div
      className="desk-typed"
      onBlur={(event) => {
        if (complete && !event.currentTarget.contains(event.relatedTarget)) onDone();
      }}
    >
      {field('name', t('applicant.name'), t('applicant.badName'), 60, { autoFocus: true })}
      {field('idNumber', t('applicant.idNumber'), t('applicant.badId'), 20)}
      {field('phone', t('applicant.phoneOptional'), t('applicant.badPhone'), 20, { inputMode: 'tel' })}
      <div className="desk-typed-buttons">
        <Button type="primary" disabled={!complete} onClick={onDone}>
          {t('applicant.done')}
        </Button>
        <Button onClick={onCancel}>{t('applicant.cancel')}</Button>
      </div>
    </div>
  );
}
