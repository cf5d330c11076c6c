import type { TFunction } from 'i18next';
import { type Dispatch, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemBody } from '../../domain/documents.ts';
import { searchItems } from '../app/item-search.ts';
import { BigButton } from '../ui/big-button.tsx';
import { pageOf } from './catalogue.ts';
import { ItemButton, Pager } from './choose.tsx';
import { Heading } from './heading.tsx';
import type { Action, Step } from './kiosk-flow.ts';

const KEY_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'] as const;
const QUERY_MAX = 24;

interface SearchProps {
  readonly step: Extract<Step, { at: 'search' }>;
  readonly items: readonly ItemBody[];
  readonly size: number;
  readonly dispatch: Dispatch<Action>;
}

export function SearchView({ step, items, size, dispatch }: SearchProps) {
  const { t } = useTranslation('kiosk');
  const { query } = step;
  const found = useMemo(() => (query.trim() === '' ? [] : searchItems(items, query)), [items, query]);
  const page = pageOf(found, step.page, size);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const type = (text: string) => dispatch({ type: 'query', query: text.slice(0, QUERY_MAX) });
  return (
    <>
      <Heading title={t('searchTitle')} />
      <div className="k-main k-search">
        <div className="k-found">
          <p role="status" className="k-found-count">
            {foundText(t, query, found.length)}
          </p>
          <div className="k-choices">
            {page.rows.map((item) => (
              <ItemButton key={item.itemId} item={item} label={item.name} dispatch={dispatch} />
            ))}
          </div>
          <Pager page={page} dispatch={dispatch} />
        </div>
        <div className="k-typing">
          {/* The keyboard below is the only one a finger gets; a keyboard that is plugged in types here, Han too. */}
          <input
            ref={input}
            className="k-query"
            aria-label={t('searchLabel')}
            value={query}
            onChange={(event) => type(event.target.value)}
            inputMode="none"
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
          />
          <Keyboard query={query} type={type} />
        </div>
      </div>
    </>
  );
}

function foundText(t: TFunction<'kiosk'>, query: string, count: number): string {
  if (query.trim() === '') return t('searchHint');
  return count === 0 ? t('searchNone') : t('searchFound', { count });
}

function Keyboard({ query, type }: { readonly query: string; readonly type: (text: string) => void }) {
  const { t } = useTranslation('kiosk');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div className="k-keyboard" role="group" aria-label={t('keyboard')}>
      {KEY_ROWS.map((row, index) => (
        <div key={row} className="k-keys">
          {Array.from(row, (letter) => (
            <BigButton key={letter} className="k-key" onClick={() => type(query + letter)}>
              {letter}
            </BigButton>
          ))}
          {index === KEY_ROWS.length - 1 && (
            <>
              <BigButton className="k-key-word" disabled={query === ''} onClick={() => type(query.slice(0, -1))}>
                {t('erase')}
              </BigButton>
              <BigButton className="k-key-word" disabled={query === ''} onClick={() => type('')}>
                {t('clear')}
              </BigButton>
            </>
          )}
        </div>
      ))}
    </div>
  );
}
