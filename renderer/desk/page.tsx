import { useTranslation } from 'react-i18next';

export function DeskPage() {
  const { t } = useTranslation('desk');
  return <main className="ui-centre">{t('title')}</main>;
}
