import type { Dispatch } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemBody } from '../../domain/documents.ts';
import { BigButton } from '../ui/big-button.tsx';
import { type Choice, choicesOf, groupsOf, type Page, pageOf, type Way } from './catalogue.ts';
import { Heading } from './heading.tsx';
import type { Action, Step } from './kiosk-flow.ts';

interface ViewProps {
  readonly items: readonly ItemBody[];
  readonly dispatch: Dispatch<Action>;
}

export function WaysView({ items, dispatch }: ViewProps) {
  const { t } = useTranslation('kiosk');
  const ways = [
    { way: 'topic', name: t('byTopic'), hint: t('byTopicHint'), shown: groupsOf(items, 'topic').length > 0 },
    { way: 'department', name: t('byDepartment'), hint: t('byDepartmentHint'), shown: true },
    { way: 'search', name: t('bySearch'), hint: t('bySearchHint'), shown: true },
  ] as const;
  return (
    <>
      <Heading title={t('waysTitle')} hint={t('waysHint')} />
      <div className="k-main k-ways">
        {ways
          .filter(({ shown }) => shown)
          .map(({ way, name, hint }) => (
            <BigButton key={way} className="k-choice" onClick={() => dispatch({ type: 'chooseWay', way })}>
              <span className="k-choice-name">{name}</span>
              <span className="k-choice-note">{hint}</span>
            </BigButton>
          ))}
      </div>
    </>
  );
}

interface GroupsProps extends ViewProps {
  readonly step: Extract<Step, { at: 'groups' }>;
  readonly size: number;
}

export function GroupsView({ step, items, size, dispatch }: GroupsProps) {
  const { t } = useTranslation('kiosk');
  const page = pageOf(groupsOf(items, step.way), step.page, size);
  return (
    <>
      <Heading title={t(TITLES[step.way])} />
      <div className="k-main">
        <div className="k-choices">
          {page.rows.map((group) => (
            <BigButton key={group.name} className="k-choice" onClick={() => dispatch({ type: 'chooseGroup', group: group.name })}>
              <span className="k-choice-name" lang="zh-CN">
                {group.name}
              </span>
              <span className="k-choice-note">{t('countItems', { count: group.count })}</span>
            </BigButton>
          ))}
        </div>
        <Pager page={page} dispatch={dispatch} />
      </div>
    </>
  );
}

const TITLES = { topic: 'groupsTopic', department: 'groupsDepartment' } as const satisfies Record<Way, string>;

interface ChoiceListProps extends ViewProps {
  readonly step: Extract<Step, { at: 'list' }>;
  readonly size: number;
}

export function ChoiceListView({ step, items, size, dispatch }: ChoiceListProps) {
  const { t } = useTranslation('kiosk');
  const page = pageOf(choicesOf(items, step.way, step.group, step.path), step.page, size);
  return (
    <>
      <Heading title={t('listTitle')} hint={<span lang="zh-CN">{[step.group, ...step.path].join(' › ')}</span>} />
      <div className="k-main">
        <div className="k-choices">
          {page.rows.map((choice) => (
            <ChoiceButton key={choice.kind === 'item' ? choice.item.itemId : choice.name} choice={choice} dispatch={dispatch} />
          ))}
        </div>
        <Pager page={page} dispatch={dispatch} />
      </div>
    </>
  );
}

function ChoiceButton({ choice, dispatch }: { readonly choice: Choice; readonly dispatch: Dispatch<Action> }) {
  const { t } = useTranslation('kiosk');
  if (choice.kind === 'item') return <ItemButton item={choice.item} label={choice.label} dispatch={dispatch} />;
  return (
    <BigButton className="k-choice" onClick={() => dispatch({ type: 'openPath', part: choice.name })}>
      <span className="k-choice-name" lang="zh-CN">
        {choice.name}
      </span>
      <span className="k-choice-note">{t('countItems', { count: choice.count })}</span>
    </BigButton>
  );
}

interface ItemButtonProps {
  readonly item: ItemBody;
  readonly label: string;
  readonly dispatch: Dispatch<Action>;
}

/** An item that is not offered here stays in the list, and says so: the person learns it before queueing, not after. */
export function ItemButton({ item, label, dispatch }: ItemButtonProps) {
  const { t } = useTranslation('kiosk');
  return (
    <BigButton className="k-choice" data-here={item.offeredHere} onClick={() => dispatch({ type: 'chooseItem', itemId: item.itemId })}>
      <span className="k-choice-name" lang="zh-CN">
        {label}
      </span>
      {!item.offeredHere && <span className="k-choice-note">{t('notHere')}</span>}
      {item.offeredHere && item.partial && <span className="k-choice-note">{t('partial')}</span>}
    </BigButton>
  );
}

export function Pager({ page, dispatch }: { readonly page: Page<unknown>; readonly dispatch: Dispatch<Action> }) {
  const { t } = useTranslation('kiosk');
  if (page.pages === 1) return null;
  return (
    <div className="k-pager">
      <BigButton disabled={page.page === 0} onClick={() => dispatch({ type: 'turnPage', page: page.page - 1 })}>
        {t('previousPage')}
      </BigButton>
      <p role="status">{t('pageOf', { page: page.page + 1, pages: page.pages })}</p>
      <BigButton disabled={page.page === page.pages - 1} onClick={() => dispatch({ type: 'turnPage', page: page.page + 1 })}>
        {t('nextPage')}
      </BigButton>
    </div>
  );
}
